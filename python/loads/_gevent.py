"""Tests that use gevent: its hub runs while the engine waits, and where a virtual user waits in gevent the others go on."""

import sys

from loads import _engine


def _make_hub_class():
    from gevent.hub import Hub

    class UsersHub(Hub):
        """gevent's hub, to which virtual users are greenlets among others."""

        def switch(self):
            return _engine.await_switch() if _engine.is_user() else super().switch()

    return UsersHub


def _make_wait(hub):
    from gevent._waiter import Waiter

    watchers = {}

    def wait(descriptor, timeout):
        """Until the descriptor is readable, or the milliseconds are over; -1: for ever."""
        waiter = Waiter(hub)
        watcher = watchers.get(descriptor)
        if watcher is None:
            watcher = watchers[descriptor] = hub.loop.io(descriptor, 1)
        timer = hub.loop.timer(max(timeout, 0) / 1000)
        watcher.start(waiter.switch, None)
        if timeout >= 0:
            timer.start(waiter.switch, None)
        try:
            waiter.get()
        finally:
            watcher.stop()
            timer.stop()
            timer.close()

    return wait


def join():
    """After the tests were imported: when they have imported gevent."""
    if "gevent" not in sys.modules:
        return
    import gevent

    hub = gevent.get_hub()
    hub.__class__ = _make_hub_class()
    _engine.use_gevent(hub, _make_wait(hub))
