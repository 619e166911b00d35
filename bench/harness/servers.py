"""The servers that are asked. They run on a core of their own, and they, not the clients, say how many requests there were."""

import json
import os
import socket
import string
import subprocess
import tempfile
import time
import urllib.request

from harness.process import SERVER_CORE, Process

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def fetch(port, path):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback needs no proxy
    return opener.open(f"http://127.0.0.1:{port}{path}", timeout=10).read().decode()


def free_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


class Server:
    """Runs within a `with`. `url` is where it answers."""

    def __enter__(self):
        self.process = self.start()
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_):
        self.process.__exit__()


class Target(Server):
    """bench-target: cheap, and knows when the first and the last request came."""

    def __init__(self, bin_dir):
        self.bin_dir = bin_dir

    def start(self):
        process = Process([os.path.join(self.bin_dir, "bench-target")], SERVER_CORE, stdout=subprocess.PIPE)
        self.port = int(process.popen.stdout.readline())
        return process

    def stats(self):
        return json.loads(fetch(self.port, "/stats"))

    def requests(self):
        return self.stats()["requests"]


class EchoTarget(Server):
    """loads-target, which sends the messages of web sockets back and counts them."""

    def __init__(self, bin_dir):
        self.bin_dir = bin_dir

    def start(self):
        command = [os.path.join(self.bin_dir, "loads-target"), "--address", "127.0.0.1", "--port", "0", "--threads", "1"]
        process = Process(command, SERVER_CORE, stdout=subprocess.PIPE)
        self.port = int(process.popen.stdout.readline().rsplit(":", 1)[1])
        return process

    def requests(self):
        """Messages, here."""
        return json.loads(fetch(self.port, "/stats"))["web_socket_messages"]


class Nginx(Server):
    """nginx with one worker: / answers 100 bytes, /100k a file of 100,000. By TLS, too, with a certificate that vouches for itself."""

    def start(self):
        self.folder = tempfile.TemporaryDirectory(prefix="loads-bench.")
        os.chmod(self.folder.name, 0o755)  # started by root its worker is somebody else
        with open(self.folder.name + "/100k", "wb") as body:
            body.write(b"x" * 100_000)
        self.certificate = self.folder.name + "/certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=bench",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder.name + "/key.pem", "-out", self.certificate],
                       check=True, capture_output=True)
        self.port, self.http2_port, self.tls_port, self.stats_port = free_port(), free_port(), free_port(), free_port()
        self.secure_url = f"https://127.0.0.1:{self.tls_port}"
        with open(FOLDER + "/nginx.conf", encoding="ascii") as template:
            text = string.Template(template.read()).substitute(folder=self.folder.name, port=self.port, http2_port=self.http2_port, tls_port=self.tls_port,
                                                                  stats_port=self.stats_port)
        with open(self.folder.name + "/nginx.conf", "w", encoding="ascii") as conf:
            conf.write(text)
        self.own_requests = 0
        process = Process(["nginx", "-c", self.folder.name + "/nginx.conf"], SERVER_CORE)
        while True:
            try:
                self.requests()
                return process
            except OSError:
                if process.popen.poll() is not None:
                    raise RuntimeError("nginx does not start:\n" + process.popen.stderr.read()) from None
                time.sleep(0.02)

    def __exit__(self, *_):
        self.process.popen.terminate()  # killed, it would leave its worker behind
        self.process.wait()
        self.folder.cleanup()

    def requests(self):
        status = fetch(self.stats_port, "/").split()  # "... server accepts handled requests A H R ..."
        self.own_requests += 1
        return int(status[9]) - self.own_requests
