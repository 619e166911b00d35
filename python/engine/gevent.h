#pragma once

#include "python/engine/python.h"

// Tests that import gevent have two loops in their thread: the engine's and that of gevent's hub. The hub's runs while the engine's waits,
// whose descriptor it watches; a virtual user who waits in gevent leaves his greenlet as he does for the engine (loads/_gevent.py).
namespace loads::python::gevent {

// Has gevent's hub run until the descriptor is readable or the time is over, when a test has imported gevent; gives the milliseconds that
// are still to be waited.
int wait(int descriptor, int timeout);

PyObject* hub();  // the main thread's; null: no test uses gevent

}  // namespace loads::python::gevent

namespace loads::python {

// await_switch(), is_user(): whether the greenlet of a virtual user runs, use_gevent(hub, function): called with descriptor and timeout.
extern PyMethodDef gevent_functions[];

}  // namespace loads::python
