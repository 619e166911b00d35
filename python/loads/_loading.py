"""Imports a module of tests and finds what is to be run in it."""

import importlib
import inspect
import os
import sys
import unittest

from loads import _user_code


class LoadError(Exception):
    """The test cannot be loaded; `id` names the kind of the trouble in the documentation."""

    def __init__(self, id, message):
        super().__init__(message)
        self.id = id


def _hint(error):
    """What is meant when a file is of the age of Python 2."""
    text = str(error)
    if isinstance(error, SyntaxError) and ("Missing parentheses in call" in text or "except" in (error.text or "") or "leading zeros" in text):
        return " The file seems to be written for Python 2: 2to3 translates most of it."
    if isinstance(error, ModuleNotFoundError) and error.name in ("urllib2", "httplib", "StringIO", "ConfigParser", "urlparse", "cPickle", "Queue"):
        return f" {error.name} is of Python 2; 2to3 translates most of such a file."
    if isinstance(error, ModuleNotFoundError):
        return f" Install it for this Python ({sys.executable}), or take it along: --python-dep {error.name.partition('.')[0]}."
    return ""


def _import(path):
    folder, name = os.environ.get("LOADS_TEST_ROOT") or os.getcwd(), path[: -len(".py")].replace(os.sep, ".")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    except BaseException as error:
        if isinstance(error, SystemExit):
            raise LoadError("import-error", f"{path} ends the interpreter while it is imported: SystemExit: {error}.") from None
        raise LoadError("import-error", f"{path} cannot be imported:\n{_user_code.traceback_text(error)}\n{_hint(error)}".rstrip()) from None


def _place(method):
    function = inspect.unwrap(method)
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code is not None else ("", 0)


def load(path):
    """The tests of the file: (class, test, file, line, weight, type) each, in the order of the file."""
    module = _import(path)
    found = []
    for name, cls in vars(module).items():
        if not (isinstance(cls, type) and issubclass(cls, unittest.TestCase)) or cls.__module__ != module.__name__:
            continue
        for test in unittest.TestLoader().getTestCaseNames(cls):
            file, line = _place(getattr(cls, test))
            found.append((name, test, file, line, int(getattr(getattr(cls, test), "weight", 1)), cls))
    if not found:
        raise LoadError("no-tests", f"{path} has no tests: a test is a method whose name begins with test, of a class that derives from loads.case.TestCase.")
    return sorted(found, key=lambda test: test[3])
