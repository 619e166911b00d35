"""Who is told of a run's end in the tests: a web server and a mail server that keep what they are told, and answer as the test says."""

import http.server
import json
import socketserver
import threading


class Listener:
    """A server on any free port, for as long as the `with` lasts."""

    def __init__(self, server):
        self.server = server
        self.port = server.server_address[1]
        self.thread = threading.Thread(target=server.serve_forever, args=(0.05,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.release()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def release(self):
        pass


class Webhook(Listener):
    """`statuses` are its answers, the last one again and again. While it holds, requests are kept and not answered."""

    def __init__(self, *statuses, hold=False):
        self.statuses, self.requests, self.lock = list(statuses or (200,)), [], threading.Lock()
        self.answering = threading.Event()
        if not hold:
            self.answering.set()
        webhook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = webhook.take(self.path, dict(self.headers), json.loads(body))
                webhook.answering.wait()
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # who has asked is gone

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        super().__init__(server)
        self.url = f"http://127.0.0.1:{self.port}/hooks/loads?token=a%20b"

    def take(self, path, headers, told):
        with self.lock:
            self.requests.append((path, headers, told))
            return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def release(self):
        self.answering.set()

    def told(self):
        """What it was told, in its order."""
        with self.lock:
            return [told for _, _, told in self.requests]

    def keys(self):
        with self.lock:
            return [headers["Idempotency-Key"] for _, headers, _ in self.requests]


class MailServer(Listener):
    """Takes every mail (RFC 5321), but for recipients that begin with "nobody"."""

    def __init__(self):
        self.mails = []  # (sender, recipients, text)
        mail_server = self

        class Handler(socketserver.StreamRequestHandler):
            def answer(self, text):
                self.wfile.write(text.encode("ascii") + b"\r\n")

            def handle(self):
                self.answer("220 test")
                sender, recipients = "", []
                for line in self.rfile:
                    words = line.decode("ascii").strip()
                    verb = words.split(":")[0].split(" ")[0].upper()
                    if verb == "MAIL":
                        sender = words.split("<")[1].split(">")[0]
                    if verb == "RCPT" and "<nobody" in words:
                        self.answer("550 no such user")
                        continue
                    if verb == "RCPT":
                        recipients.append(words.split("<")[1].split(">")[0])
                    if verb == "DATA":
                        self.answer("354 go on")
                        lines = iter(lambda: self.rfile.readline(), b".\r\n")
                        mail_server.mails.append((sender, recipients, b"".join(lines).decode("utf-8")))
                    self.answer("221 bye" if verb == "QUIT" else "250 ok")
                    if verb == "QUIT":
                        return

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        super().__init__(server)
        self.address = f"127.0.0.1:{self.port}"
