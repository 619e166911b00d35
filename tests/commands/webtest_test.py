#!/usr/bin/env python3
"""`app` against WebTest: of the same visits, made by both, a server sees the same requests, byte for byte."""

import json
import subprocess
import sys
import threading
import unittest
import wsgiref.simple_server

import support
import webtest_site


def python_with_webtest():
    """This Python, or the distribution's; None when neither has WebTest."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import webtest"], capture_output=True, check=False).returncode == 0:
            return python
    return None


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass

    def get_environ(self):
        environ = super().get_environ()
        environ["CONTENT_TYPE"] = self.headers.get("Content-Type", "")  # it would make up a "text/plain"
        return environ


class WebTestTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.python = python_with_webtest()
        if cls.python is None:
            raise unittest.SkipTest("python3-webtest is not installed")
        cls.runner = support.Commands(support.CommandTest.bin_dir, support.CommandTest.folder)

    def seen_from_webtest(self, visit):
        site = str(support.HERE / "webtest_site.py")
        done = subprocess.run([self.python, site, visit], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def seen_from_loads(self, visit):
        site = webtest_site.Site()
        with wsgiref.simple_server.make_server("127.0.0.1", 0, site, handler_class=Quiet) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                outcome = self.runner.run(f"webtest.WebTest.{visit}", "--server-url", f"http://127.0.0.1:{server.server_port}")
            finally:
                server.shutdown()
                thread.join()
        self.assertEqual(outcome.exit_code, 0, str(outcome))
        return json.loads(json.dumps(site.seen))

    def compare(self, visit):
        theirs, ours = self.seen_from_webtest(visit), self.seen_from_loads(visit)
        self.assertGreater(len(theirs), 2)
        self.maxDiff = None
        for number, (expected, seen) in enumerate(zip(theirs, ours)):
            self.assertEqual(expected, seen, f"request {number} of {visit}")
        self.assertEqual(len(theirs), len(ours))

    def test_requests(self):
        self.compare("requests")

    def test_statuses(self):
        self.compare("statuses")

    def test_forms(self):
        self.compare("forms")

    def test_uploads(self):
        self.compare("uploads")

    def test_links(self):
        self.compare("links")

    def test_charsets(self):
        self.compare("charsets")

    def test_session(self):
        self.compare("session")


if __name__ == "__main__":
    support.main()
