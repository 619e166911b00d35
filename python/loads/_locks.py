"""Locks between virtual users, which share a thread, and between them and threads: whoever waits lets the other users go on.

`Lock` takes the place of threading.Lock; what the standard library builds on that (RLock in its Python form, Condition, Event, Semaphore,
Barrier, Queue) follows. Who is who is a matter of greenlets there: each virtual user, and each callback of a web socket, is a thread of its
own to them.
"""

import _thread
import threading
import time
from collections import deque

import greenlet

from loads import _engine

_allocate = _thread.allocate_lock
_real_ident = _thread.get_ident
_real_current = threading.current_thread


class Lock:
    """As threading.Lock."""

    __slots__ = ("_lock", "_waiting", "__weakref__")

    def __init__(self):
        self._lock = _allocate()
        self._waiting = deque()

    def acquire(self, blocking=True, timeout=-1):
        if self._lock.acquire(False):
            return True
        if not blocking or not _engine.is_virtual():
            return self._lock.acquire(blocking, timeout)
        if timeout > threading.TIMEOUT_MAX:
            raise OverflowError("timeout value is too large")
        return self._wait(None if timeout < 0 else time.monotonic() + timeout)

    def _wait(self, deadline):
        in_front = False
        while True:
            signal = _engine.Signal()
            (self._waiting.appendleft if in_front else self._waiting.append)(signal)
            acquired = self._lock.acquire(False)  # it may have been let go of meanwhile, by a thread
            try:
                if not acquired:
                    given = signal.wait(None if deadline is None else max(deadline - time.monotonic(), 0))
                    acquired = self._lock.acquire(False)
            finally:
                self._forget(signal, acquired)
            if acquired:
                return True
            if not given:
                return False
            in_front = True

    def _forget(self, signal, acquired):
        try:
            self._waiting.remove(signal)
        except ValueError:  # it was given: if it is of no use here, it is somebody else's
            if not acquired:
                self._tell_next()

    def _tell_next(self):
        if self._waiting and not self._lock.locked():
            try:
                self._waiting.popleft().give()
            except IndexError:  # another thread was faster
                pass

    def release(self):
        self._lock.release()
        self._tell_next()

    def locked(self):
        return self._lock.locked()

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def _at_fork_reinit(self):
        self._lock = _allocate()
        self._waiting.clear()

    def __repr__(self):
        return f"<{'locked' if self.locked() else 'unlocked'} threading.Lock object at {hex(id(self))}>"


def get_ident():
    """As threading.get_ident(): a virtual user is a thread of its own."""
    return id(greenlet.getcurrent()) if _engine.is_virtual() else _real_ident()


class UserThread(threading.Thread):
    """What threading.current_thread() gives to a virtual user."""

    def __init__(self, ident):
        super().__init__(name=f"user {_engine.place()[0]}", daemon=True)
        self._started.set()
        self._own_ident = ident

    @property
    def ident(self):
        return self._own_ident

    def is_alive(self):
        return True

    def join(self, timeout=None):
        raise RuntimeError("cannot join a virtual user")


def current_thread():
    """As threading.current_thread()."""
    if not _engine.is_virtual():
        return _real_current()
    state = greenlet.getcurrent().__dict__
    thread = state.get("loads_thread")
    if thread is None:
        thread = state["loads_thread"] = UserThread(get_ident())
    return thread


_join = threading.Thread.join


def join(self, timeout=None):
    """As Thread.join(): of a thread that the test has started."""
    if not _engine.is_virtual():
        return _join(self, timeout)
    deadline = None if timeout is None else time.monotonic() + timeout
    pause = 0.001
    while self.is_alive() and (deadline is None or time.monotonic() < deadline):
        _engine.sleep(pause if deadline is None else max(min(pause, deadline - time.monotonic()), 0))
        pause = min(pause * 2, 0.02)
    return None if self.is_alive() else _join(self, 0)
