"""Requests that have been worked out by Requests, and can be made again with another path, query or body.

What Requests makes of a request is a function of its arguments and of the session. For most requests of a test all of that stays the same
but for the path, the query and the body, which none of the headers depends on but Content-Length: then only they are put in anew. All
else (credentials of a URL, percent-encoding, uploads, hooks, ...) is left to Requests.
"""

import json
import os
import re
import time
from functools import partial
from urllib.parse import urljoin

from requests import Request
from requests.compat import json as complexjson
from requests.models import RequestEncodingMixin
from requests.utils import select_proxy

from loads import _engine
from loads._adapter import Adapter, as_of_requests

# URLs that Requests sends as they are written.
_PLAIN = re.compile(r"(https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]*)?)(/[A-Za-z0-9/._~!$&'()*+,;=:@-]*)?(\?[A-Za-z0-9/._~!$&'()*+,;=:@?-]+)?")
_MOST = 256  # of them that a session keeps
_NEVER = float("inf")
_encode_params = RequestEncodingMixin._encode_params
# What Requests' dumps() makes each time, once.
_encode_json = complexjson.JSONEncoder(allow_nan=False).encode if complexjson is json else partial(complexjson.dumps, allow_nan=False)


class Store:
    """What is known of the requests of a session, or of all that are as they were made."""

    __slots__ = ("templates", "calls")

    def __init__(self):
        self.templates = {}
        # GETs of a URL and nothing else: None at first, and once it was got a second time a Found, whose call has its target in it.
        self.calls = {}


# What Requests reads of the environment.
_VARIABLES = [name.swapcase() if upper else name for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy") for upper in (0, 1)]
_VARIABLES += ["NETRC", "HOME", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
_of_new_sessions = {}


class Changes:
    """Those of a session: how many there were, and what none of them may outlive."""

    __slots__ = ("count", "store", "calls")

    def __init__(self):
        self.count = 0
        self.store = Store()
        self.calls = self.store.calls

    def share(self):
        """The session is as it was made: what is known of others like it holds for it."""
        environment = tuple(map(os.environ.get, _VARIABLES))
        self.store = _of_new_sessions.get(environment) or _of_new_sessions.setdefault(environment, Store())
        self.calls = self.store.calls

    def note(self):
        if self.count == 0:
            self.store = Store()
            self.calls = self.store.calls
        self.count += 1
        self.calls.clear()


class Template:
    """A request as Requests has prepared it once, and the state of the session that it is good for."""

    __slots__ = ("stamp", "until", "prepared", "call", "origin", "adapter", "given")

    def __init__(self, stamp, until, prepared, call, origin, adapter, given):
        self.stamp, self.until, self.prepared, self.call = stamp, until, prepared, call
        self.origin, self.adapter, self.given = origin, adapter, given

    def is_good(self, stamp):
        return self.stamp == stamp and (self.until == _NEVER or time.time() < self.until)


class Found:
    """A request that is ready to be made. Its responses know by it what it was."""

    __slots__ = ("template", "base", "call", "target", "body", "shown_body", "connect", "each")
    streams = False

    def __init__(self, template, call, target=None, body=None, shown_body=None, times=(None, None)):
        self.template, self.call, self.target, self.body, self.shown_body = template, call, target, body, shown_body
        self.base = None  # the server URL that it is good for, when its own was relative to that
        self.connect, self.each = times

    @property
    def adapter(self):
        return self.template.adapter

    def place(self):
        """The URL, but for what no template depends on."""
        return self.template.origin, self.target

    def settings(self):
        """What Requests would hand from hop to hop."""
        given = self.template.given
        times = None if self.connect is None and self.each is None else (self.connect, self.each)
        return {**given, "proxies": dict(given["proxies"]), "timeout": times}

    def request(self, response=None):
        """As Requests would have prepared it."""
        request = self.template.prepared.copy()
        if self.target is not None:
            request.url = self.template.origin + self.target
        if self.body is not None:
            request.body = self.shown_body
            request.headers["Content-Length"] = str(len(self.body))
        return request

    def raised(self, error):
        request = self.request()
        return as_of_requests(error, request, select_proxy(request.url, self.template.given["proxies"]))


def _body(data, json):
    """(kind, body, as Requests shows it) of those that are plain; raises what makes others others."""
    if data:
        kind = type(data)
        if kind in (dict, list, tuple):
            text = _encode_params(data)
            return ("form" if text else None), text.encode(), text
        if kind is bytes or (kind is str and data.isascii()):
            return "bytes", (data if kind is bytes else data.encode()), data
        return None, None, None
    if json is None:
        return "", None, None
    body = _encode_json(json).encode()
    return "json", body, body


def _times(timeout):
    """(to connect, for each wait) of a plain timeout; None of any other."""
    if timeout is None:
        return None, None
    if type(timeout) in (int, float) and timeout > 0:
        return timeout, timeout
    return None


class KnownRequests:
    """Those of one session."""

    def __init__(self, session, changes):
        self._session = session
        self._changes = changes
        if changes.count == 0:
            changes.share()
        self._joined = ("", {})
        self._paths_at = (-1, False)

    def find(self, method, url, params, data, headers, json, timeout):
        """The request with these arguments; None when it is not plain."""
        times = _times(timeout)
        if url.__class__ is not str or method.__class__ is not str or times is None or not self._is_plain():
            return None
        if headers and headers.__class__ is not dict:
            return None
        try:
            kind, body, shown = _body(data, json)
            query = _encode_params(params) if params and type(params) in (dict, list, tuple) else None
        except (TypeError, ValueError):
            return None  # Requests says what is wrong
        if kind is None or (params and not query):
            return None
        return self._find(method.upper(), url, query, headers, kind, body, shown, times, (params, data, json))

    def _find(self, method, url, query, headers, kind, body, shown, times, given):
        whole = self._absolute(url) if url[:1] == "/" else url
        parts = _PLAIN.fullmatch(whole)
        if parts is None or "/." in (parts[2] or ""):
            return None
        origin, path, own_query = parts[1], parts[2] or "/", parts[3] or ""
        target = path + own_query
        if query:
            target += ("&" if own_query else "?") + query
        try:
            key = (method, origin, kind, tuple(headers.items()) if headers else None, path if self._depends_on_path() else None)
            template = self._changes.store.templates.get(key)
        except TypeError:
            return None
        if template is None or not template.is_good(self._changes.count):
            template = self._make(key, whole, target, headers, body, given)
            if template is None:
                return None
        found = Found(template, template.call, target, body, shown, times)
        if method == "GET" and kind == "" and not headers and not query and times == (None, None):
            self._keep(url, found)
        return found

    def _keep(self, url, found):
        calls = self._changes.calls
        if len(calls) >= _MOST:
            calls.clear()
        if url in calls and found.template.until == _NEVER:
            own = calls[url] = Found(found.template, found.call.at(found.target), found.target)
            own.base = self._joined[0] if url[0] == "/" else None
        else:
            calls[url] = None

    def _is_plain(self):
        session = self._session
        auth = session.auth
        return not (session.params or session.proxies or session.stream or session.hooks["response"]) and (auth is None or type(auth) is tuple)

    def _absolute(self, url):
        base, known = self._joined
        if base != _engine.server_url():
            self._joined = base, known = _engine.server_url(), {}
        found = known.get(url)
        if found is None:
            if len(known) >= _MOST:
                known.clear()
            found = known[url] = urljoin(base, url) if base and not url.startswith("//") else url
        return found

    def _depends_on_path(self):
        """Whether the cookies that are sent may differ from path to path."""
        if not self._session.cookies._cookies:
            return False
        if self._paths_at[0] != self._changes.count:
            self._paths_at = self._changes.count, any(cookie.path != "/" for cookie in self._session.cookies)
        return self._paths_at[1]

    def _make(self, key, url, target, headers, body, given):
        """The template of a request, of which Requests prepares this one; None when it is none."""
        session = self._session
        params, data, json = given
        prepared = session.prepare_request(Request(key[0], url, headers=headers, params=params or {}, data=data or {}, json=json))
        adapter = session.get_adapter(prepared.url)
        if type(adapter) is not Adapter or adapter.max_retries.total or adapter.max_retries.status_forcelist or prepared.url != key[1] + target:
            return None
        if "Transfer-Encoding" in prepared.headers or prepared.headers.get("Content-Length", "0") != str(len(body or b"")):
            return None
        until = min((cookie.expires for cookie in session.cookies if cookie.expires is not None), default=_NEVER)
        settings = session.merge_environment_settings(prepared.url, {}, None, None, None)
        call = adapter.call(prepared, **settings, template=body is not None)
        templates = self._changes.store.templates
        if len(templates) >= _MOST:
            templates.clear()
        template = Template(self._changes.count, until, prepared, call, key[1], adapter, settings)
        templates[key] = template
        return template

