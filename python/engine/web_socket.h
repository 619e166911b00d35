#pragma once

#include "python/engine/python.h"

namespace loads::python {

// loads._engine.WebSocket in Python: an open web socket of the user whose turn it is (loads/websocket.py is its face).
//
//   open_ws(url, function, protocols, extensions, headers, timeout, max_message, compression, ping_interval, name)
//
// function: called with each message as (bytes, whether they are binary), in a greenlet of its own; None: there is none. Texts in lists are
// str, headers pairs of str, times seconds or None. Methods: send(bytes, binary), receive(timeout), which gives such a pair, ping(bytes),
// close(code, reason). Attributes: is_open, protocol, extensions, close_code, close_reason.
extern PyMethodDef web_socket_functions[];

PyObject* make_web_socket_type(PyObject* module);

}  // namespace loads::python
