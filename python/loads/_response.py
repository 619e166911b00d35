"""Requests' Response of an answer of the engine. What a test does not look at is not made."""

from datetime import timedelta
from operator import attrgetter
from types import SimpleNamespace

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from loads._raw import Original, Raw

SETS_COOKIE, HAS_LOCATION, IS_CODED = 1, 2, 4


class _HeadOnly:
    """As much of urllib3's response as cookies are read from."""

    def __init__(self, answer):
        self._original_response = Original(answer)


class Response(requests.Response):
    """Made of the engine's answer, and of a request that can tell what it was."""

    _content = False
    _content_consumed = False
    _next = None

    def __init__(self, answer=None, origin=None):
        if answer is None:
            super().__init__()
        else:
            self._answer = self._seen = answer
            self._origin = origin

    def __getattr__(self, name):
        # Called for what is not made yet alone.
        make = _MAKE.get(name)
        if make is None or "_answer" not in self.__dict__:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        value = self.__dict__[name] = make(self)
        if name == "raw" and not self._origin.streams:
            self.content  # as Requests, which has read it by then
        return value

    def _set_status(self, status):
        self._seen = SimpleNamespace(status=status)

    # Looking at it is noted in the answer: the report says when nobody does.
    status_code = property(attrgetter("_seen.status"), _set_status)

    @property
    def content(self):
        state = self.__dict__
        if self._content is False and "_answer" in state and "raw" not in state and not self._origin.streams:
            answer = state["_answer"]
            if not answer.notes & IS_CODED:
                state["_content"] = answer.body
                state["_content_consumed"] = True
        if self._content is False and not self._content_consumed and self.__dict__.get("raw", self) is not None:
            self._content = b"".join(self.iter_content(requests.models.CONTENT_CHUNK_SIZE)) or b""
            self._content_consumed = True
            return self._content
        return super().content

    def cookie_source(self):
        """What extract_cookies_to_jar() takes."""
        raw = self.__dict__.get("raw")
        return raw if raw is not None else _HeadOnly(self._answer)


def _raw(response):
    raw = Raw(response._answer, response.request.method, response._origin.streams)
    if response._content_consumed:
        raw.read()
    return raw


def _cookies(response):
    jar = RequestsCookieJar()
    if response._answer.notes & SETS_COOKIE:
        extract_cookies_to_jar(jar, response.request, response.cookie_source())
    return jar


def _headers(response):
    # As urllib3 and Requests put several of one name together.
    headers = CaseInsensitiveDict()
    store = headers._store
    for name, value in response._answer.headers:
        key = name.lower()
        store[key] = (store[key][0], f"{store[key][1]}, {value}") if key in store else (name, value)
    return headers


_MAKE = {
    "headers": _headers,
    "raw": _raw,
    "encoding": lambda response: get_encoding_from_headers(response.headers),
    "reason": lambda response: response._answer.reason,
    "elapsed": lambda response: timedelta(seconds=response._answer.elapsed),
    "request": lambda response: response._origin.request(response),
    "url": lambda response: response.request.url,
    "history": lambda response: [],
    "cookies": _cookies,
    "connection": lambda response: response._origin.adapter,
}
