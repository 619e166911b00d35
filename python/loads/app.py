"""The client in the manner of WebTest: a webtest.TestApp whose requests are made by the engine.

What WebTest does is WebTest's own code. Paths are relative to the server URL, whose host all requests go to, as they go to the one
application of a TestApp.
"""

import base64
from urllib.parse import quote, unquote, urljoin, urlsplit

import webtest
from webtest.response import TestResponse

from loads import _engine, errors
from loads._head import head_of

_ASCII = "".join(map(chr, range(33, 127)))  # that can stand in a request line
_SETS_COOKIE, _HAS_LOCATION, _IS_CODED = 1, 2, 4
_NOT_PASSED_ON = ("transfer-encoding", "connection", "keep-alive")


class AppError(webtest.AppError, AssertionError):
    """WebTest's, as a failure of the test: a status that it did not expect."""


class Response(TestResponse):
    """WebTest's response, which works out its request when it is asked for it."""

    _make_request = None
    _request = None

    @property
    def request(self):
        if self._request is None and self._make_request is not None:
            self._request = self._make_request()
        return self._request

    @request.setter
    def request(self, request):
        self._request = request


class Request(webtest.TestRequest):
    ResponseClass = Response


class _Server:
    """Where the requests go."""

    def __init__(self, url):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise errors.InvalidRequest(f'"{url}" is no server URL: it begins with http:// or https:// and a host')
        user, _, self.host = parts.netloc.rpartition("@")
        self.scheme = parts.scheme
        self.path = parts.path.rstrip("/")
        self.root = f"{self.scheme}://{self.host}"
        self.environ = {"HTTP_HOST": self.host, "wsgi.url_scheme": self.scheme, "SCRIPT_NAME": self.path}
        if user:
            self.environ["HTTP_AUTHORIZATION"] = "Basic " + base64.b64encode(unquote(user).encode()).decode("ascii")


def _headers_of(environ):
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").title().encode("latin-1"), str(value).encode("latin-1")
    for name, header in (("CONTENT_TYPE", b"Content-Type"), ("CONTENT_LENGTH", b"Content-Length")):
        if environ.get(name):
            yield header, str(environ[name]).encode("latin-1")


def _body_of(environ):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return environ["wsgi.input"].read(length) if length > 0 else None


def _status_of(answer):
    return f"{answer.status} {answer.reason}"


def _headers(answer):
    headers = [(name, value) for name, value in answer.headers if name.lower() not in _NOT_PASSED_ON]
    if answer.notes & _HAS_LOCATION:
        headers = [(name, urljoin(answer.url, value) if name.lower() == "location" else value) for name, value in headers]
    return headers


def _exchange(call):
    try:
        return _engine.exchange(call)
    except errors.RequestFailed as error:
        error._loads_recorded = True
        raise


class App(webtest.TestApp):
    """WebTest's TestApp at a server."""

    RequestClass = Request

    def __init__(self, **kwargs):
        self._calls = {}
        self._server = None
        kwargs.setdefault("lint", False)  # it checks applications, and there is none
        super().__init__(self._answer, **kwargs)

    @property
    def server_url(self):
        """The root of all paths; by default --server-url's, or the test class's."""
        return _engine.server_url()

    @server_url.setter
    def server_url(self, url):
        _Server(url)
        _engine.set_server_url(url)

    def _find_server(self):
        url = _engine.server_url()
        if not url:
            raise errors.InvalidRequest("app has no server to talk to: give --server-url, or set self.app.server_url = 'http://...' first")
        if self._server is None or self._server[0] != url:
            self._server = (url, _Server(url))
            self._calls.clear()
        return self._server[1]

    def _make_environ(self, extra_environ=None):
        return {**self._find_server().environ, **super()._make_environ(extra_environ)}

    def _call_for(self, environ):
        """The engine's form of a request."""
        server = self._find_server()
        environ["HTTP_HOST"] = server.host
        target = quote((environ["SCRIPT_NAME"] + environ["PATH_INFO"]).encode("latin-1"), _ASCII)
        if environ["QUERY_STRING"]:
            target += "?" + quote(environ["QUERY_STRING"], _ASCII)
        return _engine.Call(environ["REQUEST_METHOD"], server.root, target or "/", head_of(_headers_of(environ)), body=_body_of(environ) or b"")

    def _answer(self, environ, start_response):
        """The application: it passes everything on."""
        answer = _exchange(self._call_for(environ))
        start_response(_status_of(answer), _headers(answer))
        return [answer.body]

    def do_request(self, req, status=None, expect_errors=None):
        server = self._find_server()
        req.environ["HTTP_HOST"] = server.host  # before cookies are chosen for it
        req.environ["wsgi.url_scheme"] = server.scheme
        return super().do_request(req, status=status, expect_errors=expect_errors)

    def set_cookie(self, name, value):
        self.extra_environ["HTTP_HOST"] = self._find_server().host
        try:
            super().set_cookie(name, value)
        finally:
            del self.extra_environ["HTTP_HOST"]

    def get(self, url, params=None, headers=None, extra_environ=None, status=None, expect_errors=False, xhr=False):
        if params is None and headers is None and extra_environ is None and not xhr and self._is_plain():
            return self._plain_get(str(url), status, expect_errors)
        return super().get(url, params, headers, extra_environ, status, expect_errors, xhr)

    def _is_plain(self):
        return not self.extra_environ and not self.lint and not self.cookiejar._cookies and type(self).do_request is App.do_request

    def _plain_get(self, url, status, expect_errors):
        """A GET that says nothing but a URL, while there is nothing to be said for cookies or credentials: it is worked out once."""
        self._find_server()
        call = self._calls.get(url)
        if call is None:
            call = self._work_out(url)
        answer = _exchange(call)
        if answer.notes & (_SETS_COOKIE | _IS_CODED):
            return self._through_webtest(url, answer, status, expect_errors)
        response = Response(status=_status_of(answer), headerlist=_headers(answer), app_iter=[answer.body])
        response._use_unicode = self.use_unicode
        response._make_request = lambda: self._request_for(url)
        response.app = self.app
        response.test_app = self
        response.errors = ""
        if not expect_errors:
            self._check_status(status, response)
        return response

    def _request_for(self, url):
        environ = self._make_environ()
        url, _, environ["QUERY_STRING"] = self._remove_fragment(url).partition("?")
        request = self.RequestClass.blank(url, environ)
        root = request.script_name
        if root and request.path_info.startswith(root):
            request.path_info = request.path_info[len(root) :]
        return request

    def _work_out(self, url):
        if len(self._calls) >= 256:
            self._calls.clear()
        call = self._calls[url] = self._call_for(self._request_for(url).environ)
        return call

    def _through_webtest(self, url, answer, status, expect_errors):
        """The rest of WebTest's way for an answer that is there already."""

        def application(environ, start_response):
            start_response(_status_of(answer), _headers(answer))
            return [answer.body]

        usual, self.app = self.app, application
        try:
            return self.do_request(self._request_for(url), status=status, expect_errors=expect_errors)
        finally:
            self.app = usual

    def _check_status(self, status, res):
        try:
            super()._check_status(status, res)
        except webtest.AppError as error:
            raise AppError("%s", str(error)) from None
