"""What of `self.session` needs more than a server of the test's own: TLS, the network's other addresses, and time."""

import gc
import os
import pathlib
import socket
import sys
import tempfile
import threading
import unittest

import requests
from loads.session import Session
from scripted_server import ScriptedServer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "commands"))

from web_servers import Certificates, Nginx  # noqa: E402

SECURE = """
  server {{
    listen 127.0.0.1:PORT ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_client_certificate {authority};
    ssl_verify_client optional;
    location / {{ return 200 "by $ssl_client_s_dn\\n"; }}
  }}
"""


def raised(call):
    try:
        call()
    except requests.exceptions.RequestException as error:
        return type(error)
    except OSError as error:
        return OSError, str(error)
    return None


class StreamTest(unittest.TestCase):
    """Pieces come when the server sends them, not before and not later."""

    def setUp(self):
        self.server = self.enterContext(ScriptedServer())
        self.session = Session()

    def step(self, times=1):
        for _ in range(times):
            self.server.gate.release()

    def test_pieces_come_one_by_one(self):
        response = self.session.get(self.server.url + "/stepwise", stream=True, timeout=20)
        pieces = response.iter_content(100)
        for expected in (b"one\n2", b"two\n2", b"three"):
            self.step()
            self.assertEqual(next(pieces), expected)
        self.assertEqual(list(pieces), [])

    def test_lines_come_when_they_are_whole(self):
        response = self.session.get(self.server.url + "/stepwise", stream=True, timeout=20)
        lines = response.iter_lines()
        self.step(2)
        self.assertEqual(next(lines), b"one")
        self.step()
        self.assertEqual(list(lines), [b"2two", b"2three"])

    def test_a_body_of_known_length_is_read_as_asked_for(self):
        response = self.session.get(self.server.url + "/stepwise?sized=1", stream=True, timeout=20)
        self.step()
        self.assertEqual(response.raw.read(3), b"one")
        self.step()
        self.assertEqual(response.raw.read(7), b"\n2two\n2")
        self.step()
        self.assertEqual(response.raw.read(), b"three")

    def test_a_stream_that_is_dropped_frees_its_connection(self):
        self.session.get(self.server.url + "/stepwise", stream=True, timeout=20)
        gc.collect()
        self.step(3)
        self.assertEqual(self.session.get(self.server.url + "/plain").status_code, 200)

    def test_a_stream_is_read_by_the_thread_that_has_it(self):
        response = self.session.get(self.server.url + "/large", stream=True)
        caught = []

        def read():
            try:
                response.raw.read(10)
            except RuntimeError as error:
                caught.append(str(error))

        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
        self.assertEqual(len(caught), 1, caught)
        self.assertEqual(len(response.content), 256 * 4096)

    def test_a_large_stream_takes_little_memory(self):
        def peak():
            with open("/proc/self/status", encoding="ascii") as status:
                return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

        self.session.get(self.server.url + "/endless?mib=1", stream=True).close()
        with open("/proc/self/clear_refs", "w", encoding="ascii") as reset:
            reset.write("5")
        before, size = peak(), 0
        for piece in self.session.get(self.server.url + "/endless?mib=64", stream=True).iter_content(100_000):
            size += len(piece)
        self.assertEqual(size, 64 << 20)
        self.assertLess(peak() - before, 16 << 10)


class AddressTest(unittest.TestCase):
    def test_ipv6(self):
        try:
            server = self.enterContext(ScriptedServer("::1", socket.AF_INET6))
        except OSError:
            self.skipTest("this machine has no IPv6")
        for session in (requests.Session(), Session()):
            response = session.get(server.url + "/plain")
            self.assertEqual((response.status_code, response.url), (200, server.url + "/plain"))
        theirs, ours = server.take()
        self.assertEqual((theirs.line, theirs.headers), (ours.line, ours.headers))

    def test_relative_urls_are_of_the_server_url(self):
        server = self.enterContext(ScriptedServer())
        session = Session()
        session_url = os.environ.get("LOADS_OPT_SERVER_URL")
        self.assertIsNone(session_url)
        from loads import _engine

        for root in (server.url, server.url + "/below/"):
            _engine.set_server_url(root)
            self.assertEqual([session.get("/plain").url for _ in range(3)], [server.url + "/plain"] * 3)
            self.assertEqual(session.post("/plain", json={}).url, server.url + "/plain")
        _engine.set_server_url("")
        with self.assertRaisesRegex(requests.exceptions.MissingSchema, "--server-url"):
            session.get("/plain")


class TlsTest(unittest.TestCase):
    """nginx, with certificates that nobody knows."""

    @classmethod
    def setUpClass(cls):
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            os.environ.pop(name, None)
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.certificates = Certificates(folder)
        certificate, key = cls.certificates.issue("server")
        cls.client = cls.certificates.issue("client")
        text = SECURE.format(certificate=certificate, key=key, authority=cls.certificates.authority)
        cls.server = cls.enterClassContext(Nginx(folder, text))
        cls.url = f"https://localhost:{cls.server.port}/"

    def both(self, call):
        theirs, ours = call(requests.Session()), call(Session())
        self.assertEqual(theirs, ours)
        return ours

    def test_an_authority_that_nobody_knows(self):
        self.assertEqual(self.both(lambda session: raised(lambda: session.get(self.url))), requests.exceptions.SSLError)

    def test_an_authority_of_the_call_or_of_the_session(self):
        authority = str(self.certificates.authority)

        def call(session):
            answers = [session.get(self.url, verify=authority).text]
            session.verify = authority
            return answers + [session.get(self.url).text for _ in range(3)]

        self.assertEqual(self.both(call), ["by \n"] * 4)

    def test_an_authority_of_the_environment(self):
        os.environ["REQUESTS_CA_BUNDLE"] = str(self.certificates.authority)
        self.addCleanup(os.environ.pop, "REQUESTS_CA_BUNDLE")
        self.assertEqual(self.both(lambda session: [session.get(self.url).text for _ in range(3)]), ["by \n"] * 3)

    def test_without_verification(self):
        def call(session):
            session.verify = False
            return [session.get(self.url).text for _ in range(3)]

        with self.assertWarnsRegex(Warning, "Unverified"):
            self.assertEqual(self.both(call), ["by \n"] * 3)

    def test_a_certificate_of_the_client(self):
        pair = tuple(map(str, self.client))
        authority = str(self.certificates.authority)
        self.assertEqual(self.both(lambda session: session.get(self.url, verify=authority, cert=pair).text), "by CN=client\n")

    def test_files_that_are_not_there(self):
        self.both(lambda session: raised(lambda: session.get(self.url, verify="/no/such/file")))
        self.both(lambda session: raised(lambda: session.get(self.url, cert=("/no/such/file", None))))


if __name__ == "__main__":
    unittest.main()
