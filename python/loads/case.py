"""The base of test classes: a unittest.TestCase with a session."""

import unittest

from loads import _engine


class _MadeOnce:
    """An attribute that is made when it is first looked at, and stands in the object from then on."""

    def __init__(self, make):
        self.make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, case, owner=None):
        if case is None:
            return self
        value = case.__dict__[self.name] = self.make(case)
        return value


class TestCase(unittest.TestCase):
    """Each virtual user has an object of its own for each test that it runs; setUp() and tearDown() go round every run.

    Under `python3 -m unittest` or pytest each test runs once, by a single user.
    """

    @_MadeOnce
    def session(self):
        """A requests.Session, which the virtual user keeps from run to run."""
        from loads.session import Session

        return Session()

    def assertEqual(self, first, second, msg=None):
        # unittest's takes half a microsecond to find out that two numbers are equal.
        if first.__class__ is int and second.__class__ is int and first == second and int not in self._type_equality_funcs:
            return
        super().assertEqual(first, second, msg)

    def incr_counter(self, name, by=1):
        """Adds to a counter of the summary's "Custom metrics"."""
        _engine.incr_counter(name, by)

    def trend(self, name, value):
        """A value whose distribution is of interest."""
        _engine.trend(name, value)

    def check(self, name, passed):
        """Counts whether it holds, without failing the test, and gives it back."""
        return _engine.check(name, passed)
