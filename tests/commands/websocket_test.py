#!/usr/bin/env python3
"""Web sockets, as the summary and --json tell of them: the guide's example, servers of other makers, and servers that break the rules."""

import os
import pathlib
import shutil
import subprocess
import sys

import support
import web_servers

EXAMPLES = support.ROOT / "examples"

PROXY = """
  server {
    listen 127.0.0.1:PORT ssl;
    ssl_certificate %(certificate)s;
    ssl_certificate_key %(key)s;
    location / {
      proxy_pass %(target)s;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
    }
  }
"""


def python_with_websockets():
    """The interpreter that the distribution's packages belong to, if ours is another one."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import websockets"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    return None


def environment_of_node():
    """Where Debian's modules lie, for a node that is not Debian's too."""
    return {**os.environ, "NODE_PATH": "/usr/share/nodejs"}


def node_with_ws():
    node = shutil.which("node")
    if node is None:
        return None
    found = subprocess.run([node, "-e", "require('ws').WebSocketServer"], env=environment_of_node(), stderr=subprocess.DEVNULL, check=False)
    return node if found.returncode == 0 else None


class WebSocketTest(support.CommandTest):
    def start(self, server):
        server.__enter__()
        self.addCleanup(server.__exit__)
        return server

    def measure(self, test, *arguments, url=None):
        return self.runner.measure(f"sockets.Sockets.{test}", "--server-url", url or self.target.url, *arguments)

    def assert_passed(self, *arguments, **options):
        outcome, result = self.measure(*arguments, **options)
        self.assert_ended(outcome, 0)
        return result

    def echo_server(self):
        """The Python server of the examples, at a free port."""
        python = python_with_websockets()
        if python is None:
            self.skipTest("python3-websockets is not installed")
        return self.first_line([python, EXAMPLES / "echo_server.py", "--port", "0"]).removeprefix("ws://").removesuffix("/ws")

    def first_line(self, command, **options):
        """Of a server, which says where it listens and goes on until the end of the test."""
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
        self.addCleanup(lambda: (process.terminate(), process.wait(20), process.stdout.close()))
        return process.stdout.readline().strip()


class ExampleTest(WebSocketTest):
    def run_example(self, address):
        folder = self.scratch()
        text = (EXAMPLES / "websocket.cpp").read_text(encoding="utf-8")
        (folder / "websocket.cpp").write_text(text.replace("localhost:9000", address), encoding="utf-8")
        runner = support.Commands(self.bin_dir, str(folder))
        runner.environment["XDG_CACHE_HOME"] = self.runner.environment["XDG_CACHE_HOME"]
        outcome, result = runner.measure("websocket.TestWebSite", "-u", "10", "-c", "4", "--server-url", "http://" + address)
        self.assert_ended(outcome, 0, "\nOpened web sockets: 40\n", "\nBytes received via web sockets : 400\n", "\nWeb sockets: 40 opened, 40 closed\n")
        sockets = result["websockets"]
        self.assertEqual((sockets["messages_sent"], sockets["messages_received"], sockets["bytes_sent"]), (60, 60, 400))
        self.assertEqual((sockets["round_trips"]["count"], sockets["errors"]), (60, []))
        self.assertEqual(sum(each["hits"] for each in result["requests"]), 40)

    def test_at_the_target(self):
        before = self.target.statistics()
        self.run_example(f"localhost:{self.target.port}")
        after = self.target.statistics()
        self.assertEqual(after["web_sockets"] - before["web_sockets"], 40)
        self.assertEqual(after["web_socket_messages"] - before["web_socket_messages"], 60)

    def test_at_the_python_server(self):
        self.run_example(self.echo_server())


class PeerTest(WebSocketTest):
    def check(self, url, *arguments):
        for test in ("echo", "large", "closes", "compressed"):
            with self.subTest(test):
                result = self.assert_passed(test, "-u", "3", "-c", "2", *arguments, url=url)
                self.assertEqual(result["websockets"]["errors"], [])

    def test_beast(self):
        self.check(self.target.url)
        self.assert_passed("protocols")

    def test_python_websockets(self):
        url = "http://" + self.echo_server()
        self.check(url)
        self.assert_passed("protocols", url=url)

    def test_wss_through_nginx(self):
        folder = self.scratch()
        certificates = web_servers.Certificates(folder)
        certificate, key = certificates.issue("localhost")
        nginx = self.start(web_servers.Nginx(folder, PROXY % {"certificate": certificate, "key": key, "target": self.target.url}))
        self.check(f"https://localhost:{nginx.port}", "--cacert", str(certificates.authority))


class NodeTest(WebSocketTest):
    """At ws, which most servers that are written in JavaScript use."""

    def setUp(self):
        super().setUp()
        node = node_with_ws()
        if node is None:
            self.skipTest("node-ws is not installed")
        port = self.first_line([node, pathlib.Path(__file__).parent / "ws_server.js"], env=environment_of_node())
        self.url = "http://127.0.0.1:" + port

    def passes(self, test, path="/ws", *arguments):
        with self.subTest(test=test, path=path):
            result = self.assert_passed(test, "-e", f"path={path}", "-u", "3", "-c", "2", *arguments, url=self.url)
            self.assertEqual(result["websockets"]["errors"], [])
            self.assertEqual((result["websockets"]["opened"], result["websockets"]["closed"]), (6, 6))
            return result

    def test_messages(self):
        for test in ("echo", "large", "compressed", "protocols"):
            self.passes(test)

    def test_messages_in_fragments(self):
        for test in ("echo", "large", "compressed"):
            self.passes(test, "/fragments")

    def test_compression_with_and_without_context(self):
        self.passes("compressed_twice", "/wire", "-e", "context=kept")
        self.passes("compressed_twice", "/wire?deflate=serverNoContextTakeover,clientNoContextTakeover", "-e", "context=forgotten")

    def test_compression_by_all_terms(self):
        """Autobahn's cases 12 and 13."""
        no_context = "serverNoContextTakeover,clientNoContextTakeover"
        small, large = ("serverMaxWindowBits=%d,clientMaxWindowBits=%d" % (bits, bits) for bits in (9, 15))
        for terms in (no_context, small, large, no_context + "," + small, no_context + "," + large, "serverMaxWindowBits=10"):
            for manner in ("ws", "fragments"):
                self.passes("compressed_sizes", f"/{manner}?deflate={terms}")

    def test_pings_both_ways(self):
        self.passes("echo", "/ping")
        self.passes("pings", "/pings/2")
        self.passes("pings_by_itself", "/pings/3")

    def test_close_codes_both_ways(self):
        self.assertEqual(self.passes("closes")["counters"], {"code 3000": 6})
        for code in (1000, 1001, 1011, 4321):
            self.assertEqual(self.passes("is_closed", f"/close/{code}")["counters"], {f"code {code}": 6})


class MannersTest(WebSocketTest):
    def at(self, path, test):
        return self.measure(test, "-e", f"path={path}", "-c", "2")

    def test_good_ones(self):
        for path in ("/ws-ping", "/ws-fragments"):
            self.assert_ended(self.at(path, "echo")[0], 0)

    def test_a_server_that_closes(self):
        for code in (1000, 1001, 1011, 4321):
            outcome, result = self.at(f"/ws-close/{code}", "is_closed")
            self.assert_ended(outcome, 0)
            self.assertEqual(result["counters"], {f"code {code}": 2})
            self.assertEqual(result["websockets"]["errors"], [])

    def test_bad_ones(self):
        for path, cause, words in (("/ws-masked", "protocol violated", "a frame of the server is masked"),
                                   ("/ws-bad-utf8", "protocol violated", "a text message is not valid UTF-8"),
                                   ("/ws-oversize", "message too large", "a message is larger than the 16777216 bytes of max_message"),
                                   ("/ws-reserved", "protocol violated", "a frame has a reserved bit set"),
                                   ("/ws-bad-close", "protocol violated", "a close frame carries the code 1005, which is not allowed"),
                                   ("/ws-half-frame", "connection lost", "without a close frame"),
                                   ("/ws-drop", "connection lost", "without a close frame")):
            with self.subTest(path):
                outcome, result = self.at(path, "echo")
                self.assert_ended(outcome, 1)
                self.assertEqual(result["websockets"]["errors"], [{"cause": cause, "count": 2}])
                self.assertEqual((len(result["errors"]), result["errors"][0]["count"], result["errors"][0]["request"]), (1, 2, f"GET {path}"))
                self.assertIn(words, result["errors"][0]["message"])
                self.assertEqual(result["totals"]["test_runs"]["errors"], 2)

    def test_one_that_answers_no_close_frame(self):
        outcome, result = self.runner.measure("sockets.Sockets.leaves", "--server-url", self.target.url, "-e", "path=/ws-never-close")
        self.assert_ended(outcome, 0)
        self.assertEqual(result["websockets"]["closed"], 1)


class RefusalTest(WebSocketTest):
    def test_no_web_socket(self):
        plain = self.start(web_servers.Nginx(self.scratch(), "server { listen 127.0.0.1:PORT; return 403 'members only'; }"))
        outcome, result = self.measure("echo", url=f"http://127.0.0.1:{plain.port}")
        self.assert_ended(outcome, 1)
        self.assertIn("gives no web socket: the server answered 403 Forbidden: members only", result["errors"][0]["message"])
        self.assertEqual(result["websockets"]["errors"], [{"cause": "handshake refused", "count": 1}])

    def test_nobody_there(self):
        outcome, result = self.measure("echo", url=f"http://127.0.0.1:{web_servers.free_port()}")
        self.assert_ended(outcome, 1)
        self.assertIn("connection refused", result["errors"][0]["message"])
        self.assertEqual(result["websockets"]["opened"], 0)


if __name__ == "__main__":
    support.main()
