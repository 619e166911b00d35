"""Web sockets, as ws4py has them: what self.create_ws() gives."""

from loads import _engine

_MOST = 16 << 20


class Text(str):
    """A text message: a str that can also be decoded, as in the days when it came as bytes."""

    __slots__ = ()

    def decode(self, encoding="utf-8", errors="strict"):
        return str(self)


class Message:
    """What a server has sent: `data` is a Text or, when `is_binary`, bytes."""

    __slots__ = ("data", "is_binary")

    def __init__(self, data, is_binary):
        self.data = data if is_binary else Text(data, "utf-8")
        self.is_binary = is_binary

    @property
    def is_text(self):
        return not self.is_binary

    def __len__(self):
        return len(self.data)

    def __str__(self):
        return self.data.decode("utf-8", "replace")

    def __repr__(self):
        return f"Message({self.data!r})"


def _listeners_of(socket):
    """Who is to be told of a message: None when nobody is, so that those which are not received yet stay with the server."""
    overrides = type(socket).received_message is not WebSocket.received_message
    return socket._hear if overrides or socket._callback is not None else None


class WebSocket:
    """An open web socket. A call waits until it is done, while the other virtual users go on.

    Each message goes to received_message(), which calls the callback, and then to receive(). Both happen as messages arrive, one at a time,
    in a greenlet of the socket's own, so that they may wait and send themselves. It is closed at the end of the run of the test.
    """

    def __init__(self, url, callback=None, protocols=None, extensions=None, headers=None, timeout=None, max_message=_MOST, compression=False,
                 ping_interval=None, name="", on_error=None):
        self.url = url
        self._callback = callback
        self._on_error = on_error
        if isinstance(headers, dict):
            headers = headers.items()
        self._socket = _engine.open_ws(url, _listeners_of(self), tuple(protocols or ()), tuple(extensions or ()), tuple(headers or ()), timeout,
                                       max_message, compression, ping_interval, name)
        self.opened()

    def opened(self):
        """For subclasses: the server has agreed."""

    def received_message(self, message):
        """A message has come."""
        if self._callback is not None:
            self._callback(message)

    def _hear(self, received):
        try:
            self.received_message(Message(*received))
        except BaseException as error:
            if self._on_error is None:
                raise
            self._on_error(error)

    def send(self, payload, binary=None):
        """Sends a str as a text and bytes as they are; `binary` says otherwise."""
        if isinstance(payload, str):
            payload, is_text = payload.encode("utf-8"), True
        else:
            payload, is_text = bytes(payload), False
        self._socket.send(payload, not is_text if binary is None else binary)

    def receive(self, timeout=None, msg_obj=False):
        """The data of the oldest message that was not received yet; with msg_obj the Message. Raises loads.errors.Timeout, and
        ConnectionError when none can come any more."""
        message = Message(*self._socket.receive(timeout))
        return message if msg_obj else message.data

    def ping(self, payload=b""):
        """Its pong is not waited for."""
        self._socket.ping(payload.encode("utf-8") if isinstance(payload, str) else bytes(payload))

    def close(self, code=1000, reason=""):
        """Sends a close frame and waits for the server's."""
        self._socket.close(code, reason)

    @property
    def is_open(self):
        return self._socket.is_open

    @property
    def terminated(self):
        """ws4py's name for the opposite."""
        return not self._socket.is_open

    @property
    def protocol(self):
        """The one that the server has chosen; empty: none."""
        return self._socket.protocol

    @property
    def extensions(self):
        """"permessage-deflate" when messages are compressed."""
        return self._socket.extensions

    @property
    def close_code(self):
        """Of the server's close frame; 1005: it named none; 1006: there was none; 0: still open."""
        return self._socket.close_code

    @property
    def close_reason(self):
        return self._socket.close_reason

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
