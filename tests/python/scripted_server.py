"""A server that writes down what it is sent, byte for byte, and answers as the path says. Each connection has a thread."""

import base64
import gzip
import json
import re
import socket
import threading
import time
import zlib
from urllib.parse import parse_qs, unquote, urlsplit


class Request:
    """As it came: `line` and `headers` are bytes, `body` is without its chunks."""

    def __init__(self, line, headers, body, framed):
        self.line, self.headers, self.body = line, headers, body
        self.framed = framed  # the body with its chunks
        self.method, self.target, _ = line.decode("latin-1").split(" ", 2)
        self.path, _, query = self.target.partition("?")
        if "://" in self.path:  # as a proxy is asked
            self.path = urlsplit(self.path).path
        self.query = parse_qs(query, keep_blank_values=True)

    def header(self, name):
        for line in self.headers:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return None

    def argument(self, name, default=None):
        return self.query.get(name, [default])[0]


def answer(status=200, body=b"", headers=(), reason="Fine", length=True):
    lines = [f"HTTP/1.1 {status} {reason}", *headers]
    if length and not any(line.lower().startswith(("content-length:", "transfer-encoding:")) for line in lines):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunks(pieces):
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class ScriptedServer:
    """`with ScriptedServer() as server`: server.url, server.requests."""

    def __init__(self, address="127.0.0.1", family=socket.AF_INET):
        self.listener = socket.create_server((address, 0), family=family, backlog=100)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://{f'[{address}]' if ':' in address else address}:{self.port}"
        self.requests = []
        self.gate = threading.Semaphore(0)  # what /stepwise waits for before each piece
        self.connections = set()
        self.lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            for connection in self.connections:
                connection.close()

    def take(self):
        """The requests so far, which are forgotten."""
        taken, self.requests = self.requests, []
        return taken

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with self.lock:
            self.connections.add(connection)
        try:
            with connection, connection.makefile("rwb") as file:
                while self.serve_one(file):
                    pass
        except (OSError, ValueError):
            pass
        finally:
            with self.lock:
                self.connections.discard(connection)

    def serve_one(self, file):
        line = file.readline().rstrip(b"\r\n")
        if not line:
            return False
        headers = list(iter(lambda: file.readline().rstrip(b"\r\n"), b""))
        request = Request(line, headers, b"", b"")
        request.body, request.framed = self.body(file, request)
        self.requests.append(request)
        return self.respond(file, request)

    @staticmethod
    def body(file, request):
        if (request.header("Transfer-Encoding") or "").lower() == "chunked":
            body, framed = b"", b""
            while True:
                line = file.readline()
                piece = file.read(int(line, 16) + 2)
                framed += line + piece
                if int(line, 16) == 0:
                    return body, framed
                body += piece[:-2]
        body = file.read(int(request.header("Content-Length") or 0))
        return body, body

    def respond(self, file, request):
        kind = request.path.split("/")[1]
        page = getattr(self, "page_" + re.sub(r"\W", "_", kind), None) if kind.isascii() else None
        out = page(file, request) if page is not None else answer(body=b"nothing special here\n", headers=["Content-Type: text/plain"])
        if out is None:
            return False
        if request.method == "HEAD":
            out = out[: out.index(b"\r\n\r\n") + 4]
        file.write(out)
        file.flush()
        return b"Connection: close" not in out

    # The pages. They give an answer, or None: they have sent what there is, and the connection is to be closed.

    def page_status(self, file, request):
        return answer(int(request.path.split("/")[2]), b"as asked for", reason=request.argument("reason", "As Asked"))

    def page_echo(self, file, request):
        body = re.sub(r"--[0-9a-f]{32}", "--BOUNDARY", request.body.decode("latin-1"))
        return answer(body=json.dumps({"body": body}).encode(), headers=["Content-Type: application/json"])

    def page_redirect(self, file, request):
        if not request.argument("to"):
            return answer(body=b"nowhere")
        headers = [f"Location: {unquote(request.argument('to'))}"] + [f"Set-Cookie: {cookie}" for cookie in request.query.get("cookie", [])]
        return answer(int(request.path.split("/")[2]), b"over there", headers)

    def page_loop(self, file, request):
        number = int(request.path.split("/")[2])
        return answer(302, b"", [f"Location: /loop/{number + 1}"])

    def page_cookies(self, file, request):
        return answer(body=b"cookies", headers=[f"Set-Cookie: {cookie}" for cookie in request.query.get("cookie", [])])

    def page_coded(self, file, request):
        coding, body = request.path.split("/")[2], b"a text that is packed " * 20
        packed = {
            "gzip": gzip.compress(body, mtime=0),
            "deflate": zlib.compress(body),
            "raw": zlib.compress(body)[2:-4],
            "broken": b"no gzip at all",
            "cut": gzip.compress(body, mtime=0)[:-12],
        }[coding]
        return answer(body=packed, headers=["Content-Encoding: " + ("deflate" if coding in ("deflate", "raw") else "gzip")])

    def page_text(self, file, request):
        return answer(body=bytes.fromhex(request.argument("hex")), headers=["Content-Type: " + request.argument("type", "text/plain")])

    def page_json(self, file, request):
        return answer(body=b'{"name": "cup"}', headers=["Content-Type: application/json"])

    def page_headers(self, file, request):
        return answer(body=b"", headers=["X-One: 1", "X-Two: a", "x-two: b", "X-Empty:", "X-Latin: gr\xfc\xdfe", 'Link: </next>; rel="next"'])

    def page_chunked(self, file, request):
        return answer(body=chunks([b"one\n", b"two\n", b"three"]), headers=["Transfer-Encoding: chunked", "Content-Type: text/plain"])

    def page_until_close(self, file, request):
        return answer(body=b"up to the end", headers=["Connection: close"], length=False)

    def page_no_content(self, file, request):
        return b"HTTP/1.1 204 No Content\r\n\r\n"

    def page_large(self, file, request):
        return answer(body=bytes(range(256)) * 4096)

    def page_endless(self, file, request):
        size = int(request.argument("mib")) << 20
        file.write(answer(headers=[f"Content-Length: {size}"]))
        for _ in range(size >> 16):
            file.write(bytes(1 << 16))

    def page_hang_up(self, file, request):
        return None

    def page_nonsense(self, file, request):
        file.write(b"this is not HTTP\r\n\r\n")

    def page_short(self, file, request):
        file.write(answer(body=b"short", headers=["Content-Length: 100"]))

    def page_bad_chunk(self, file, request):
        file.write(answer(body=b"zz\r\nno size\r\n", headers=["Transfer-Encoding: chunked"]))

    def page_cut_chunk(self, file, request):
        file.write(answer(body=b"ff\r\nnot all", headers=["Transfer-Encoding: chunked"]))

    def page_silence(self, file, request):
        file.read(1)  # until the client goes

    def page_silent_body(self, file, request):
        file.write(answer(body=b"begun", headers=["Content-Length: 100"]))
        file.flush()
        file.read(1)

    def page_trickle(self, file, request):
        """Slower than the time for a wait would be, if that were for all of it."""
        file.write(answer(headers=["Content-Length: 8", "Connection: close"]))
        for _ in range(8):
            file.flush()
            time.sleep(0.25)
            file.write(b".")

    def page_stepwise(self, file, request):
        """A piece each time that the gate is opened."""
        sized = request.argument("sized")
        file.write(answer(headers=["Content-Length: 15" if sized else "Transfer-Encoding: chunked"]))
        file.flush()
        for piece in (b"one\n2", b"two\n2", b"three"):
            self.gate.acquire()
            file.write(piece if sized else b"%x\r\n%b\r\n" % (len(piece), piece))
            file.flush()
        if not sized:
            file.write(b"0\r\n\r\n")

    def page_basic(self, file, request):
        wanted = "Basic " + base64.b64encode(b"user:password").decode()
        if request.header("Authorization") == wanted:
            return answer(body=b"welcome")
        return answer(401, b"who are you?", ['WWW-Authenticate: Basic realm="here"'])

    def page_digest(self, file, request):
        if (request.header("Authorization") or "").startswith("Digest "):
            return answer(body=b"welcome")
        return answer(401, b"who are you?", ['WWW-Authenticate: Digest realm="here", nonce="abc", qop="auth", algorithm=MD5', "Set-Cookie: met=1"])

    def page_busy(self, file, request):
        """Refuses until it was asked three times."""
        number = sum(one.path == request.path for one in self.requests)
        return answer(503, b"busy", ["Retry-After: 0"]) if number % 3 else answer(body=b"at last")
