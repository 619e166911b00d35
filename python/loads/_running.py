"""Runs a test case once, as unittest would, and tells the engine what came of it.

unittest's own TestCase.run() costs as much as a request. A plain test needs none of it: setUp, the method, tearDown. What is not plain
(skipped, expected to fail) goes through unittest's, and sub-tests bring what they need when they begin.
"""

import os
import sys
import unittest
from functools import partial
from unittest.case import SkipTest, _Outcome

from loads import _engine, _user_code
from loads._locks import Lock
from loads.case import TestCase
from loads.errors import Cancelled, EndOfRows


def _is_recorded(error):
    """Whether the client has recorded it; Requests wraps what urllib3 has raised."""
    return any(getattr(one, "_loads_recorded", False) is True for one in (error, *error.args[:1]))


def note(error, case=None):
    """Records what a test has raised."""
    if isinstance(error, Cancelled):
        return
    if isinstance(error, SkipTest):
        _engine.note_skip()
    elif isinstance(error, EndOfRows):
        _note_end_of_rows(error)
    elif _is_recorded(error):
        _engine.note_recorded_error()
    elif isinstance(error, case.failureException if case is not None else AssertionError):
        file, line = _user_code.location(error)
        _engine.note_failure(_user_code.text(error) or "AssertionError", _user_code.shown(os.path.basename(file)), line)
    else:
        file, line = _user_code.location(error)
        name = type(error).__name__
        text = _user_code.text(error)
        _engine.note_error(f"{name}: {text}" if text else name, f"{_user_code.shown(os.path.basename(file))}:{line}" if file else "")


def _note_end_of_rows(error):
    """The user has nothing to go on with: it ends, as it was to be expected or not."""
    if error.expected:
        _engine.note_skip()
        _engine.end_as_skipped()
    else:
        _engine.note_error(_user_code.text(error), "")
        _engine.end_as_error()


class _Result(unittest.TestResult):
    """What unittest's own parts report to."""

    def addError(self, test, err):
        note(err[1], test)

    addFailure = addError

    def addSkip(self, test, reason):
        _engine.note_skip()

    def addSubTest(self, test, subtest, err):
        if err is not None:
            note(err[1], test)

    # unittest would keep both for ever.
    def addExpectedFailure(self, test, err):
        pass

    def addDuration(self, test, elapsed):
        pass

    def addUnexpectedSuccess(self, test):
        _engine.note_failure("unexpected success: the test is marked with expectedFailure", "", 0)


_result = _Result()


class _Plain:
    """A test that unittest's decorators do not mark."""

    __slots__ = ("case", "method", "set_up", "tear_down", "server_url")

    def __init__(self, case):
        self.case = case
        self.method = getattr(case, case._testMethodName)
        # Those of unittest do nothing.
        self.set_up = case.setUp if getattr(case.setUp, "__func__", None) is not unittest.TestCase.setUp else None
        self.tear_down = case.tearDown if getattr(case.tearDown, "__func__", None) is not unittest.TestCase.tearDown else None
        self.server_url = getattr(case, "server_url", None)
        case.subTest = partial(_sub_test, case)

    def run(self):
        case = self.case
        if self.server_url is not None:
            _engine.set_default_server_url(self.server_url)
        if self.set_up is None or self.done(self.set_up):
            self.done(self.method)
            if self.tear_down is not None:
                self.done(self.tear_down)
        if case._cleanups:
            self.clean_up()
        if case._outcome is not None:
            case._outcome = None

    def done(self, step):
        try:
            step()
        except BaseException as error:
            note(error, self.case)
            return False
        return True

    def clean_up(self):
        cleanups = self.case._cleanups
        while cleanups:
            function, arguments, keywords = cleanups.pop()
            try:
                function(*arguments, **keywords)
            except BaseException as error:
                note(error, self.case)


class _Marked:
    """Any other: unittest runs it."""

    def __init__(self, case):
        self.case = case

    def run(self):
        self.case.run(_result)
        if isinstance(self.case, unittest.IsolatedAsyncioTestCase):
            self.case._asyncioRunner = None  # of one run; unittest runs no object twice


def _sub_test(case, *arguments, **parameters):
    """subTest() of a plain test: from now on, and until the end of the run, it has what that needs."""
    if case._outcome is None:
        case._outcome = _Outcome(_result)
    return type(case).subTest(case, *arguments, **parameters)


def _is_marked(case):
    method = getattr(case, case._testMethodName)
    marks = ("__unittest_skip__", "__unittest_expecting_failure__")
    return any(getattr(what, mark, False) for what in (type(case), method) for mark in marks) or hasattr(case, "_callTestMethod") and (
        type(case).run not in (unittest.TestCase.run, TestCase.run) or type(case)._callTestMethod is not unittest.TestCase._callTestMethod
    )


def run(runner):
    runner.run()


class _Once:
    """setUpClass or setUpModule: called by the first user who comes; the others wait for it, and meet what it has raised."""

    def __init__(self, set_up, tear_down):
        self.set_up, self.tear_down = set_up, tear_down
        self.lock = Lock()
        self.done = False
        self.error = None

    def enter(self):
        with self.lock:
            if not self.done:
                self.done = True
                try:
                    self.set_up()
                except BaseException as error:
                    self.error = error
        if self.error is not None:
            raise self.error


_entered = {}  # of classes and modules, in the order of their set-up


def _once(what, make):
    if what not in _entered:
        _entered[what] = make()
    _entered[what].enter()


def _module_hooks(module):
    def call(name):
        getattr(module, name, lambda: None)()

    def tear_down():
        call("tearDownModule")
        unittest.case.doModuleCleanups()

    return _Once(lambda: call("setUpModule"), tear_down)


def _class_hooks(cls):
    def tear_down():
        try:
            cls.tearDownClass()
        finally:
            cls.doClassCleanups()
            for error in cls.tearDown_exceptions:
                note(error[1])

    return _Once(cls.setUpClass, tear_down)


def make_case(what):
    """The object of a virtual user for a test; None when the class could not be set up, which is recorded."""
    cls, method = what
    try:
        if not getattr(cls, "__unittest_skip__", False):
            module = sys.modules.get(cls.__module__)
            if module is not None:
                _once(module, lambda: _module_hooks(module))
            _once(cls, lambda: _class_hooks(cls))
        case = cls(method)
        return _Marked(case) if _is_marked(case) else _Plain(case)
    except SkipTest:
        _engine.note_skip()
        _engine.end_as_skipped()
    except BaseException as error:
        if isinstance(error, Cancelled):
            raise
        note(error)
        if isinstance(error, AssertionError):
            _engine.note_error("setUpClass failed: " + (_user_code.text(error) or "AssertionError"), "")
    return None


def tear_down_classes():
    """At the end of the run, in the opposite order. False when something went wrong in it."""
    done = True
    while _entered:
        _, once = _entered.popitem()
        if once.error is not None:
            continue
        try:
            once.tear_down()
        except BaseException as error:
            note(error)
            done = False
    return done
