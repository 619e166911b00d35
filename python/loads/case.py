"""The base of test classes: a unittest.TestCase with a session."""

import unittest

from loads import _engine


def weight(times):
    """@weight(3) above a test: where all tests of its class run in turn, this one runs three times as often as one without."""
    if not isinstance(times, int) or not 1 <= times <= 1000:
        raise ValueError(f"a weight is a whole number from 1 to 1000, not {times!r}")

    def mark(method):
        method._loads_weight = times
        return method

    return mark


class TestCase(unittest.TestCase):
    """Each virtual user has an object of its own for each test that it runs; setUp() and tearDown() go round every run.

    Under `python3 -m unittest` or pytest each test runs once, by a single user.
    """

    @property
    def session(self):
        """A requests.Session, which the virtual user keeps from run to run."""
        session = self.__dict__.get("_session")
        if session is None:
            from loads.session import Session

            session = self.__dict__["_session"] = Session()
        return session

    @session.setter
    def session(self, session):
        self.__dict__["_session"] = session

    def incr_counter(self, name, by=1):
        """Adds to a counter of the summary's "Custom metrics"."""
        _engine.incr_counter(name, by)

    def trend(self, name, value):
        """A value whose distribution is of interest."""
        _engine.trend(name, value)

    def check(self, name, passed):
        """Counts whether it holds, without failing the test, and gives it back."""
        return _engine.check(name, passed)
