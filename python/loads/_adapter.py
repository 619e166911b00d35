"""The way of a prepared request to the engine, in the place of Requests' HTTPAdapter."""

import contextlib
import contextvars
from types import SimpleNamespace
from urllib.request import getproxies

from requests import exceptions
from requests.adapters import HTTPAdapter
from requests.utils import prepend_scheme_if_needed, select_proxy
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError
from urllib3.util import Timeout, parse_url

from loads import _engine, errors
from loads._raw import Raw
from loads._response import Response
from loads._wire import Wire

# The name in the report of the requests that are made now; empty: each has that of its method and path.
request_name = contextvars.ContextVar("request_name", default="")


@contextlib.contextmanager
def named(name):
    token = request_name.set(name)
    try:
        yield
    finally:
        request_name.reset(token)


_RAISED = (
    (errors.ConnectTimeout, exceptions.ConnectTimeout),
    (errors.ReadTimeout, exceptions.ReadTimeout),
    (errors.BodyTimeout, exceptions.ConnectionError),
    (errors.Timeout, exceptions.ReadTimeout),
    (errors.TlsError, exceptions.SSLError),
    (errors.ProxyError, exceptions.ProxyError),
    (errors.BrokenBody, exceptions.ChunkedEncodingError),
    (errors.InvalidRequest, exceptions.InvalidURL),
)


def as_of_requests(error, request, proxy=None):
    """The engine's error as Requests would have raised it."""
    kind = next((raised for kind, raised in _RAISED if isinstance(error, kind)), exceptions.ConnectionError)
    if proxy and kind is exceptions.ConnectionError and type(error) in (errors.ConnectionError, errors.NotConnected):
        kind = exceptions.ProxyError
    raised = kind(str(error), request=request)
    raised._loads_recorded = True
    raised._loads_unconnected = isinstance(error, errors.NotConnected)
    return raised


def times(timeout):
    """(to connect, for each wait) of Requests' timeout, in seconds; None: not given."""
    if timeout is None:
        return None, None
    if isinstance(timeout, tuple):
        try:
            connect, read = timeout
        except ValueError:
            raise ValueError(
                f"Invalid timeout {timeout}. Pass a (connect, read) timeout tuple, or a single float to set both timeouts to the same value."
            ) from None
        timeout = Timeout(connect=connect, read=read)
    elif not isinstance(timeout, Timeout):
        timeout = Timeout(connect=timeout, read=timeout)
    # Neither is a number when it was left to urllib3's default.
    return tuple(time if isinstance(time, (int, float)) else None for time in (timeout.connect_timeout, _read_time(timeout)))


def _read_time(timeout):
    given = [time for time in (timeout.total, timeout._read) if isinstance(time, (int, float))]
    return min(given, default=None)


def _proxy(url, proxies):
    """What Requests chooses; "" for none, and None when nothing has been said, so that --proxy counts."""
    chosen = select_proxy(url, proxies)
    if not chosen:
        return "" if proxies or getproxies() else None
    chosen = prepend_scheme_if_needed(chosen, "http")
    parts = parse_url(chosen)
    if not parts.host:
        raise exceptions.InvalidProxyURL("Please check proxy URL. It is malformed and could be missing the host.")
    if (parts.scheme or "").startswith("socks"):
        raise exceptions.InvalidSchema(f"{parts.scheme} proxies are not supported: the engine goes through HTTP proxies alone.")
    return chosen


class Sent:
    """Where a response comes from, when its request was made for it alone."""

    def __init__(self, adapter, request, streams):
        self.adapter = adapter
        self.prepared = request
        self.streams = streams

    def request(self, response):
        return self.prepared


class Adapter(HTTPAdapter):
    """Sends prepared requests by the engine. Has the retries of Requests' own, and nothing else of it."""

    def call(self, request, stream=False, verify=True, cert=None, proxies=None, name="", template=False):
        """The engine's form of a request; a template can be sent with other targets and bodies."""
        wire = Wire(request)
        secure = wire.origin.startswith("https:")
        self.cert_verify(SimpleNamespace(), request.url, verify, cert)  # that there are such files
        return _engine.Call(
            request.method,
            wire.origin,
            wire.target,
            length_at=wire.length_at() if template else -1,
            head=wire.head,
            body=wire.body,
            name=name,
            verify=bool(verify) if not isinstance(verify, str) else verify if secure else True,
            cert=((cert, None) if isinstance(cert, str) else cert) if secure and cert else None,
            proxy=_proxy(request.url, proxies),
            version="1.1" if wire.chunked else "",
            stream=stream,
        )

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        connect, each = times(timeout)
        call = self.call(request, stream, verify, cert, proxies, request_name.get())
        retries = self.max_retries
        while True:
            try:
                answer = _engine.exchange(call, None, None, None, connect, each)
            except errors.RequestFailed as error:
                raised = as_of_requests(error, request, select_proxy(request.url, proxies))
                retries = self._after_error(retries, request, raised)
                continue
            response = self._response(request, answer, stream)
            if not retries.is_retry(request.method, answer.peek, "Retry-After" in response.headers):
                return response
            retries = self._after_answer(retries, request, response)
            if retries is None:
                return response

    def _response(self, request, answer, stream):
        response = Response(answer, Sent(self, request, stream))
        response.request = request
        response.url = request.url.decode("utf-8") if isinstance(request.url, bytes) else request.url
        response.connection = self
        response.raw = Raw(answer, request.method, stream)
        return response

    def _after_error(self, retries, request, raised):
        """What is left of the retries; raises the error when that is nothing."""
        if isinstance(raised, exceptions.ConnectTimeout):
            cause = ConnectTimeoutError(str(raised))
        elif isinstance(raised, exceptions.ReadTimeout):
            cause = ReadTimeoutError(None, request.url, str(raised))
        elif raised._loads_unconnected:
            cause = NewConnectionError(None, str(raised))
        elif isinstance(raised, (exceptions.ChunkedEncodingError, exceptions.ConnectionError)):
            cause = ProtocolError(str(raised))
        else:
            raise raised
        try:
            left = retries.increment(request.method, request.url, error=cause)
        except (MaxRetryError, type(cause)):
            raise raised from None
        _engine.sleep(left.get_backoff_time())
        return left

    def _after_answer(self, retries, request, response):
        """Likewise for an answer that asks for another try; None when it is to be given back."""
        try:
            left = retries.increment(request.method, request.url, response=response.raw)
        except MaxRetryError as error:
            if not retries.raise_on_status:
                return None
            raise exceptions.RetryError(error, request=request) from None
        response.close()
        after = left.get_retry_after(response.raw) if left.respect_retry_after_header else None
        _engine.sleep(after or left.get_backoff_time())
        return left

    def close(self):
        """Ends the connections that are kept for the next request."""
        _engine.close_connections()


def adopt(adapter):
    """Has an adapter send by the engine, when it is one of Requests' own, or derived from it."""
    if isinstance(adapter, HTTPAdapter) and not isinstance(adapter, Adapter):
        kind = type(adapter)
        adapter.__class__ = Adapter if kind is HTTPAdapter else type(kind.__name__, (kind, Adapter), {"__module__": kind.__module__})
    return adapter
