"""Sockets, select() and child processes of other libraries: where they would wait, the other virtual users go on.

The methods of the standard library's own classes are replaced, so that objects and subclasses of theirs behave, whenever they were made.
"""

import _socket
import errno
import os
import select as _select
import selectors
import socket
import ssl
import subprocess
import sys
import time

from loads import _engine

_READ, _WRITE = _select.POLLIN, _select.POLLOUT
_plain = _socket.socket


def _has_to_wait(sock):
    return _engine.is_virtual() and sock.gettimeout() != 0


def _wait(sock, events, timeout):
    if not _engine.wait_for_descriptors(((sock.fileno(), events),), timeout):
        raise TimeoutError("timed out")


def _after_waiting(method, events):
    def call(self, *args):
        if _has_to_wait(self):
            _wait(self, events, self.gettimeout())
        return method(self, *args)

    return call


def _send(self, data, flags=0):
    if not _has_to_wait(self):
        return _plain.send(self, data, flags)
    while True:
        _wait(self, _WRITE, self.gettimeout())
        try:
            return _plain.send(self, data, flags | socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue


def _sendall(self, data, flags=0):
    if not _has_to_wait(self):
        return _plain.sendall(self, data, flags)
    with memoryview(data) as view, view.cast("B") as left:
        sent = 0
        while sent < len(left):
            sent += _send(self, left[sent:], flags)


def _connect(self, address):
    if not _has_to_wait(self):
        return _plain.connect(self, address)
    error = _connect_waiting(self, address)
    if error:
        raise OSError(error, os.strerror(error))


def _connect_ex(self, address):
    if not _has_to_wait(self):
        return _plain.connect_ex(self, address)
    try:
        return _connect_waiting(self, address)
    except TimeoutError:
        return errno.EAGAIN


def _connect_waiting(self, address):
    timeout = self.gettimeout()
    self.settimeout(0)
    try:
        error = _plain.connect_ex(self, address)
    finally:
        self.settimeout(timeout)
    if error not in (errno.EINPROGRESS, errno.EWOULDBLOCK):
        return error
    _wait(self, _WRITE, timeout)
    return self.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def _of_tls(method):
    """The method of an SSLSocket, tried without waiting until it is done."""

    def call(self, *args, **kwargs):
        if not _has_to_wait(self):
            return method(self, *args, **kwargs)
        timeout = self.gettimeout()
        self.settimeout(0)
        try:
            while True:
                try:
                    return method(self, *args, **kwargs)
                except ssl.SSLWantReadError:
                    _wait(self, _READ, timeout)
                except ssl.SSLWantWriteError:
                    _wait(self, _WRITE, timeout)
        finally:
            if self.fileno() >= 0:
                self.settimeout(timeout)

    return call


class _OtherLoop:
    """asyncio keeps in the thread which loop runs: it is none of the other users'."""

    def __enter__(self):
        self.events = sys.modules.get("asyncio.events")
        self.loop = self.events._get_running_loop() if self.events is not None else None
        if self.loop is not None:
            self.events._set_running_loop(None)

    def __exit__(self, *_):
        if self.loop is not None:
            self.events._set_running_loop(self.loop)


def _descriptor(file):
    return file if isinstance(file, int) else file.fileno()


_real_select = _select.select


def _patched_select(rlist, wlist, xlist, timeout=None):
    if not _engine.is_virtual() or timeout == 0:
        return _real_select(rlist, wlist, xlist, timeout)
    pairs = [(_descriptor(file), events) for files, events in ((rlist, _READ), (wlist, _WRITE), (xlist, _select.POLLPRI)) for file in files]
    with _OtherLoop():
        _engine.wait_for_descriptors(pairs, timeout)
    return _real_select(rlist, wlist, xlist, 0)


_real_poll = _select.poll


class Poll:
    """As select.poll()."""

    def __init__(self):
        self._poll = _real_poll()
        self._events = {}

    def register(self, fd, eventmask=_READ | _select.POLLPRI | _WRITE):
        self._poll.register(fd, eventmask)
        self._events[_descriptor(fd)] = eventmask

    def modify(self, fd, eventmask):
        self._poll.modify(fd, eventmask)
        self._events[_descriptor(fd)] = eventmask

    def unregister(self, fd):
        self._poll.unregister(fd)
        self._events.pop(_descriptor(fd), None)

    def poll(self, timeout=None):
        if _engine.is_virtual() and timeout != 0:
            with _OtherLoop():
                _engine.wait_for_descriptors(tuple(self._events.items()), None if timeout is None or timeout < 0 else timeout / 1000)
            timeout = 0
        return self._poll.poll(timeout)


_real_epoll = _select.epoll


class Epoll:
    """As select.epoll()."""

    def __init__(self, sizehint=-1, flags=0, epoll=None):
        self._epoll = epoll or _real_epoll(sizehint, flags)

    @classmethod
    def fromfd(cls, fd):
        return cls(epoll=_real_epoll.fromfd(fd))

    def __getattr__(self, name):
        return getattr(self._epoll, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._epoll.close()

    def poll(self, timeout=None, maxevents=-1):
        if _engine.is_virtual() and timeout != 0:
            with _OtherLoop():
                _engine.wait_for_descriptors(((self._epoll.fileno(), _READ),), None if timeout is None or timeout < 0 else timeout)
            timeout = 0
        return self._epoll.poll(timeout, maxevents)


_real_process_wait = subprocess.Popen.wait


def _process_wait(self, timeout=None):
    if not _engine.is_virtual():
        return _real_process_wait(self, timeout)
    deadline = None if timeout is None else time.monotonic() + timeout
    while self.poll() is None:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise subprocess.TimeoutExpired(self.args, timeout)
        descriptor = os.pidfd_open(self.pid)
        try:
            _engine.wait_for_descriptors(((descriptor, _READ),), left)
        finally:
            os.close(descriptor)
    return self.returncode


_real_getaddrinfo = socket.getaddrinfo
_lookups = None


def _getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """Looks a name up in a thread."""
    if not _engine.is_virtual():
        return _real_getaddrinfo(host, port, family, type, proto, flags)
    try:
        return _real_getaddrinfo(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass
    global _lookups
    if _lookups is None:
        from concurrent.futures import ThreadPoolExecutor

        _lookups = ThreadPoolExecutor(4, "name lookup")
    return _lookups.submit(_real_getaddrinfo, host, port, family, type, proto, flags).result()


def patch():
    for name in ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into"):
        setattr(socket.socket, name, _after_waiting(getattr(_plain, name), _READ))
    for name in ("sendto", "sendmsg"):
        setattr(socket.socket, name, _after_waiting(getattr(_plain, name), _WRITE))
    socket.socket.accept = _after_waiting(socket.socket.accept, _READ)
    socket.socket.send, socket.socket.sendall = _send, _sendall
    socket.socket.connect, socket.socket.connect_ex = _connect, _connect_ex
    socket.getaddrinfo = _getaddrinfo
    for name in ("read", "write", "send", "do_handshake", "unwrap"):
        setattr(ssl.SSLSocket, name, _of_tls(getattr(ssl.SSLSocket, name)))
    _select.select, _select.poll, _select.epoll = _patched_select, Poll, Epoll
    selectors.SelectSelector._select = staticmethod(_patched_select)
    selectors.PollSelector._selector_cls, selectors.EpollSelector._selector_cls = Poll, Epoll
    subprocess.Popen.wait = _process_wait
