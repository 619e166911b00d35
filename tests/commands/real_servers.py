"""Web servers that many use, on ports of their own: what a client meets in the wild."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time


def free_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def make_certificate(folder):
    """A self-signed one for localhost: certificate and key in one file."""
    path = os.path.join(folder, "localhost.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", path, "-out", path + ".crt"],
                   check=True, stderr=subprocess.DEVNULL)
    with open(path, "a", encoding="ascii") as both:
        both.write(pathlib.Path(path + ".crt").read_text(encoding="ascii"))
    return path


class Server:
    """Runs for as long as the `with` lasts."""

    program = ""

    @classmethod
    def installed(cls):
        return shutil.which(cls.program, path=os.environ.get("PATH", "") + ":/usr/sbin") is not None

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = self.temporary.name
        os.chmod(self.folder, 0o755)  # started by root, its workers are somebody else
        self.certificate = make_certificate(self.folder)
        program = shutil.which(self.program, path=os.environ.get("PATH", "") + ":/usr/sbin")
        with open(self.folder + "/errors", "wb") as errors:
            self.process = subprocess.Popen([program, *self.arguments()], stdout=errors, stderr=errors, cwd=self.folder)
        self.wait_until_listening()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.temporary.cleanup()

    def wait_until_listening(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(self.program + " does not start:\n" + pathlib.Path(self.folder, "errors").read_text("utf-8")) from None
                time.sleep(0.02)


class Nginx(Server):
    """Plain HTTP/1.1, HTTP/2 in plain text, and TLS with and without HTTP/2, each on a port of its own. Logs requests by themselves."""

    program = "nginx"

    def __init__(self, requests_of_a_connection=1_000_000):
        self.port, self.h2c_port, self.tls_port, self.tls1_port = free_port(), free_port(), free_port(), free_port()
        self.requests_of_a_connection = requests_of_a_connection

    def arguments(self):
        pathlib.Path(self.folder, "large").write_bytes(b"x" * 3_000_000)
        pathlib.Path(self.folder, "nginx.conf").write_text(f"""
            daemon off; worker_processes 1; pid {self.folder}/pid; error_log {self.folder}/error.log;
            events {{ worker_connections 1000; }}
            http {{
              log_format line '$server_protocol $status $connection $request_length $http_x_test';
              access_log {self.folder}/access.log line;
              client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy; fastcgi_temp_path {self.folder}/fastcgi;
              uwsgi_temp_path {self.folder}/uwsgi; scgi_temp_path {self.folder}/scgi;
              keepalive_requests {self.requests_of_a_connection}; client_max_body_size 10m;
              server {{
                listen 127.0.0.1:{self.port};
                listen 127.0.0.1:{self.h2c_port} http2;
                listen 127.0.0.1:{self.tls_port} ssl http2;
                listen 127.0.0.1:{self.tls1_port} ssl;
                ssl_certificate {self.certificate}; ssl_certificate_key {self.certificate};
                root {self.folder};
                location = / {{ return 200 "ok"; }}
                location = /upload {{ proxy_pass http://127.0.0.1:{self.port}/taken; }}  # to read all of it
                location = /taken {{ return 200 "taken"; }}
              }}
            }}""", encoding="ascii")
        return ["-c", self.folder + "/nginx.conf"]

    def requests(self):
        """What the log says of each: protocol, status, connection, bytes."""
        lines = pathlib.Path(self.folder, "access.log").read_text(encoding="utf-8").splitlines()
        found = [re.fullmatch(r"(\S+) (\d+) (\d+) (\d+) \S+", line).groups() for line in lines]
        return [(protocol, int(status), int(connection), int(size)) for protocol, status, connection, size in found]


class Nghttpd(Server):
    """The server of nghttp2, in plain text."""

    program = "nghttpd"

    def __init__(self, *options):
        self.port, self.options = free_port(), options

    def arguments(self):
        pathlib.Path(self.folder, "large").write_bytes(b"x" * 3_000_000)
        pathlib.Path(self.folder, "index.html").write_bytes(b"ok")
        return ["--no-tls", "--htdocs", self.folder, *self.options, str(self.port)]


class Haproxy(Server):
    """Speaks HTTP/2 in plain text and over TLS, and HTTP/1.1 with the server behind it."""

    program = "haproxy"

    def __init__(self, behind):
        self.port, self.h2c_port, self.tls_port, self.behind = free_port(), free_port(), free_port(), behind

    def arguments(self):
        pathlib.Path(self.folder, "haproxy.cfg").write_text(f"""
            global
              maxconn 1000
            defaults
              mode http
              timeout connect 10s
              timeout client 30s
              timeout server 30s
            frontend all
              bind 127.0.0.1:{self.port}
              bind 127.0.0.1:{self.h2c_port} proto h2
              bind 127.0.0.1:{self.tls_port} ssl crt {self.certificate} alpn h2,http/1.1
              default_backend web
            backend web
              server one 127.0.0.1:{self.behind}
""", encoding="ascii")
        return ["-f", self.folder + "/haproxy.cfg"]
