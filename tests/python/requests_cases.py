"""Calls of a session of Requests. Each case gets a session and a Site, and gives what it has seen; whatever it raises is seen, too."""

import copy
import io
import os
import pickle
import pprint
import re
import tempfile
import threading
import urllib.parse

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from requests.exceptions import RequestException

CASES = {}


class Site:
    """What a case may talk to; `url` is a ScriptedServer."""

    def __init__(self, url, other_url, refused_url, proxy_url=""):
        self.url, self.other_url, self.refused_url, self.proxy_url = url, other_url, refused_url, proxy_url

    def __add__(self, path):
        return self.url + path


def case(function):
    CASES[function.__name__] = function
    return function


def stable(text):
    """Without what is drawn by lot."""
    text = re.sub(r"(boundary=|--)[0-9a-f]{32}", r"\1BOUNDARY", text)
    return re.sub(r'(cnonce|response)="[0-9a-f]+"', r'\1="LOT"', text)


def shown_body(body):
    if isinstance(body, bytes):
        return "bytes", stable(body.decode("latin-1"))
    return type(body).__name__, stable(body) if isinstance(body, str) else None


def seen(r, whole=True):
    """All that a caller can see of a response."""
    found = {
        "status": (r.status_code, r.reason, r.ok, bool(r), repr(r)),
        "url": r.url,
        "headers": sorted(r.headers.items()),
        "cookies": sorted((c.name, c.value, c.domain, c.path) for c in r.cookies),
        "history": [(h.status_code, h.url, h.content, len(h.history)) for h in r.history],
        "redirect": (r.is_redirect, r.is_permanent_redirect, r.next.url if r.next is not None else None, r.links),
        "request": (r.request.method, r.request.url, [(str(k), stable(str(v))) for k, v in r.request.headers.items()], shown_body(r.request.body)),
        "raw": (r.raw.status, r.raw.reason, r.raw.version, r.raw.headers.items() and sorted(r.raw.headers.items())),
        "elapsed": type(r.elapsed),
    }
    if whole:
        found["content"] = (r.content, r.text, r.encoding, r.apparent_encoding, list(r), list(r.iter_content(5)), list(r.iter_lines()), r.raw.read())
    return found


def error_of(call):
    """What a call raises, or what it gives."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001: whatever it is
        return [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "requests.exceptions"] or [type(error).__name__]


def often(call):
    """The same several times: what was worked out once is used again."""
    return [error_of(call) for _ in range(4)]


@case
def plain_get(session, site):
    return often(lambda: seen(session.get(site + "/plain")))


@case
def changing_urls(session, site):
    return [seen(session.get(site + f"/item/{i}?page={i}")) for i in range(4)] + often(lambda: seen(session.get(site + "/item/2?page=2")))


@case
def the_verbs(session, site):
    calls = (session.get, session.options, session.head, session.post, session.put, session.patch, session.delete)
    return [seen(call(site + "/verb")) for call in calls * 2]


@case
def odd_methods(session, site):
    return [error_of(lambda m=m: seen(session.request(m, site + "/verb"))) for m in ("get", "Post", "PROPFIND", "purge", b"GET", "BAD METHOD")]


@case
def params(session, site):
    given = [{"a": 1, "b": "two words"}, {"a": [1, 2]}, [("a", "1"), ("a", "2")], "a=1&b=%20", b"a=1", {"a": None, "b": ""}, {}, {"ä": "ö/&+~%"}, {"a": True}]
    return [error_of(lambda p=p, u=u: seen(session.get(site + u, params=p))) for p in given for u in ("/search", "/search?q=1", "/search?", "/search#f")]


@case
def data(session, site):
    given = [{"a": 1, "b": "two words"}, {"a": ["1", "2"]}, [("a", "1"), ("a", "2")], "text", "täxt", b"\x00\xff", "", b"", {}, (("a", 1),)]
    calls = [lambda d=d, m=m: seen(session.request(m, site + "/echo", data=d)) for d in given for m in ("POST", "GET", "DELETE")]
    return [error_of(call) for call in calls * 2]


@case
def data_outside_latin_1(session, site):
    return error_of(lambda: seen(session.post(site + "/echo", data="€")))


@case
def data_of_files(session, site):
    with tempfile.TemporaryFile() as file:
        file.write(b"a file")
        file.seek(2)
        return [
            seen(session.post(site + "/echo", data=file)),
            seen(session.post(site + "/echo", data=io.BytesIO(b"bytes"))),
            seen(session.post(site + "/echo", data=io.StringIO("text"))),
            seen(session.post(site + "/echo", data=io.BytesIO(b""))),
        ]


@case
def data_of_generators(session, site):
    return [
        error_of(lambda: seen(session.post(site + "/echo", data=(piece for piece in (b"one", b"two" * 10))))),
        error_of(lambda: seen(session.post(site + "/echo", data=iter([b"one"])))),
        error_of(lambda: seen(session.post(site + "/echo", data=(1 / 0 for _ in range(2))))),
    ]


@case
def json(session, site):
    given = [{"a": 1}, [], {}, "text", 0, None, True, {"ä": [1.5, None]}, float("nan"), object(), {"a": {"b": ["c"] * 3}}]
    return [error_of(lambda j=j: seen(session.post(site + "/echo", json=j))) for j in given * 2]


@case
def json_beside_others(session, site):
    return [
        seen(session.post(site + "/echo", json={"a": 1}, data={"b": 2})),
        seen(session.post(site + "/echo", json={"a": 1}, headers={"Content-Type": "application/x-own"})),
        seen(session.get(site + "/echo", json={"a": 1})),
        seen(session.post(site + "/echo", {"b": 2}, {"a": 1})),
    ]


@case
def files(session, site):
    return [
        seen(session.post(site + "/echo", files={"one": b"bytes"})),
        seen(session.post(site + "/echo", files={"one": ("name.txt", io.BytesIO(b"file"), "text/x", {"X-Part": "1"})}, data={"field": "value"})),
        seen(session.post(site + "/echo", files=[("one", ("a.txt", "text")), ("one", ("b.txt", b"more"))])),
        error_of(lambda: seen(session.post(site + "/echo", files={"one": b"x"}, data="text"))),
    ]


@case
def headers(session, site):
    given = [
        {"X-One": "1"}, {"x-one": "1", "X-Two": "2"}, {"User-Agent": "mine"}, {"user-agent": None}, {"Accept-Encoding": None}, {"Accept": None},
        {"Connection": "close"}, {"Connection": None}, {"Host": "example.com"}, {"X-Latin": "grüße"}, {b"X-Bytes": b"\xff"}, {"X-Out": "€"}, {"X-Number": 1},
        {"X-Line": "a\r\nb"}, {"X-Lead": " a"}, {"Cookie": "a=1"}, {"Authorization": "own"}, {"Content-Length": "0"}, {"": "x"}, {"a b": "c"},
        {"User-Agent": None, "Accept-Encoding": None, "Accept": None, "Connection": None}, {"X-Tab": "a\tb"}, {"X-Empty": ""},
    ]  # fmt: skip
    calls = [lambda h=h: seen(session.get(site + "/headers", headers=h)) for h in given]
    calls += [lambda h=h: seen(session.post(site + "/headers", headers=h, data="text")) for h in given]
    return [error_of(call) for call in calls * 2]


@case
def headers_of_the_session(session, site):
    session.headers["X-Session"] = "1"
    found = often(lambda: seen(session.get(site + "/headers")))
    session.headers.update({"X-Session": "2", "User-Agent": "mine"})
    found += often(lambda: seen(session.get(site + "/headers", headers={"X-Session": "3"})))
    del session.headers["User-Agent"]
    found += often(lambda: seen(session.get(site + "/headers")))
    session.headers.pop("x-session")
    found += often(lambda: seen(session.get(site + "/headers")))
    session.headers = {"X-New": "1"}
    found += often(lambda: seen(session.get(site + "/headers")))
    session.headers.clear()
    return found + often(lambda: seen(session.get(site + "/headers")))


@case
def settings_of_the_session(session, site):
    session.params = {"a": "1"}
    found = often(lambda: seen(session.get(site + "/plain", params={"b": 2})))
    session.params = {}
    session.params["c"] = "3"
    found += often(lambda: seen(session.get(site + "/plain")))
    session.params.clear()
    session.auth = ("user", "password")
    found += often(lambda: seen(session.get(site + "/basic")))
    session.auth = None
    found += often(lambda: seen(session.get(site + "/basic")))
    session.max_redirects = 2
    return found + often(lambda: seen(session.get(site + "/loop/0")))


@case
def cookies_of_a_call(session, site):
    jar = requests.cookies.RequestsCookieJar()
    jar.set("in", "jar", path="/plain")
    return [
        seen(session.get(site + "/plain", cookies={"a": "1", "b": "2"})),
        seen(session.get(site + "/plain", cookies=jar)),
        seen(session.get(site + "/other", cookies=jar)),
        seen(session.get(site + "/plain")),
    ]


def visit(session, site, *cookies):
    return seen(session.get(site + "/cookies/set", params=[("cookie", cookie) for cookie in cookies]))


@case
def cookies_of_the_session(session, site):
    found = [visit(session, site, "a=1", "b=2; Path=/plain", "c=3; Path=/cookies", 'd="quoted"; Path=/', "e=5; Domain=example.com; Path=/")]
    found += often(lambda: seen(session.get(site + "/plain")))
    found += often(lambda: seen(session.get(site + "/cookies/other")))
    found += often(lambda: seen(session.post(site + "/plain/x", json={})))
    found += [visit(session, site, "a=; Max-Age=0", "b=new; Path=/plain", "f=1; Max-Age=1000; Path=/", "g=1; Secure; Path=/", "h=1; HttpOnly; Path=/")]
    found += often(lambda: seen(session.get(site + "/plain")))
    found += [sorted((c.name, c.value, c.path, c.secure) for c in session.cookies)]
    session.cookies.set("own", "1")
    found += often(lambda: seen(session.get(site + "/plain")))
    session.cookies.update({"own": "2"})
    found += often(lambda: seen(session.get(site + "/plain")))
    del session.cookies["own"]
    found += often(lambda: seen(session.get(site + "/plain")))
    found += [dict(session.cookies), session.cookies.get_dict(path="/")]
    session.cookies.clear()
    found += often(lambda: seen(session.get(site + "/plain")))
    session.cookies = requests.cookies.cookiejar_from_dict({"z": "26"})
    return found + often(lambda: seen(session.get(site + "/plain")))


@case
def cookies_that_are_set_again_and_again(session, site):
    found = []
    for cookie in ("a=1; Path=/", "a=1; Path=/", "a=2; Path=/", "a=2; Path=/; Max-Age=50", "a=2; Path=/; Max-Age=100", "a=2; Path=/; Max-Age=10"):
        for _ in range(3):
            found += [seen(session.get(site + f"/cookies/again?cookie={urllib.parse.quote(cookie)}")), seen(session.get(site + "/plain"))]
            found.append([(c.name, c.value, c.expires is not None) for c in session.cookies])
    del session.cookies["a"]
    return found + often(lambda: seen(session.get(site + f"/cookies/again?cookie={urllib.parse.quote(cookie)}")))


@case
def cookies_on_redirects(session, site):
    to = "/redirect/302?to=/plain&cookie=a%3D1&cookie=b%3D2%3B%20Path%3D/plain"
    return [seen(session.get(site + to)), seen(session.get(site + "/plain")), dict(session.cookies)]


@case
def authentication(session, site):
    class Own(AuthBase):
        def __call__(self, request):
            request.headers["X-Own"] = request.method + (request.body or "")
            return request

    return [
        seen(session.get(site + "/basic", auth=("user", "password"))),
        seen(session.get(site + "/basic", auth=HTTPBasicAuth("user", "wrong"))),
        seen(session.get(site + "/basic", auth=("üser", "pässword"))),
        seen(session.get(site.url.replace("//", "//user:password@") + "/basic")),
        seen(session.get(site.url.replace("//", "//us%20er:pass%40word@") + "/basic")),
        seen(session.get(site + "/digest", auth=HTTPDigestAuth("user", "password"))),
        seen(session.post(site + "/digest", data="text", auth=HTTPDigestAuth("user", "password"))),
        seen(session.post(site + "/plain", data="text", auth=Own())),
        error_of(lambda: seen(session.get(site + "/plain", auth="nobody"))),
    ]


@case
def netrc(session, site):
    host = urllib.parse.urlsplit(site.url).hostname
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(f"machine {host} login user password password\n")
        file.flush()
        os.environ["NETRC"] = file.name
        try:
            found = often(lambda: seen(session.get(site + "/basic"))) + [seen(session.get(site + "/basic", auth=("other", "one")))]
            session.trust_env = False
            return found + often(lambda: seen(session.get(site + "/basic")))
        finally:
            del os.environ["NETRC"]


@case
def redirects(session, site):
    found = []
    for status in (301, 302, 303, 307, 308):
        for method in ("GET", "POST", "HEAD", "PUT"):
            body = {"data": {"a": "1"}} if method in ("POST", "PUT") else {}
            found.append(seen(session.request(method, site + f"/redirect/{status}?to=/echo", allow_redirects=True, **body)))
    return found


@case
def redirect_targets(session, site):
    targets = ["plain", "../up", "//" + site.other_url.partition("//")[2] + "/else", site.other_url + "/else", "/ä", "/a%20b?c=d#f", "?q", "", "#f", "/x y"]
    return [error_of(lambda t=t: seen(session.get(site + "/redirect/302?to=" + urllib.parse.quote(urllib.parse.quote(t))))) for t in targets * 2]


@case
def redirects_not_followed(session, site):
    found = often(lambda: seen(session.get(site + "/redirect/302?to=/plain", allow_redirects=False)))
    found += [seen(session.head(site + "/redirect/302?to=/plain")), seen(session.post(site + "/redirect/302?to=/plain", data="x", allow_redirects=False))]
    first = session.get(site + "/redirect/302?to=/plain", allow_redirects=False)
    return found + [seen(session.send(first.next))]


@case
def redirects_without_end(session, site):
    return often(lambda: seen(session.get(site + "/loop/0")))


@case
def credentials_on_redirects(session, site):
    away, here = (urllib.parse.quote(url + "/plain") for url in (site.other_url, site.url))
    given = {"auth": ("user", "password")}, {"headers": {"Authorization": "own", "Cookie": "a=1"}}
    return [seen(session.get(site + "/redirect/302?to=" + to, **g)) for to in (away, here) for g in given]


@case
def redirect_with_a_body(session, site):
    with tempfile.TemporaryFile() as file:
        file.write(b"a file")
        file.seek(0)
        return [seen(session.post(site + "/redirect/307?to=/echo", data=file)), error_of(lambda: seen(session.post(site + "/redirect/307?to=/echo", data=iter([b"x"]))))]


@case
def hooks(session, site):
    notes = []

    def note(response, *arguments, **keywords):
        notes.append((response.status_code, response.url, sorted(keywords)))

    def replace(response, *arguments, **keywords):
        response.status_code = 299
        return response

    found = [seen(session.get(site + "/plain", hooks={"response": note})), seen(session.get(site + "/redirect/302?to=/plain", hooks={"response": [note]}))]
    session.hooks["response"].append(replace)
    found += often(lambda: seen(session.get(site + "/plain")))
    session.hooks["response"].clear()
    return found + often(lambda: seen(session.get(site + "/plain"))) + notes


@case
def timeouts(session, site):
    given = [5, 5.5, (5, 5), (None, 5), (5, None), None, 0, -1, "x", (1, 2, 3), True]
    found = [error_of(lambda t=t: seen(session.get(site + "/plain", timeout=t))) for t in given * 2]
    found.append(seen(session.get(site + "/trickle", timeout=1.5)))
    found.append(error_of(lambda: session.get(site + "/silence", timeout=(5, 0.1))))
    return found + [error_of(lambda: session.get(site + "/silent_body", timeout=1.5))]


@case
def errors(session, site):
    urls = ["nothing", "", "http://", "http:///x", "ftp://host/", "http://*/", "http://.example.com", "http://[::1", "http://host:port/", "/relative", "localhost:1/x"]
    found = [error_of(lambda u=u: session.get(u)) for u in urls]
    paths = ["/hang_up", "/nonsense", "/bad_chunk", "/cut_chunk"]
    for path in paths:
        session.close()  # on a connection that was kept another try would be made
        found.append(error_of(lambda p=path: session.get(site + p)))
    found += [error_of(lambda: session.post(site + "/hang_up", data="x")), error_of(lambda: session.get(site.refused_url))]
    return found + [error_of(lambda: session.get("http://no-such-host.invalid/")), error_of(lambda: session.get(None)), error_of(lambda: session.get(5))]


@case
def errors_tell_their_request(session, site):
    try:
        session.get(site.refused_url + "/x", headers={"X-One": "1"})
    except RequestException as error:
        return error.request.method, error.request.url, list(error.request.headers.items()), error.response


@case
def statuses(session, site):
    found = []
    for status in (200, 201, 304, 399, 400, 404, 500, 599):
        response = session.get(site + f"/status/{status}")
        found += [seen(response), error_of(response.raise_for_status)]
    return found + [seen(session.get(site + "/no_content"))]


@case
def json_of_a_response(session, site):
    return [session.get(site + "/json").json(), error_of(session.get(site + "/plain").json), session.get(site + "/json").json(parse_int=str)]


@case
def encodings(session, site):
    texts = [("text/plain", "gr\xfc\xdfe".encode("latin-1")), ("text/plain; charset=utf-8", "grüße".encode()), ("application/json", '"ü"'.encode("utf-16"))]
    texts += [("text/html; charset=nonsense", b"abc"), ("application/octet-stream", "grüße".encode()), ("text/plain; charset=ascii", b"\xff"), ("text/plain", b"")]
    found = []
    for kind, text in texts:
        response = session.get(site + "/text", params={"type": kind, "hex": text.hex()})
        found.append(seen(response))
        response.encoding = "utf-8"
        found.append((response.text, response.encoding))
    return found


@case
def codings(session, site):
    return [error_of(lambda c=c: seen(session.get(site + "/coded/" + c))["content"]) for c in ("gzip", "deflate", "raw")] + [
        error_of(lambda c=c: session.get(site + "/coded/" + c).content) for c in ("broken",)
    ]


@case
def bodies(session, site):
    return [seen(session.get(site + path)) for path in ("/chunked", "/until_close", "/headers", "/no_content", "/status/204", "/status/304")] + [
        session.get(site + "/large").content
    ]


@case
def streams(session, site):
    found = []
    for path in ("/chunked", "/until_close", "/large", "/coded/gzip", "/headers", "/no_content"):
        with session.get(site + path, stream=True) as response:
            found += [seen(response, whole=False), response.raw.closed]
            found.append(b"".join(response.iter_content(1000)))
        found.append(b"".join(session.get(site + path, stream=True).iter_content(None)))
        found.append(list(session.get(site + path, stream=True).iter_lines()) if path != "/large" else [])
        found.append(session.get(site + path, stream=True).content)
        raw = session.get(site + path, stream=True).raw
        found += [raw.read(3), raw.read(4), raw.read(), raw.read(), raw.read(1)]
        found.append(session.get(site + path, stream=True).raw.read(decode_content=True))
        session.get(site + path, stream=True).close()
    response = session.get(site + "/large", stream=True)
    first = next(response.iter_content(10))
    return found + [first, error_of(lambda: response.content), seen(session.get(site + "/plain"))]


@case
def streams_that_break(session, site):
    def read(path, **options):
        return b"".join(session.get(site + path, stream=True, **options).iter_content(10))

    return [error_of(lambda p=p: read(p)) for p in ("/bad_chunk", "/cut_chunk", "/coded/broken")] + [
        error_of(lambda: read("/silent_body", timeout=1.5)),
        error_of(lambda: session.get(site + "/silence", stream=True, timeout=(5, 0.1))),
    ]


@case
def streams_of_the_session(session, site):
    session.stream = True
    response = session.get(site + "/chunked")
    found = [response.raw.read(), response.content]
    session.stream = False
    return found + often(lambda: seen(session.get(site + "/chunked")))


@case
def redirects_of_streams(session, site):
    return [seen(session.get(site + "/redirect/302?to=/chunked", stream=True))]


@case
def odd_urls(session, site):
    paths = ["", "?", "/?", "/#f", "/a b", "/ä", "/%41%2f%zz", "/a/../b/./c", "/a//b", "/a?b c&d=ä", "/a?b#c?d", "/a%", "/a?%", "/;p=1", "/a|b{}\"<>^`", "/~u/'(x)*!", "//x", "/a?b=c?d", "/*"]
    found = [error_of(lambda p=p: seen(session.get(site + p))) for p in paths * 2]
    upper = site.url.replace("http://", "HTTP://")
    others = [site.url.encode() + b"/bytes", upper + "/upper", "  " + site.url + "/space", site.url.replace("127.0.0.1", "LOCALHOST") + "/x"]
    others += [site.url.replace("127.0.0.1", "user@localhost") + "/x", site.url.replace("127.0.0.1", "localhost.") + "/x"]
    return found + [error_of(lambda u=u: seen(session.get(u))) for u in others * 2]


@case
def prepared_requests(session, site):
    request = requests.Request("POST", site + "/echo", data={"a": "1"}, headers={"X-One": "1"})
    prepared = session.prepare_request(request)
    prepared.headers["X-Two"] = "2"
    prepared.body = "other=body"
    prepared.headers["Content-Length"] = "10"
    alone = requests.Request("GET", site + "/plain").prepare()
    lower = requests.Request("GET", site + "/plain").prepare()
    lower.method = "get"
    bare = requests.Request("POST", site + "/plain").prepare()
    del bare.headers["Content-Length"]
    return [seen(session.send(one)) for one in (prepared, alone, lower, bare)] + [error_of(lambda: session.send(request))]


@case
def copies(session, site):
    response = session.get(site + "/json", headers={"X-One": "1"})
    loaded = pickle.loads(pickle.dumps(response))
    found = [(one.status_code, one.json(), one.url, one.ok, one.reason, list(one.request.headers.items()), repr(one)) for one in (loaded, copy.copy(response))]
    session.headers["X-Session"] = "1"
    session.cookies.set("a", "1")
    session.auth = ("user", "password")
    other = pickle.loads(pickle.dumps(session))
    session.headers["X-Session"] = "2"
    found += often(lambda: seen(other.get(site + "/basic")))
    other.headers["X-Session"] = "3"
    found += often(lambda: seen(other.get(site + "/basic")))
    return found + often(lambda: seen(copy.copy(session).get(site + "/basic"))) + [dict(session.headers.copy()), dict(session.cookies.copy())]


@case
def contexts(session, site):
    with session as same:
        found = [same is session, seen(same.get(site + "/plain"))]
    return found + [seen(session.get(site + "/plain"))]


@case
def other_adapters(session, site):
    class Canned(requests.adapters.BaseAdapter):
        def send(self, request, **keywords):
            response = requests.Response()
            response.status_code, response.url, response.request, response._content = 299, request.url, request, b"canned"
            response.raw = io.BytesIO()
            return response

        def close(self):
            pass

    class Stamping(HTTPAdapter):
        def send(self, request, **keywords):
            request.headers["X-Stamp"] = "1"
            keywords["timeout"] = 5
            return super().send(request, **keywords)

    session.mount("http://canned/", Canned())
    session.mount(site + "/stamped", Stamping())
    session.mount(site + "/busy", HTTPAdapter(max_retries=requests.packages.urllib3.util.Retry(total=3, status_forcelist=[503], backoff_factor=0)))
    session.mount(site + "/status", HTTPAdapter(max_retries=requests.packages.urllib3.util.Retry(total=1, status_forcelist=[503], backoff_factor=0)))
    session.mount(site.refused_url, HTTPAdapter(max_retries=2))
    canned = session.get("http://canned/x")
    found = [(canned.status_code, canned.content, canned.url)] + often(lambda: seen(session.get(site + "/stamped")))
    found += [seen(session.get(site + "/busy/1")), error_of(lambda: session.get(site + "/status/503")), error_of(lambda: session.get(site.refused_url))]
    return found + [type(session.get_adapter("https://x")).__mro__[-2].__name__, list(session.adapters)]


@case
def subclasses(session, site):
    class Own(type(session)):
        def __init__(self, base):
            super().__init__()
            self.base, self.notes = base, []

        def request(self, method, url, *arguments, **keywords):
            self.notes.append((method, url))
            return super().request(method, self.base + url, *arguments, **keywords)

        def send(self, request, **keywords):
            self.notes.append(sorted(keywords))
            request.headers["X-Sent"] = "1"
            return super().send(request, **keywords)

    own = Own(site.url)
    found = often(lambda: seen(own.get("/plain"))) + [seen(own.post("/echo", json=[]))]
    session.send = lambda request, **keywords: type(session).send(session, request, **{**keywords, "timeout": 5})
    return found + own.notes + often(lambda: seen(session.get(site + "/plain")))


@case
def threads(session, site):
    found = [None] * 4

    def run(index):
        found[index] = [seen(session.get(site + f"/thread/{index}")) for _ in range(3)]

    for _ in range(2):
        all_threads = [threading.Thread(target=run, args=(index,)) for index in range(4)]
        for thread in all_threads:
            thread.start()
        for thread in all_threads:
            thread.join()
    return found


@case
def proxies(session, site):
    if not site.proxy_url:
        return None
    to = {"http": site.proxy_url}
    found = often(lambda: seen(session.get("http://far.example/page?a=1", proxies=to)))
    found += [seen(session.get("http://far.example/", proxies={"http": site.proxy_url.replace("//", "//user:pass%20word@")}))]
    found += [seen(session.get(site + "/plain", proxies={"http": site.proxy_url, "no_proxy": "127.0.0.1"}))]
    found += [seen(session.get("http://far.example/", proxies={"http://far.example": site.proxy_url})), seen(session.get("http://far.example/", proxies={"all": site.proxy_url}))]
    found += [error_of(lambda: session.get("http://far.example/", proxies={"http": site.refused_url}))]
    found += [error_of(lambda: session.get("http://far.example/", proxies={"http": "http://"}))]
    session.proxies["http"] = site.proxy_url
    found += often(lambda: seen(session.get("http://far.example/")))
    session.proxies.clear()
    found += often(lambda: seen(session.get(site + "/plain")))
    os.environ["http_proxy"] = site.proxy_url
    try:
        other = type(session)()
        found += often(lambda: seen(other.get("http://far.example/")))
        os.environ["no_proxy"] = "127.0.0.1"
        another = type(session)()
        return found + often(lambda: seen(another.get(site + "/plain")))
    finally:
        os.environ.pop("http_proxy")
        os.environ.pop("no_proxy", None)


def run_all(kind, site, left_out=()):
    """What each case sees with a session of that kind, as a text."""
    found = {name: error_of(lambda c=function: c(kind(), site)) for name, function in CASES.items() if name not in left_out}
    return pprint.pformat(found, width=160)


def sent(server):
    """What a server got, without what is drawn by lot."""
    return [(r.line, [stable(line.decode("latin-1")) for line in r.headers], stable(r.framed.decode("latin-1"))) for r in server.take()]
