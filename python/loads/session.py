"""The session of a test: Requests' own Session, whose requests are made by the engine.

What follows from an answer (redirects, cookies, credentials, hooks) is Requests' own code, so that it behaves as Requests does. A request that
says no more than the one before it under the same state of the session is not worked out again: it goes to the engine as it is.
"""

import http.cookiejar
import io
import time
from datetime import timedelta
from http.client import HTTPMessage
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3.response import HTTPResponse

from loads import _engine, errors

_SETS_COOKIE, _HAS_LOCATION, _IS_CODED, _ASKS_WHO = 1, 2, 4, 8


class _Original:
    """What Requests and http.cookiejar look for in http.client's answer."""

    def __init__(self, pairs):
        self.msg = HTTPMessage()
        for name, value in pairs:
            self.msg[name] = value

    def isclosed(self):
        return True

    def close(self):
        pass


def _raw(answer):
    """The answer as urllib3 would give it."""
    pairs = answer.headers
    original = _Original(pairs)
    return HTTPResponse(
        body=io.BytesIO(answer.body),
        headers=original.msg.items(),
        status=answer.peek,
        version=answer.version,
        reason=answer.reason,
        preload_content=False,
        decode_content=False,
        original_response=original,
    )


class Response(requests.Response):
    """Requests' Response; what a test does not look at is not made."""

    def __init__(self, answer=None, session=None, request=None):
        if answer is None:
            super().__init__()
            return
        state = self.__dict__
        state["_answer"] = answer
        state["_session"] = session
        state["_how"] = request
        state["history"] = []
        state["_content_consumed"] = False
        state["_content"] = False
        state["_next"] = None

    def __getattr__(self, name):
        # Called for what is not made yet alone.
        make = _MAKE.get(name)
        state = self.__dict__
        if make is None or "_answer" not in state:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        value = state[name] = make(self)
        return value

    @property
    def status_code(self):
        answer = self.__dict__.get("_answer")
        return answer.status if answer is not None else self.__dict__.get("_status")

    @status_code.setter
    def status_code(self, status):
        self.__dict__["_status"] = status
        if "_answer" in self.__dict__ and status != self.__dict__["_answer"].peek:
            del self.__dict__["_answer"]


def _request_of(response):
    return response._session._prepared(*response._how)


def _cookies_of(response):
    jar = RequestsCookieJar()
    if response._answer.notes & _SETS_COOKIE:
        extract_cookies_to_jar(jar, response.request, response.raw)
    return jar


_MAKE = {
    "headers": lambda response: CaseInsensitiveDict(response.raw.headers),
    "raw": lambda response: _raw(response._answer),
    "encoding": lambda response: get_encoding_from_headers(response.headers),
    "reason": lambda response: response._answer.reason,
    "elapsed": lambda response: timedelta(seconds=response._answer.elapsed),
    "request": _request_of,
    "url": lambda response: response.request.url,
    "cookies": _cookies_of,
    "connection": lambda response: response._session.get_adapter(response.url),
}


def _pairs(headers):
    for name, value in headers.items():
        yield (name.encode("latin-1") if isinstance(name, str) else name, value.encode("latin-1") if isinstance(value, str) else value)


def _chunked(pieces):
    body = bytearray()
    for piece in pieces:
        piece = piece.encode() if isinstance(piece, str) else piece
        if piece:
            body += b"%x\r\n%b\r\n" % (len(piece), piece)
    return bytes(body + b"0\r\n\r\n")


def _body(request):
    body = request.body
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode("utf-8")
    if "Content-Length" not in request.headers:
        return _chunked(body)
    body = body.read() if hasattr(body, "read") else b"".join(body)
    return body.encode() if isinstance(body, str) else body


def _timeout(timeout):
    """Requests' timeout: of the connection, and of each wait for bytes. The engine's is of the whole request: the sum, when both are given."""
    if timeout is None:
        return None
    if isinstance(timeout, tuple):
        connect, read = timeout
        return None if connect is None or read is None else connect + read
    if hasattr(timeout, "read_timeout"):
        return timeout.total or timeout.read_timeout
    return float(timeout)


def _raise(error, request):
    """The engine's error as Requests would have raised it."""
    text = str(error)
    if isinstance(error, errors.Timeout):
        kind = requests.exceptions.ConnectTimeout if text.startswith("connect") else requests.exceptions.ReadTimeout
    elif isinstance(error, errors.TlsError):
        kind = requests.exceptions.SSLError
    elif isinstance(error, errors.ProxyError):
        kind = requests.exceptions.ProxyError
    elif isinstance(error, errors.InvalidRequest):
        kind = requests.exceptions.InvalidURL
    else:
        kind = requests.exceptions.ConnectionError
    raised = kind(text, request=request)
    raised._loads_recorded = True
    raise raised from None


class Adapter(HTTPAdapter):
    """Sends a prepared request by the engine."""

    def __init__(self, session):
        super().__init__()
        self._session = session

    def call(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None, name=""):
        """The engine's form of a request."""
        if isinstance(cert, str):
            cert = (cert, None)
        return _engine.Call(
            request.method,
            request.url,
            tuple(_pairs(request.headers)),
            _body(request),
            name,
            _timeout(timeout),
            verify,
            cert,
            tuple((proxies or {}).items()),
            False,
        )

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        name = getattr(request, "_loads_name", "")
        try:
            answer = _engine.exchange(self.call(request, stream, timeout, verify, cert, proxies, name))
        except errors.RequestFailed as error:
            _raise(error, request)
        return self.build_response(request, answer)

    def build_response(self, request, answer):
        response = Response(answer, self._session, None)
        response.request = request
        response.url = request.url.decode("utf-8") if isinstance(request.url, bytes) else request.url
        response.connection = self
        return response

    def close(self):
        pass


class _Headers(CaseInsensitiveDict):
    """Headers that count their changes."""

    changes = 0

    def __setitem__(self, key, value):
        self.changes += 1
        super().__setitem__(key, value)

    def __delitem__(self, key):
        self.changes += 1
        super().__delitem__(key)


class _Jar(RequestsCookieJar):
    """Cookies that count their changes."""

    changes = 0

    def set_cookie(self, cookie, *args, **kwargs):
        self.changes += 1
        return super().set_cookie(cookie, *args, **kwargs)

    def clear(self, *args, **kwargs):
        self.changes += 1
        return super().clear(*args, **kwargs)

    def expires_next(self):
        """When the first of them expires; infinity: none does."""
        return min((cookie.expires for cookie in self if cookie.expires is not None), default=float("inf"))


class Session(requests.Session):
    """Requests' Session. Beside its own arguments each request takes `name`: that of the request in the report."""

    def __init__(self):
        self._calls = {}
        self._changes = 0
        super().__init__()
        self.headers = _Headers(self.headers)
        self.cookies = _Jar()
        adapter = Adapter(self)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def __setattr__(self, name, value):
        if name != "_changes":
            self.__dict__["_changes"] = self.__dict__.get("_changes", 0) + 1
            if name == "cookies" and not isinstance(value, _Jar):
                value = _as_jar(value)
            if name == "headers" and not isinstance(value, _Headers):
                value = _Headers(value)
        self.__dict__[name] = value

    def mount(self, prefix, adapter):
        self._changes += 1
        super().mount(prefix, adapter)

    def _stamp(self):
        return (self._changes, self.headers.changes, self.cookies.changes)

    def _is_plain(self):
        return not (self.params or self.proxies or self.hooks["response"] or self.auth or self.stream)

    def get(self, url, **kwargs):
        if not kwargs:
            return self._same("GET", url)
        kwargs.setdefault("allow_redirects", True)
        return self.request("GET", url, **kwargs)

    def request(self, method, url, *args, name=None, **kwargs):
        if isinstance(url, str) and url.startswith("/"):
            url = urljoin(_engine.server_url(), url)
        if name is not None:
            self.__dict__["_name"] = name
            try:
                return super().request(method, url, *args, **kwargs)
            finally:
                self.__dict__["_name"] = ""
        return super().request(method, url, *args, **kwargs)

    def prepare_request(self, request):
        prepared = super().prepare_request(request)
        prepared._loads_name = self.__dict__.get("_name", "")
        return prepared

    def _same(self, method, url):
        """A request of nothing but a URL."""
        stamp = self._stamp()
        known = self._calls.get((method, url))
        if known is None or known[0] != stamp or not self._is_plain() or time.time() >= known[2]:
            known = self._work_out(method, url, stamp)
            if known is None:
                return self.request(method, url, allow_redirects=True)
        try:
            answer = _engine.exchange(known[1])
        except errors.RequestFailed as error:
            _raise(error, self._prepared(method, url))
        response = Response(answer, self, (method, url))
        if answer.notes & (_SETS_COOKIE | _HAS_LOCATION):
            return self._follow(response)
        return response

    def _prepared(self, method, url):
        if isinstance(url, str) and url.startswith("/"):
            url = urljoin(_engine.server_url(), url)
        return self.prepare_request(requests.Request(method, url))

    def _work_out(self, method, url, stamp):
        """What is kept of a request: the state that it is good for, the engine's form, and until when; None when the session has more to do."""
        if not self._is_plain():
            return None
        request = self._prepared(method, url)
        adapter = self.get_adapter(request.url)
        if not isinstance(adapter, Adapter):
            return None
        settings = self.merge_environment_settings(request.url, {}, None, None, None)
        settings.pop("stream")
        if len(self._calls) >= 256:
            self._calls.clear()
        known = self._calls[method, url] = (stamp, adapter.call(request, **settings), self.cookies.expires_next())
        return known

    def _follow(self, response):
        """The rest of Requests' send(): cookies are kept, redirects followed."""
        request = response.request
        extract_cookies_to_jar(self.cookies, request, response.raw)
        history = list(self.resolve_redirects(response, request))
        if history:
            history.insert(0, response)
            response = history.pop()
            response.history = history
        return response


def _as_jar(cookies):
    jar = _Jar()
    if isinstance(cookies, http.cookiejar.CookieJar):
        for cookie in cookies:
            jar.set_cookie(cookie)
    else:
        jar.update(cookies)
    return jar
