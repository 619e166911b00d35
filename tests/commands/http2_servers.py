"""Servers of other makers that speak HTTP/2, each in a folder of its own."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import web_servers
from web_servers import free_port


def make_certificate(folder):
    """A self-signed one for localhost: certificate and key in one file."""
    path = os.path.join(folder, "localhost.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", path, "-out", path + ".crt"],
                   check=True, stderr=subprocess.DEVNULL)
    with open(path, "a", encoding="ascii") as both:
        both.write(pathlib.Path(path + ".crt").read_text(encoding="ascii"))
    return path


class Server(web_servers.Server):
    """In a folder of its own, with a certificate there, for as long as the `with` lasts."""

    program = ""

    def __init__(self):
        super().__init__(tempfile.mkdtemp())

    @classmethod
    def installed(cls):
        return web_servers.find(cls.program) is not None

    def __enter__(self):
        os.chmod(self.folder, 0o755)  # started by root, its workers are somebody else
        self.certificate = make_certificate(self.folder)
        self.start(self.program, *self.arguments())
        return self

    def __exit__(self, *_):
        super().__exit__()
        shutil.rmtree(self.folder)


class Nginx(Server):
    """Plain HTTP/1.1, HTTP/2 in plain text, and TLS with and without HTTP/2, each on a port of its own. Logs requests by themselves."""

    program = "nginx"

    def __init__(self, requests_of_a_connection=1_000_000):
        super().__init__()
        self.h2c_port, self.tls_port, self.tls1_port = free_port(), free_port(), free_port()
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
        return ["-c", str(self.folder / "nginx.conf")]

    def requests(self):
        """What the log says of each: protocol, status, connection, bytes."""
        lines = pathlib.Path(self.folder, "access.log").read_text(encoding="utf-8").splitlines()
        found = [re.fullmatch(r"(\S+) (\d+) (\d+) (\d+) \S+", line).groups() for line in lines]
        return [(protocol, int(status), int(connection), int(size)) for protocol, status, connection, size in found]


class Nghttpd(Server):
    """The server of nghttp2, in plain text."""

    program = "nghttpd"

    def __init__(self, *options):
        super().__init__()
        self.options = options

    def arguments(self):
        pathlib.Path(self.folder, "large").write_bytes(b"x" * 3_000_000)
        pathlib.Path(self.folder, "index.html").write_bytes(b"ok")
        return ["--no-tls", "--htdocs", str(self.folder), *self.options, str(self.port)]


class Haproxy(Server):
    """Speaks HTTP/2 in plain text and over TLS, and HTTP/1.1 with the server behind it."""

    program = "haproxy"

    def __init__(self, behind):
        super().__init__()
        self.h2c_port, self.tls_port, self.behind = free_port(), free_port(), behind

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
        return ["-f", str(self.folder / "haproxy.cfg")]
