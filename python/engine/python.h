#pragma once

// Python's C interface, of which only the stable part is used: one build serves this version of Python and every later one.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
