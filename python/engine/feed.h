#pragma once

#include "python/engine/python.h"

namespace loads::python {

// loads._engine.Feed in Python: a file of data, dealt to the virtual users (loads/feeder.py is its face).
//
//   Feed(file, "csv" | "json", order, split, delimiter, names, beside)
//
// next() and row(index) give (index, a dict of texts, or a JSON text); has_next(), size().
PyObject* make_feed_type(PyObject* module);

}  // namespace loads::python
