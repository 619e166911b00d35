"""Imports a module of tests and finds what is to be run in it."""

import importlib
import inspect
import os
import sys
import unittest

from loads import _user_code

_PACKAGE = os.path.dirname(__file__)


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


def _root():
    return os.environ.get("LOADS_TEST_ROOT") or os.getcwd()


def _import(path):
    name = path[: -len(".py")].replace(os.sep, ".")
    if _root() not in sys.path:
        sys.path.insert(0, _root())
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


def _classes(module, wished):
    """Those of the module, and the one that is wished for, which may be imported from elsewhere."""
    for name, cls in vars(module).items():
        if isinstance(cls, type) and issubclass(cls, unittest.TestCase) and (cls.__module__ == module.__name__ or name == wished):
            yield name, cls


def thresholds(cls):
    """What runs of the class are judged by: a list of texts, each of one line."""
    found = getattr(cls, "thresholds", ())
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, (list, tuple)) or not all(isinstance(one, str) and one.isprintable() for one in found):
        raise LoadError("threshold", f'{cls.__name__}.thresholds is a list of texts, such as ["p95<500ms"], not {found!r}.')
    return list(found)


def load(path, wished=""):
    """The tests of the file: (class, test, file, line, weight, type) each, in the order of the file."""
    module = _import(path)
    found = []
    for name, cls in _classes(module, wished):
        for test in unittest.TestLoader().getTestCaseNames(cls):
            method = getattr(cls, test)
            file, line = _place(method)
            found.append((name, test, file, line, int(getattr(method, "weight", 1)), cls))
    if not found:
        asked = " Its load_tests() is not asked." if hasattr(module, "load_tests") else ""
        raise LoadError(
            "no-tests",
            f"{path} has no tests: a test is a method whose name begins with test, of a class that derives from loads.case.TestCase.{asked}",
        )
    return sorted(found, key=lambda test: test[3])


def files():
    """Those below the folder of the tests that the interpreter has imported modules from so far, relative to it."""
    root = os.path.realpath(_root())
    for module in list(sys.modules.values()):
        file = os.path.realpath(getattr(module, "__file__", None) or os.devnull)
        if file.startswith(root + os.sep) and not _is_installed(file):
            yield os.path.relpath(file, root)


def _is_installed(file):
    """Of this package, or of the environment, which may lie below that folder."""
    return "-packages" + os.sep in file or any(file.startswith(os.path.realpath(place) + os.sep) for place in (_PACKAGE, sys.prefix))
