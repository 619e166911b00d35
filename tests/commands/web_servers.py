"""Real servers and proxies of other makers, for tests of what loads-runner says to them. Each is started in the foreground with files of its
own in a folder, on loopback, and ended by its process id."""

import os
import pathlib
import shutil
import socket
import subprocess
import time

# As root, nginx would have its work done by somebody who may not read the folder.
AS_ROOT = "user root;" if os.geteuid() == 0 else ""

NGINX = """
{as_root}
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  ssl_session_cache none;
{servers}
}}
"""

TINYPROXY = """
Port {port}
Listen 127.0.0.1
Timeout 60
MaxClients 100
Allow 127.0.0.1
LogFile "{folder}/tinyproxy.log"
LogLevel Connect
ConnectPort {connect_port}
{more}
"""


def find(program):
    """Its path; None when it is not installed. Servers lie where only root looks for programs."""
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program that listens on self.port within some seconds of its start."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.process = None

    def start(self, program, *arguments):
        errors = self.folder / "errors"
        with open(errors, "wb") as output:
            self.process = subprocess.Popen((find(program), *arguments), stdout=output, stderr=output, cwd=self.folder)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"{program} ended at once: {errors.read_text(encoding='utf-8')}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        self.__exit__()
        raise RuntimeError(f"{program} does not listen")

    def __exit__(self, *_):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)


class Nginx(Server):
    """`servers` is the text of server blocks, in which PORT stands for ours."""

    def __init__(self, folder, servers):
        super().__init__(folder)
        self.servers = servers

    def __enter__(self):
        path = self.folder / "nginx.conf"
        servers = self.servers.replace("PORT", str(self.port))
        path.write_text(NGINX.format(folder=self.folder, as_root=AS_ROOT, servers=servers), encoding="utf-8")
        self.start("nginx", "-e", str(self.folder / "nginx.log"), "-c", str(path))
        return self


class Tinyproxy(Server):
    """Opens tunnels to `connect_port` alone. `more` is the rest of its configuration."""

    def __init__(self, folder, connect_port, more=""):
        super().__init__(folder)
        self.connect_port, self.more = connect_port, more

    def __enter__(self):
        path = self.folder / "tinyproxy.conf"
        path.write_text(TINYPROXY.format(port=self.port, folder=self.folder, connect_port=self.connect_port, more=self.more), encoding="utf-8")
        self.start("tinyproxy", "-d", "-c", str(path))
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def log(self):
        return (self.folder / "tinyproxy.log").read_text(encoding="utf-8")


class Haproxy(Server):
    """`text` is its configuration without the global part, in which {port} and {folder} stand for ours."""

    def __init__(self, folder, text):
        super().__init__(folder)
        self.text = text

    def __enter__(self):
        path = self.folder / "haproxy.cfg"
        path.write_text("defaults\n  timeout connect 10s\n  timeout client 60s\n  timeout server 60s\n" + self.text.format(port=self.port, folder=self.folder),
                        encoding="utf-8")
        self.start("haproxy", "-db", "-f", str(path))
        return self


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Certificates:
    """An authority in a folder, ca.pem, and certificates that it has issued: NAME.pem and NAME.key."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.authority = self.folder / "ca.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=Loads Test Authority",
                "-keyout", self.folder / "ca.key", "-out", self.authority)

    def issue(self, name, alternatives="DNS:localhost,IP:127.0.0.1"):
        certificate, key, request, extensions = (self.folder / (name + end) for end in (".pem", ".key", ".csr", ".ext"))
        extensions.write_text(f"subjectAltName={alternatives}\n", encoding="utf-8")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", self.folder / "ca.key", "-CAcreateserial", "-days", "30",
                "-extfile", extensions, "-out", certificate)
        return certificate, key
