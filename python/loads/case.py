"""The base of test classes: a unittest.TestCase with a session."""

import time
import unittest

from loads import _engine, _patching
from loads.user import User


def _raise_first(errors):
    if errors:
        raise errors[0]


def weight(times):
    """@weight(3) above a test: where all tests of its class run in turn, this one runs three times as often as one without."""
    if not isinstance(times, int) or not 1 <= times <= 1000:
        raise ValueError(f"a weight is a whole number from 1 to 1000, not {times!r}")

    def mark(method):
        method.weight = times
        return method

    return mark


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

    #: Where relative URLs lead to, unless --server-url says so.
    server_url = None

    #: What runs of the class are judged by, beside --threshold: ["p95<500ms", "errors<1%"].
    thresholds = ()

    def run(self, result=None):
        if self.server_url is not None:
            _engine.set_default_server_url(self.server_url)
        return super().run(result)

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

    @property
    def app(self):
        """A webtest.TestApp of the server at --server-url, or app.server_url; the virtual user keeps it from run to run."""
        app = self.__dict__.get("_app")
        if app is None:
            from loads.app import App

            app = self.__dict__["_app"] = App()
        return app

    @app.setter
    def app(self, app):
        self.__dict__["_app"] = app

    def create_ws(self, url, callback=None, protocols=None, extensions=None, headers=None, klass=None, **options):
        """Opens a web socket (loads.websocket.WebSocket, or `klass`, which derives from it).

        The callback is called with each message as it arrives, in a greenlet of its own; `data` of a message is a str, of a binary one bytes.
        What the callback raises fails the run of the test. The socket is closed at the end of the run.
        Options: timeout, max_message, compression, ping_interval, name.
        """
        from loads.websocket import WebSocket

        socket = (klass or WebSocket)(url, callback, protocols, extensions, headers, on_error=self._callback_error_handler(), **options)
        self.addCleanup(socket.close)
        return socket

    def _callback_error_handler(self):
        if _engine.is_virtual():
            from loads._running import note

            return lambda error: note(error, self)
        _patching.serve_sockets_while_sleeping()
        errors = []
        self.addCleanup(_raise_first, errors)
        return errors.append

    @property
    def user(self):
        """Who runs the test: a loads.user.User."""
        user = self.__dict__.get("_user")
        if user is None:
            user = self.__dict__["_user"] = User()
        return user

    def sleep_between(self, least, most):
        """Waits for any time between the two, in seconds, while the other virtual users go on."""
        time.sleep(self.user.random.uniform(least, most))

    def incr_counter(self, name, by=1):
        """Adds to a counter of the summary's "Custom metrics"."""
        _engine.incr_counter(name, by)

    def trend(self, name, value):
        """A value whose distribution is of interest."""
        _engine.trend(name, value)

    def check(self, name, passed):
        """Counts whether it holds, without failing the test, and gives it back."""
        return _engine.check(name, passed)
