"""A prepared request as the bytes that Requests would have urllib3 send."""

import requests
from urllib3.connection import HTTPConnection
from urllib3.util import parse_url
from urllib3.util.url import _encode_target

_PORTS = {"http": 80, "https": 443}
# Until 2.29 Requests sent bodies of unknown length by itself.
_SENDS_CHUNKS = tuple(int(number) for number in requests.__version__.split(".")[:2]) < (2, 29)


class _Notes(HTTPConnection):
    """urllib3's connection, which notes what it is to send."""

    def __init__(self, scheme, host, port):
        super().__init__(host, port or _PORTS[scheme])
        self.default_port = _PORTS[scheme]
        self.sent = []

    def connect(self):
        pass

    def send(self, data):
        self.sent.append(data.encode() if isinstance(data, str) else bytes(data))


def _send_chunks(connection, request, target):
    connection.putrequest(request.method, target, skip_accept_encoding=True, skip_host="Host" in request.headers)
    for name, value in request.headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    for piece in request.body:
        connection.send(b"%x\r\n" % len(piece))
        connection.send(piece)
        connection.send(b"\r\n")
    connection.send(b"0\r\n\r\n")


class Wire:
    """Of a request: `origin` ("http://localhost:9200"), `target`, `head` (the lines of its headers) and `body`, and whether that is
    `chunked`."""

    __slots__ = ("origin", "target", "head", "body", "chunked")

    def __init__(self, request):
        url = parse_url(request.url)
        self.origin = f"{url.scheme}://{url.host}" + (f":{url.port}" if url.port else "")
        self.target = _encode_target(request.path_url)
        self.chunked = not (request.body is None or "Content-Length" in request.headers)
        connection = _Notes(url.scheme, url.host.strip("[]"), url.port)
        if not self.chunked:
            connection.request(request.method, self.target, body=request.body, headers=request.headers)
        elif _SENDS_CHUNKS:
            _send_chunks(connection, request, self.target)
        elif hasattr(connection, "request_chunked") and not hasattr(connection, "proxy_is_verified"):
            connection.request_chunked(request.method, self.target, body=request.body, headers=request.headers)
        else:
            connection.request(request.method, self.target, body=request.body, headers=request.headers, chunked=True)
        head, _, self.body = b"".join(connection.sent).partition(b"\r\n\r\n")
        self.head = head.partition(b"\r\n")[2] + b"\r\n"

    def length_at(self):
        """Where in the head the length of the body stands, which is taken out of it; -1: nowhere."""
        at = (b"\r\n" + self.head.lower()).find(b"\r\ncontent-length: ")
        if at < 0:
            return -1
        begin = at + len("content-length: ")
        end = self.head.index(b"\r\n", begin)
        self.head = self.head[:begin] + self.head[end:]
        return begin
