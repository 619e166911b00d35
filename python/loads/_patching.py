"""What the standard library waits for becomes a wait of the virtual user, while the others go on, as long as a virtual user calls.

loads.worker patches before it imports the tests; --no-patching keeps it from doing so. Elsewhere, and in threads that a test has started,
everything does what it always did.
"""

import time

from loads import _engine

_real_sleep = time.sleep


def _sleep(seconds):
    """time.sleep()"""
    if not _engine.is_virtual():
        return _real_sleep(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    _engine.sleep(seconds)


def _sleep_alone(seconds):
    """time.sleep() of a test that runs without virtual users: its open web sockets are served meanwhile."""
    if not _engine.has_sockets() or seconds < 0:
        return _real_sleep(seconds)
    _engine.sleep(seconds)


def serve_sockets_while_sleeping():
    if time.sleep is _real_sleep:
        time.sleep = _sleep_alone


def _patch_threads():
    import queue
    import threading

    import _threading_local

    from loads import _locks

    threading.Lock = threading._allocate_lock = _locks.Lock
    threading._CRLock = None  # the Python form, which is made of Lock and get_ident()
    threading.get_ident = _locks.get_ident
    threading.current_thread = threading.currentThread = _threading_local.current_thread = _locks.current_thread
    threading.Thread.join = _locks.join
    threading.local = _threading_local.local
    _threading_local.RLock = threading.RLock
    queue.SimpleQueue = queue._PySimpleQueue


def patch():
    from loads import _descriptors

    time.sleep = _sleep
    _patch_threads()
    _descriptors.patch()
