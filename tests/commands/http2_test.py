"""HTTP/2 with the servers that one meets: nginx, haproxy and nghttp2's own."""

import unittest

import http2_servers
import support


@unittest.skipUnless(http2_servers.Nginx.installed(), "nginx is not installed")
class NginxTest(support.CommandTest):
    def setUp(self):
        """A server of its own: in the log of a shared one are requests of tests that have ended, and that it logs late."""
        self.server = http2_servers.Nginx().__enter__()
        self.addCleanup(self.server.__exit__)

    def measure(self, test, port, *options, scheme="http", server=None):
        server = server or self.server
        before = len(server.requests())
        outcome, result = self.runner.measure(test, "--server-url", f"{scheme}://localhost:{port}", "-k", *options)
        self.assert_ended(outcome, 0)
        self.wait_for_log(server, before + result["totals"]["hits"])
        return result

    def wait_for_log(self, server, count):
        """nginx logs a request after it has sent the answer."""
        self.wait_until(lambda: len(server.requests()) >= count, f"{count} requests are logged")

    def test_over_tls_http2_is_agreed_upon(self):
        self.measure("http2.Http2.get", self.server.tls_port, "-u", "3", "-c", "20", scheme="https")
        requests = self.server.requests()
        self.assertEqual([request[:2] for request in requests], [("HTTP/2.0", 200)] * 60)
        self.assertEqual(len({request[2] for request in requests}), 3, "one connection for each user")

    def test_over_tls_http1_is_agreed_upon_where_there_is_no_other(self):
        self.measure("http2.Http2.get", self.server.tls1_port, "-c", "5", "-e", "VERSION=HTTP/1.1", scheme="https")

    def test_http1_can_be_asked_for(self):
        self.measure("http2.Http2.get", self.server.tls_port, "-c", "5", "-e", "VERSION=HTTP/1.1", "--http-version", "1.1", scheme="https")

    def test_plain_text_is_http1_unless_the_server_is_known(self):
        self.measure("http2.Http2.get", self.server.port, "-c", "5", "-e", "VERSION=HTTP/1.1")
        self.measure("http2.Http2.get", self.server.h2c_port, "-c", "5", "--http-version", "h2c")

    def test_a_server_without_http2_is_named(self):
        outcome = self.runner.run(f"https://localhost:{self.server.tls1_port}/", "-k", "--http-version", "2")
        self.assert_ended(outcome, 1, "the server does not offer the version")
        outcome = self.runner.run(f"http://localhost:{self.server.port}/", "--http-version", "h2c")
        self.assert_ended(outcome, 1)
        self.assertRegex(outcome.stdout + outcome.stderr, "it is HTTP/1.x|does it speak HTTP/2")

    def test_large_bodies_go_both_ways(self):
        for test in ("large", "upload"):
            with self.subTest(test):
                self.measure("http2.Http2." + test, self.server.tls_port, "-c", "5", scheme="https")
                self.measure("http2.Http2." + test, self.server.h2c_port, "-c", "5", "--http-version", "h2c")
        self.wait_until(lambda: max(request[3] for request in self.server.requests() if request[0] == "HTTP/2.0") > 3_000_000, "it is all there")

    def test_a_batch_shares_a_connection(self):
        result = self.measure("http2.Http2.batch", self.server.tls_port, "-c", "3", scheme="https")
        self.assertEqual([(one["name"], one["hits"]) for one in result["requests"]], [("part", 90)])
        requests = self.server.requests()
        self.assertEqual(len(requests), 90)
        self.assertEqual(len({request[2] for request in requests}), 1)

    def test_over_http1_a_batch_takes_six_connections(self):
        self.measure("http2.Http2.batch", self.server.port, "-c", "3")
        requests = self.server.requests()
        self.assertEqual(len(requests), 90)
        self.assertLessEqual(len({request[2] for request in requests}), 6)

    def test_a_batch_of_which_one_request_fails(self):
        outcome = self.runner.run("http2.Http2.batch_of_which_one_fails", "--server-url", f"http://localhost:{self.server.port}")
        self.assertIn("connection refused", outcome.stdout + outcome.stderr, str(outcome))
        self.wait_for_log(self.server, 2)
        self.assertEqual(len(self.server.requests()), 2)

    def test_a_server_that_ends_its_connections_is_left_in_peace(self):
        with http2_servers.Nginx(requests_of_a_connection=10) as server:
            self.measure("http2.Http2.get", server.h2c_port, "-c", "100", "--http-version", "h2c", server=server)
            self.assertGreaterEqual(len({request[2] for request in server.requests()}), 9)
            self.measure("http2.Http2.batch", server.h2c_port, "-c", "3", "--http-version", "h2c", server=server)

    def test_connections_are_shared_by_the_users_of_a_thread(self):
        self.measure("http2.Http2.get", self.server.tls_port, "-u", "20", "-c", "10", "--threads", "1", "--connections", "shared",
                     scheme="https")
        self.assertEqual(len({request[2] for request in self.server.requests()}), 1)

    @unittest.skipUnless(http2_servers.Haproxy.installed(), "haproxy is not installed")
    def test_haproxy(self):
        with http2_servers.Haproxy(self.server.port) as proxy:
            for test in ("get", "large", "upload", "batch"):
                with self.subTest(test):
                    self.measure("http2.Http2." + test, proxy.tls_port, "-u", "3", "-c", "3", scheme="https")
                    self.measure("http2.Http2." + test, proxy.h2c_port, "-u", "3", "-c", "3", "--http-version", "h2c")


@unittest.skipUnless(http2_servers.Nghttpd.installed(), "nghttpd is not installed")
class NghttpdTest(support.CommandTest):
    def test_it_is_understood(self):
        with http2_servers.Nghttpd() as server:
            for test in ("get", "large", "batch"):
                outcome = self.runner.run("http2.Http2." + test, "--server-url", f"http://localhost:{server.port}", "--http-version", "h2c",
                                          "-u", "3", "-c", "5")
                self.assert_ended(outcome, 0)

    def test_requests_wait_for_the_streams_that_it_has(self):
        with http2_servers.Nghttpd("--max-concurrent-streams=2") as server:
            outcome = self.runner.run("http2.Http2.batch", "--server-url", f"http://localhost:{server.port}", "--http-version", "h2c", "-c", "3")
            self.assert_ended(outcome, 0)

    def test_small_windows_are_kept_to(self):
        with http2_servers.Nghttpd("--window-bits=10", "--connection-window-bits=12", "--echo-upload") as server:
            outcome = self.runner.run("http2.Http2.upload", "--server-url", f"http://localhost:{server.port}", "--http-version", "h2c", "-c", "2")
            self.assert_ended(outcome, 0)


if __name__ == "__main__":
    support.main()
