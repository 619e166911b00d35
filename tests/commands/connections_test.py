#!/usr/bin/env python3
"""The ways to a target, with real servers and proxies on them: https by nginx and haproxy, tinyproxy, Unix sockets. The target counts what reaches it."""

import string

import support
import web_servers

SECURE = string.Template("""
  server {
    listen 127.0.0.1:PORT ssl;
    ssl_certificate $certificate;
    ssl_certificate_key $key;
    $more
    location / { proxy_pass $target; }
  }
""")


class ConnectionsTest(support.CommandTest):
    def secure_server(self, more=""):
        """nginx with TLS before the target, and the folder of its certificates."""
        folder = self.scratch()
        certificates = web_servers.Certificates(folder)
        certificate, key = certificates.issue("localhost")
        block = SECURE.substitute(certificate=certificate, key=key, target=self.target.url, more=more.format(folder=folder))
        return self.start(web_servers.Nginx(folder, block)), certificates

    def assert_said(self, outcome, *texts):
        """As assert_ended(), of a run that failed; wherever its lines are broken."""
        self.assert_ended(outcome, 1)
        said = " ".join((outcome.stdout + outcome.stderr).split())
        for text in texts:
            self.assertIn(text, said, str(outcome))

    def start(self, server):
        server.__enter__()
        self.addCleanup(server.__exit__)
        return server

    def arrived(self, *arguments, runner=None):
        """The outcome of a command, what --json says of it, and how many requests the target has answered meanwhile."""
        before = self.target.statistics()["answered"]
        outcome, result = (runner or self.runner).measure(*arguments)
        return outcome, result, self.target.statistics()["answered"] - before


class SecureTest(ConnectionsTest):
    def test_a_trusted_server(self):
        nginx, certificates = self.secure_server()
        outcome, result, arrived = self.arrived(f"https://localhost:{nginx.port}/", "-u", "5", "-c", "20", "--cacert", str(certificates.authority))
        self.assert_ended(outcome, 0)
        self.assertEqual((result["totals"]["hits"], arrived), (100, 100))
        self.assertGreater(result["phases"]["tls"], 0)

    def test_a_server_that_nobody_vouches_for(self):
        nginx, _ = self.secure_server()
        outcome, _, arrived = self.arrived(f"https://localhost:{nginx.port}/")
        self.assert_said(outcome, 'the certificate of localhost is not trusted: it was signed by "Loads Test Authority", which is unknown here.',
                          "--cacert FILE, or --insecure")
        self.assertEqual(arrived, 0)
        outcome, _, arrived = self.arrived("-k", f"https://localhost:{nginx.port}/")
        self.assert_ended(outcome, 0)
        self.assertEqual(arrived, 1)

    def test_plain_http_behind_the_port(self):
        outcome = self.runner.run(self.target.url.replace("http://", "https://"))
        self.assert_said(outcome, "the server does not speak TLS. Did you mean http://?")

    def test_a_server_that_wants_a_certificate(self):
        nginx, certificates = self.secure_server("ssl_verify_client on; ssl_client_certificate {folder}/ca.pem;")
        certificate, key = certificates.issue("tester")
        url, trust = f"https://localhost:{nginx.port}/", ("--cacert", str(certificates.authority))
        outcome, result, arrived = self.arrived(url, *trust)
        self.assertEqual((result["status_codes"], arrived), ({"400": 1}, 0), str(outcome))  # nginx says so in HTTP
        outcome, _, arrived = self.arrived(url, *trust, "--cert", str(certificate), "--cert-key", str(key))
        self.assert_ended(outcome, 0)
        self.assertEqual(arrived, 1)

    def test_what_is_wrong_with_a_certificate_is_said_before(self):
        folder = self.scratch()
        (folder / "empty.pem").write_text("", encoding="utf-8")
        outcome = self.runner.run("https://localhost:1/", "--cacert", str(folder / "none.pem"))
        self.assert_ended(outcome, 2, f"--cacert: cannot read {folder}/none.pem: No such file or directory.")
        certificates = web_servers.Certificates(folder)
        certificate, _ = certificates.issue("a")
        _, key = certificates.issue("b")
        outcome = self.runner.run("https://localhost:1/", "--cert", str(certificate), "--cert-key", str(key))
        self.assert_ended(outcome, 2, "the private key does not belong to the certificate")
        outcome = self.runner.run("https://localhost:1/", "--cert", str(certificate))
        self.assert_ended(outcome, 2, "no private key in PEM form can be read")

    def test_haproxy(self):
        folder = self.scratch()
        certificates = web_servers.Certificates(folder)
        certificate, key = certificates.issue("localhost")
        (folder / "both.pem").write_text(certificate.read_text(encoding="utf-8") + key.read_text(encoding="utf-8"), encoding="utf-8")
        haproxy = self.start(web_servers.Haproxy(folder, "frontend f\n  mode http\n  bind 127.0.0.1:{port} ssl crt {folder}/both.pem\n  default_backend b\n"
                                                         f"backend b\n  mode http\n  server s 127.0.0.1:{self.target.port}\n"))
        outcome, result, arrived = self.arrived(f"https://localhost:{haproxy.port}/", "-u", "5", "-c", "20", "--cacert", str(certificates.authority))
        self.assert_ended(outcome, 0)
        self.assertEqual((result["totals"]["hits"], arrived), (100, 100))


class ProxyTest(ConnectionsTest):
    def test_a_real_proxy(self):
        proxy = self.start(web_servers.Tinyproxy(self.scratch(), 1))
        outcome, result, arrived = self.arrived(self.target.url + "/", "-c", "5", "--proxy", proxy.url)
        self.assert_ended(outcome, 0)
        self.assertEqual((result["totals"]["hits"], arrived), (5, 5))
        self.assertIn(f"GET http://127.0.0.1:{self.target.port}/ HTTP/1.1", proxy.log())

    def test_one_that_is_down_is_said_to_be_the_proxy(self):
        outcome = self.runner.run(self.target.url + "/", "--proxy", "http://127.0.0.1:1")
        self.assert_ended(outcome, 1, "connect: connection refused 127.0.0.1:1 (the proxy)")

    def test_a_tunnel_through_it(self):
        nginx, certificates = self.secure_server()
        proxy = self.start(web_servers.Tinyproxy(self.scratch(), nginx.port))
        trust = ("--cacert", str(certificates.authority))
        outcome, _, arrived = self.arrived(f"https://localhost:{nginx.port}/", "-c", "5", *trust, "--proxy", proxy.url)
        self.assert_ended(outcome, 0)
        self.assertEqual(arrived, 5)
        self.assertIn(f"CONNECT localhost:{nginx.port} HTTP/1.1", proxy.log())
        outcome = self.runner.run("https://localhost:1/", *trust, "--proxy", proxy.url)
        self.assert_said(outcome, f"the proxy 127.0.0.1:{proxy.port} opens no tunnel to localhost:1: 403")

    def test_a_proxy_that_wants_a_password(self):
        nginx, certificates = self.secure_server()
        proxy = self.start(web_servers.Tinyproxy(self.scratch(), nginx.port, "BasicAuth tarek secret"))
        url, trust = f"https://localhost:{nginx.port}/", ("--cacert", str(certificates.authority))
        outcome = self.runner.run(url, *trust, "--proxy", proxy.url)
        self.assert_said(outcome, "wants a user and a password, or others (407")
        for one in (url, self.target.url + "/"):
            outcome, _, arrived = self.arrived(one, *trust, "--proxy", f"http://tarek:secret@127.0.0.1:{proxy.port}")
            self.assert_ended(outcome, 0)
            self.assertEqual(arrived, 1)

    def test_the_environments_proxies_are_heeded_only_when_asked(self):
        runner = self.runner.with_environment(http_proxy="http://127.0.0.1:1")
        outcome, _, arrived = self.arrived(self.target.url + "/", runner=runner)
        self.assert_ended(outcome, 0)
        self.assertEqual(arrived, 1)
        outcome = runner.run(self.target.url + "/", "--proxy-from-environment")
        self.assert_said(outcome, "connection refused 127.0.0.1:1")
        spared = self.runner.with_environment(http_proxy="http://127.0.0.1:1", no_proxy="127.0.0.1")
        outcome, _, arrived = self.arrived(self.target.url + "/", "--proxy-from-environment", runner=spared)
        self.assert_ended(outcome, 0)


class PlaceTest(ConnectionsTest):
    def test_another_server_answers_for_the_named_one(self):
        outcome, _, arrived = self.arrived("http://shop.example/", "--connect-to", f"shop.example:80:127.0.0.1:{self.target.port}")
        self.assert_ended(outcome, 0)
        self.assertEqual(arrived, 1)

    def test_a_unix_socket(self):
        folder = self.scratch()
        path = folder / "web.sock"
        # nginx listens on both; the test asks by the socket.
        block = f"  server {{ listen 127.0.0.1:PORT; listen unix:{path}; location / {{ proxy_pass {self.target.url}; }} }}"
        self.start(web_servers.Nginx(folder, block))
        outcome, _, arrived = self.arrived("http://shop.example/", "-c", "5", "--unix-socket", str(path))
        self.assert_ended(outcome, 0)
        self.assertEqual(arrived, 5)

    def test_local_addresses(self):
        outcome, _, arrived = self.arrived(self.target.url + "/", "-u", "2", "--local-address", "127.0.0.2", "--local-address", "127.0.0.3")
        self.assert_ended(outcome, 0)
        self.assertEqual(arrived, 2)
        outcome = self.runner.run(self.target.url + "/", "--local-address", "192.0.2.1")
        self.assert_ended(outcome, 6, "cannot connect from 192.0.2.1: Cannot assign requested address. [local-address]")

    def test_who_shares_a_connection(self):
        for policy, most in (("per-user", 4), ("shared", 4), ("per-request", 40)):
            outcome, result, arrived = self.arrived(self.target.url + "/", "-u", "4", "-c", "10", "--threads", "1", "--connections", policy)
            self.assert_ended(outcome, 0)
            self.assertEqual(arrived, 40)
            connections = result["totals"]["connections"]
            self.assertTrue(connections == most or (policy == "shared" and connections <= most), f"{policy}: {connections}")


if __name__ == "__main__":
    support.main()
