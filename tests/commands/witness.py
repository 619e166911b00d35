"""A server that keeps what it is asked, for comparing clients: what Loads sends has to be what Requests or curl send."""

import gzip
import hashlib
import http.server
import re
import threading
import urllib.parse
import zlib

TEXT = b"Hello, Search! " * 1000


def deflate(text, bits):
    packer = zlib.compressobj(wbits=bits)
    return packer.compress(text) + packer.flush()


CODED = {
    "gzip": ("gzip", gzip.compress(TEXT)),
    "deflate": ("deflate", zlib.compress(TEXT)),
    "raw-deflate": ("deflate", deflate(TEXT, -15)),
    "twice": ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    "members": ("gzip", gzip.compress(TEXT) + gzip.compress(TEXT)),
}


class Seen:
    """One request, without what two clients may well say differently: who they are, and a boundary."""

    def __init__(self, handler, body):
        self.line = f"{handler.command} {handler.path}"
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        boundary = re.search(r"boundary=(.+)", self.headers.get("content-type", ""))
        if boundary:
            body = body.replace(boundary.group(1).encode(), b"BOUNDARY")
            self.headers["content-type"] = "multipart/form-data; boundary=BOUNDARY"
            self.headers.pop("content-length")  # boundaries differ in length
        self.body = body

    def of(self, *names):
        """What is compared: the request line, some headers, and the body."""
        said = {name: self.headers.get(name) for name in names}
        if said.get("cookie"):
            said["cookie"] = sorted(said["cookie"].split("; "))
        return (self.line, said, self.body)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append(Seen(self, body))
        path, _, query = self.path.partition("?")
        page = "page_" + path.rsplit("/", 2)[1 if path.startswith("/redirect/") else -1].replace("-", "_")
        getattr(self, page, lambda _: self.answer(200, b"page"))(query)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

    def page_redirect(self, _):
        self.answer(int(self.path.rsplit("/", 1)[1]), b"", ("Location", "/end"))

    def page_to(self, query):
        self.answer(302, b"", ("Location", query))

    def page_loop(self, _):
        self.answer(302, b"", ("Location", "/loop"))

    def page_set(self, query):
        """Sets a cookie for each part of the query."""
        self.answer(200, b"", *[("Set-Cookie", urllib.parse.unquote_plus(part)) for part in query.split("&")])

    def page_login(self, query):
        self.answer(303, b"", ("Set-Cookie", query), ("Location", "/deep/inside"))

    def page_coded(self, query):
        coding, body = CODED[query]
        self.answer(200, body, ("Content-Encoding", coding))

    def page_digest(self, algorithm):
        said = self.headers.get("Authorization", "")
        if self.proves(said, algorithm):
            return self.answer(200, b"in")
        self.answer(401, b"", ("WWW-Authenticate", f'Digest realm="the realm", nonce="abc", opaque="xyz", qop="auth,auth-int", algorithm={algorithm}'))

    def proves(self, said, algorithm):
        """Works the digest of anna's password out by itself."""
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', said.partition(" ")[2]))
        digest = lambda text: hashlib.new({"MD5": "md5", "SHA-256": "sha256"}[algorithm], text.encode()).hexdigest()
        first, second = digest("anna:the realm:secret"), digest(f"{self.command}:{self.path}")
        expected = digest(":".join([first, "abc", given.get("nc", ""), given.get("cnonce", ""), "auth", second]))
        return given.get("uri") == self.path and given.get("opaque") == "xyz" and given.get("response") == expected


class Witness:
    """Runs within a `with`, at any free port of the loopback."""

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.seen = []
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def take_seen(self):
        """What was asked since the last call."""
        self.server.seen, seen = [], self.server.seen
        return seen
