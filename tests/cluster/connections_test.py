#!/usr/bin/env python3
"""What is said of connections and sessions at the console holds at the agents: their files need not be there."""

import cluster
import web_servers


class ConnectionsTest(cluster.ClusterTest):
    def setUp(self):
        self.before = self.target.answered()

    def answered(self):
        return self.target.answered() - self.before

    def test_whom_to_trust_and_what_to_show(self):
        folder = self.scratch()
        certificates = web_servers.Certificates(folder)
        certificate, key = certificates.issue("localhost")
        mine, my_key = certificates.issue("tester")
        nginx = web_servers.Nginx(folder, f"""
          server {{ listen 127.0.0.1:PORT ssl; ssl_certificate {certificate}; ssl_certificate_key {key};
                    ssl_verify_client on; ssl_client_certificate {certificates.authority};
                    location / {{ proxy_pass {self.target.url}; }} }}""")
        nginx.__enter__()
        self.addCleanup(nginx.__exit__)
        url = f"https://localhost:{nginx.port}/"
        outcome = self.runner.run(url, "-c", "5", "--agents", "2", "--cacert", str(certificates.authority), "--cert", str(mine), "--cert-key", str(my_key))
        self.assert_ended(outcome, 0)
        self.assertEqual((outcome.field("Hits"), self.answered()), (10, 10))
        self.assert_ended(self.runner.run(url, "--agents", "2"), 1, "which is unknown here")

    def test_where_to_connect(self):
        outcome = self.runner.run("http://shop.example/", "-c", "5", "--agents", "2", "--connect-to", f"shop.example:80:127.0.0.1:{self.target.port}",
                                  "--connections", "per-request", "--local-address", "127.0.0.2")
        self.assert_ended(outcome, 0, "(10 connections)")
        self.assertEqual(self.answered(), 10)

    def test_a_proxy(self):
        proxy = web_servers.Tinyproxy(self.scratch(), 1)
        proxy.__enter__()
        self.addCleanup(proxy.__exit__)
        outcome = self.runner.run(self.target.url + "/", "-c", "5", "--agents", "2", "--proxy", proxy.url)
        self.assert_ended(outcome, 0)
        self.assertEqual(self.answered(), 10)
        self.assertIn(f"GET http://127.0.0.1:{self.target.port}/ HTTP/1.1", proxy.log())

    def test_passwords_and_redirects(self):
        netrc = self.scratch() / "netrc"
        netrc.write_text("machine 127.0.0.1 login anna password secret\n", encoding="utf-8")
        self.assert_ended(self.runner.run(self.target.url + "/basic", "--agents", "2", f"--netrc={netrc}"), 0, "Status codes:  200 2\n")
        self.assert_ended(self.runner.run(self.target.url + "/redirect/302/3", "--agents", "2", "--max-redirects", "1"), 1, "more than 1 redirects")


if __name__ == "__main__":
    cluster.main()
