"""What the engine raises. Those of requests are made into Requests' own by `loads.session`."""

import builtins


class Cancelled(BaseException):
    """The run has ended while the test was waiting. Tests let it pass, as they do KeyboardInterrupt."""


class RequestFailed(Exception):
    """A request that got no answer; it is in the report already."""


class ConnectionError(RequestFailed, builtins.ConnectionError):
    """No connection, or it was closed before the answer was complete."""


class NotConnected(ConnectionError):
    """No connection."""


class BrokenBody(ConnectionError):
    """The answer had begun, and did not come to its end."""


class TlsError(ConnectionError):
    """No TLS with the server."""


class ProxyError(ConnectionError):
    """A proxy on the way refused."""


class Timeout(RequestFailed, builtins.TimeoutError):
    """No connection, or no complete answer, in the time given."""


class ConnectTimeout(Timeout):
    """No connection."""


class ReadTimeout(Timeout):
    """A connection, and no answer."""


class BodyTimeout(Timeout):
    """An answer that has begun."""


class InvalidRequest(RequestFailed):
    """The URL, or a header, cannot be sent."""


class InvalidAnswer(RequestFailed):
    """The answer is not HTTP, or larger than the limits."""


class ContentDecodingError(RequestFailed):
    """A body that its Content-Encoding does not fit."""


class FeedError(Exception):
    """A file of data that cannot be used, or a row that is not there."""


class EndOfRows(FeedError):
    """There is no further row for this user, who ends with an Error when the test does not catch it."""

    expected = False


class ExpectedEndOfRows(EndOfRows):
    """The same where it is how things end, with order="sequential": the user ends with a run that counts as skipped."""

    expected = True
