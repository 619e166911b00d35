#pragma once

#include "python/engine/object.h"

// The package `greenlet`: pieces of Python code that can be left and entered again in the middle. Its C interface is a table of functions
// that it exports (greenlet.h, "_C_API"); the order of the table is kept from version to version. Switching costs a copy of what the
// greenlet has on the thread's stack.
namespace loads::python::greenlets {

void import();  // before all else; throws ErrorSet when the package is not there

// A new greenlet that will call `run`. When it ends, `parent` goes on.
Object make(PyObject* run, PyObject* parent);

Object current();

// Leaves the running greenlet for `to`; returns when it is switched to again. Throws ErrorSet when an exception was thrown into it.
void switch_to(PyObject* to);

// The same, with what the switch back brings: null, and Python's error indicator set, when it is an exception.
Object exchange_with(PyObject* to);

}  // namespace loads::python::greenlets
