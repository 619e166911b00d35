"""The session of a test: Requests' own Session, whose requests are made by the engine.

What follows from an answer (redirects, cookies, credentials, hooks) is Requests' own code, so that it behaves as Requests does. A request
that differs from one before it in its URL, its body and its times alone is not worked out again: see loads._known.
"""

import http.cookiejar
from urllib.parse import urljoin

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.exceptions import MissingSchema
from requests.structures import CaseInsensitiveDict

from loads import _engine, errors
from loads._adapter import Adapter, adopt, as_of_requests, named, request_name
from loads._known import Changes, KnownRequests
from loads._response import HAS_LOCATION, SETS_COOKIE, Response

_adapter = Adapter()  # of all sessions: it holds nothing of them
_exchange = _engine.exchange
_HAS_MORE = SETS_COOKIE | HAS_LOCATION


def _noting(name):
    """The method of a dict or a list, which is noted as a change."""

    def method(self, *arguments, **keywords):
        self.changes.note()
        return getattr(super(type(self), self), name)(*arguments, **keywords)

    return method


class _Dict(dict):
    """A dict whose changes are noted."""

    def __reduce__(self):
        return dict, (dict(self),)


class _List(list):
    """A list whose changes are noted."""

    def __reduce__(self):
        return list, (list(self),)


for _kind, _methods in ((_Dict, "clear pop popitem setdefault update __delitem__ __ior__ __setitem__"),
                        (_List, "append clear extend insert pop remove reverse sort __delitem__ __iadd__ __imul__ __setitem__")):  # fmt: skip
    for _name in _methods.split():
        setattr(_kind, _name, _noting(_name))


class _Headers(CaseInsensitiveDict):
    """Headers whose changes are counted."""

    def __init__(self, data=None, changes=None, **more):
        self.changes = changes or Changes()
        super().__init__(data, **more)

    def __setitem__(self, key, value):
        self.changes.note()
        super().__setitem__(key, value)

    def __delitem__(self, key):
        self.changes.note()
        super().__delitem__(key)

    def copy(self):
        return CaseInsensitiveDict(self._store.values())

    def __reduce__(self):
        return CaseInsensitiveDict, (dict(self._store.values()),)


class _Jar(RequestsCookieJar):
    """Cookies whose changes are counted."""

    def __init__(self, policy=None, changes=None):
        self.changes = changes or Changes()
        super().__init__(policy)

    def _has(self, cookie):
        """Whether it is here already, and to stay no longer than this one."""
        known = self._cookies.get(cookie.domain, {}).get(cookie.path, {}).get(cookie.name)
        if known is None or {**vars(known), "expires": None} != {**vars(cookie), "expires": None}:
            return False
        return known.expires == cookie.expires or (known.expires is not None and cookie.expires is not None and known.expires < cookie.expires)

    def set_cookie(self, cookie, *args, **kwargs):
        if not self._has(cookie):
            self.changes.note()
        return super().set_cookie(cookie, *args, **kwargs)

    def clear(self, *args, **kwargs):
        self.changes.note()
        return super().clear(*args, **kwargs)

    def copy(self):
        jar = RequestsCookieJar()
        jar.set_policy(self.get_policy())
        jar.update(self)
        return jar

    def __reduce__(self):
        return RequestsCookieJar, (), self.copy().__getstate__()


def _noted(value, changes):
    value.changes = changes
    return value


def _counted(name, value, changes):
    """What stands in the place of a session's attribute, so that its changes are counted too."""
    if name == "headers" and not (isinstance(value, _Headers) and value.changes is changes):
        return _Headers(value, changes)
    if name in ("params", "proxies") and type(value) is dict:
        return _noted(_Dict(value), changes)
    if name == "hooks" and type(value) is dict:
        return _noted(_Dict({event: _noted(_List(hooks), changes) if type(hooks) is list else hooks for event, hooks in value.items()}), changes)
    if name == "cookies" and not (isinstance(value, _Jar) and value.changes is changes):
        jar = _Jar(value.get_policy() if isinstance(value, RequestsCookieJar) else None, changes)
        jar.update(value) if not isinstance(value, http.cookiejar.CookieJar) else [jar.set_cookie(cookie) for cookie in value]
        return jar
    return value


# What Requests' own code calls of a session. Where one of them is somebody's own, each request goes through all of them.
_SEAMS = frozenset(
    ("request", "prepare_request", "send", "merge_environment_settings", "get_adapter", "resolve_redirects", "rebuild_auth", "rebuild_method")
    + ("rebuild_proxies", "should_strip_auth", "get_redirect_target")
)
_shortcuts = {}


def _has_shortcuts(kind):
    """Whether a class of sessions leaves those seams alone."""
    known = _shortcuts.get(kind)
    if known is None:
        known = _shortcuts[kind] = all(getattr(kind, name) is getattr(Session, name) for name in _SEAMS)
    return known


class Session(requests.Session):
    """Requests' Session. Beside its own arguments each request takes `name`: that of the request in the report."""

    def __init__(self):
        super().__init__()
        self.adapters.update({"https://": _adapter, "http://": _adapter})
        self._changes.count = 0  # so far it is as any other

    def __getattr__(self, name):
        # Of a session that is only just being made, or unpickled.
        if name == "_changes":
            value = self.__dict__[name] = Changes()
        elif name == "_known":
            value = self.__dict__[name] = KnownRequests(self, self._changes)
        elif name == "_shortcut":
            value = self.__dict__[name] = _has_shortcuts(type(self))
        else:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return value

    def __setattr__(self, name, value):
        changes = self._changes
        changes.note()
        self.__dict__[name] = _counted(name, value, changes)
        if name in _SEAMS:
            self.__dict__["_shortcut"] = False

    def mount(self, prefix, adapter):
        """As Requests has it. Its own adapters, and those derived from them, send by the engine from then on."""
        self._changes.note()
        super().mount(prefix, adopt(adapter))

    def get(self, url, **kwargs):
        # What follows for such a call from request(), and quicker.
        found = self._changes.calls.get(url) if not kwargs else None
        if found is not None and (found.base is None or found.base == _engine.server_url()):
            try:
                answer = _exchange(found.call)
            except errors.RequestFailed as error:
                raise found.raised(error) from None
            response = Response(answer, found)
            return self._follow(response, None, True) if answer.notes & _HAS_MORE else response
        kwargs.setdefault("allow_redirects", True)
        return self.request("GET", url, **kwargs)

    def request(self, method, url, params=None, data=None, headers=None, cookies=None, files=None, auth=None, timeout=None,
                allow_redirects=True, proxies=None, hooks=None, stream=None, verify=None, cert=None, json=None, name=None):  # fmt: skip
        rare = cookies, files, auth, proxies, hooks, stream, verify, cert
        if rare == _NONE_OF_THEM and self._shortcut:
            found = self._known.find(method, url, params, data, headers, json, timeout)
            if found is not None:
                return self._exchange(found, name, allow_redirects)
        with named(name or ""):
            return super().request(method, url, params, data, headers, cookies, files, auth, timeout, allow_redirects, proxies, hooks, stream,
                                   verify, cert, json)  # fmt: skip

    def _exchange(self, found, name, allow_redirects):
        try:
            answer = _exchange(found.call, found.target, found.body, name, found.connect, found.each)
        except errors.RequestFailed as error:
            raise found.raised(error) from None
        response = Response(answer, found)
        return self._follow(response, name, allow_redirects) if answer.notes & _HAS_MORE else response

    def _follow(self, response, name, allow_redirects):
        """The rest of Requests' send(): cookies are kept, redirects followed."""
        if response._answer.notes & SETS_COOKIE:
            self._keep_cookies(response)
        if not response._answer.notes & HAS_LOCATION:
            return response
        request = response.request
        with named(name or ""):
            hops = self.resolve_redirects(response, request, yield_requests=not allow_redirects, **response._origin.settings())
            if not allow_redirects:
                response._next = next(hops, None)
                return response
            history = list(hops)
        if history:
            history.insert(0, response)
            response = history.pop()
            response.history = history
        return response

    def _keep_cookies(self, response):
        """What the server sets again as it is there already need not be read again, unless that is to expire."""
        set_now = response._origin.place(), tuple(value for name, value in response._answer.headers if name.lower() == "set-cookie")
        if self.__dict__.get("_set_before") == (set_now, self._changes.count):
            return
        extract_cookies_to_jar(self.cookies, response.request, response.cookie_source())
        expires = any(word in value.lower() for value in set_now[1] for word in ("expires", "max-age"))
        self.__dict__["_set_before"] = None if expires else (set_now, self._changes.count)

    def resolve_redirects(self, resp, req, *args, **kwargs):
        """As Requests has it. After a request with a name those that follow are put together as "name (redirect)"."""
        name = request_name.get()
        if name and not name.endswith(_REDIRECT):
            request_name.set(name + _REDIRECT)  # until the end of request(), which has set it
        return super().resolve_redirects(resp, req, *args, **kwargs)

    def prepare_request(self, request):
        """As Requests has it. A URL without a host is relative to the server URL."""
        url = request.url
        if isinstance(url, str) and url.startswith("/") and not url.startswith("//"):
            request.url = absolute(url)
            try:
                return super().prepare_request(request)
            finally:
                request.url = url
        return super().prepare_request(request)


_NONE_OF_THEM = (None,) * 8
_REDIRECT = " (redirect)"


def absolute(url):
    base = _engine.server_url()
    if not base:
        raise MissingSchema(f"the URL {url!r} is relative, and there is no server URL: give --server-url")
    return urljoin(base, url)
