"""self.app beside the real webtest.TestApp, which asks the same server by WSGIProxy2; and what a load test adds to it."""

import http.server
import os
import threading
import unittest

from package_support import PACKAGE, PythonTest

os.environ.pop("LOADS_OPT_SERVER_URL", None)

import sys  # noqa: E402

sys.path.insert(0, PACKAGE)

import webtest  # noqa: E402

from loads.app import App  # noqa: E402

FORM = """<html><body><form action="/echo" method="post"><input name="a" value="1"><input type="submit" name="go" value="Go"></form>
<a href="/other?x=1">next</a></body></html>"""


class Site(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def answer(self, status, body, *headers):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in (("Content-Type", "text/html; charset=utf-8"), *headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("latin-1")
        self.server.asked.append((self.command, self.path, dict(self.headers.items()), body))
        path = self.path.partition("?")[0]
        if path == "/form":
            self.answer(200, FORM)
        elif path == "/login":
            self.answer(200, "in", ("Set-Cookie", "who=anna; Path=/"), ("Set-Cookie", "more=1; Path=/"))
        elif path == "/redirect":
            self.answer(302, "", ("Location", "/other"))
        elif path == "/missing":
            self.answer(404, "100% missing")
        elif path == "/json":
            self.answer(200, '{"a": [1, "größer"]}', ("Content-Type", "application/json"))
        else:
            self.answer(200, f"{self.command} {self.path} cookies: {self.headers.get('Cookie', '')} body: {body}")

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = handle_any

    def log_message(self, *_):
        pass


# What is done with an app, and what is to be the same of it.
STEPS = {
    "a path": lambda app: app.get("/a"),
    "a query": lambda app: app.get("/a?b=1&c=%20d"),
    "params": lambda app: app.get("/a", {"b": "ä", "c": "1 2"}),
    "a path of other letters": lambda app: app.get("/gr%C3%B6%C3%9Fer"),
    "a fragment": lambda app: app.get("/a?b=1#part"),
    "headers": lambda app: app.get("/a", headers={"X-Who": "me"}),
    "xhr": lambda app: app.get("/a", xhr=True),
    "a body": lambda app: app.post("/a", {"b": "1", "c": "ä"}),
    "bytes": lambda app: app.post("/a", b"bytes", content_type="text/plain"),
    "json": lambda app: app.post_json("/a", {"b": [1, None]}),
    "put": lambda app: app.put("/a", {"b": "1"}),
    "put json": lambda app: app.put_json("/a", {"b": 1}),
    "patch": lambda app: app.patch("/a", {"b": "1"}),
    "delete": lambda app: app.delete("/a"),
    "head": lambda app: app.head("/a"),
    "options": lambda app: app.options("/a"),
    "any method": lambda app: app.request("/a", method="DELETE"),
    "a redirect": lambda app: app.get("/redirect"),
    "a redirect followed": lambda app: app.get("/redirect").follow(),
    "maybe followed": lambda app: app.get("/redirect").maybe_follow(),
    "a link": lambda app: app.get("/form").click("next"),
    "a form": lambda app: app.get("/form").form.submit("go"),
    "a form with a value": lambda app: _fill(app.get("/form").forms[0]).submit(),
    "a status": lambda app: app.get("/missing", status=404),
    "a pattern": lambda app: app.get("/missing", status="404*"),
    "any status": lambda app: app.get("/missing", status="*"),
    "one of them": lambda app: app.get("/missing", status=[200, 404]),
    "errors": lambda app: app.get("/missing", expect_errors=True),
    "a json answer": lambda app: app.get("/json"),
    "cookies": lambda app: (app.get("/login"), app.get("/a"))[1],
    "cookies of a body": lambda app: (app.post("/login", {"a": "1"}), app.get("/a"))[1],
    "reset": lambda app: (app.get("/login"), app.reset(), app.get("/a"))[2],
    "a cookie of one's own": lambda app: (app.set_cookie("own", "1"), app.get("/a"))[1],
    "credentials": lambda app: (app.set_authorization(("Basic", ("anna", "word"))), app.get("/a"))[1],
    "a token": lambda app: (setattr(app, "authorization", ("Bearer", "token")), app.get("/a"))[1],
}
REFUSED = {
    "a status": lambda app: app.get("/missing"),
    "another one": lambda app: app.get("/a", status=201),
    "none of them": lambda app: app.post("/missing", status=[200, 201]),
    "a pattern": lambda app: app.get("/a", status="3*"),
    "a redirect that is none": lambda app: app.get("/a").follow(),
    "a link that is not there": lambda app: app.get("/form").click("nowhere"),
}
# What WSGIProxy2 adds or leaves out of its own.
OF_THE_PROXY = ("X-Forwarded-Server", "X-Forwarded-Scheme", "X-Forwarded-For", "X-Forwarded-Script-Name", "Transfer-Encoding", "Accept-Encoding",
                "Connection", "Content-Length")


def _fill(form):
    form["a"] = "größer"
    return form


class WebTestTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
        cls.server.asked = []
        thread = threading.Thread(target=cls.server.serve_forever)
        thread.start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.server.shutdown)
        cls.url = f"http://127.0.0.1:{cls.server.server_port}"

    def apps(self):
        ours = App()
        ours.server_url = self.url
        # It has to be told the host, or chooses its cookies for "localhost".
        return ours, webtest.TestApp(self.url, extra_environ={"HTTP_HOST": self.url[len("http://") :]})

    def asked_by(self, step, app):
        """What the step gives, and the requests that it has made."""
        self.server.asked.clear()
        result = step(app)
        return result, [(method, path, {name: value for name, value in headers.items() if name not in OF_THE_PROXY}, body)
                        for method, path, headers, body in self.server.asked]

    @staticmethod
    def seen(response):
        """What a test looks at."""
        headers = {name: value for name, value in response.headers.items() if name not in ("Date", "Connection", "Location")}
        return {"status": response.status, "int": response.status_int, "body": response.body, "text": response.text, "headers": headers,
                "type": response.content_type, "url": response.request.url, "method": response.request.method, "in": "a" in response,
                "location": response.location, "normal": response.normal_body}

    def test_it_does_what_webtest_does(self):
        for name, step in STEPS.items():
            with self.subTest(name):
                ours, theirs = self.apps()
                (mine, my_requests), (real, real_requests) = self.asked_by(step, ours), self.asked_by(step, theirs)
                self.assertEqual(my_requests, real_requests)
                self.assertEqual(self.seen(mine), self.seen(real))
                self.assertEqual(ours.cookies, theirs.cookies)
                self.assertIsInstance(mine, webtest.TestResponse)

    def test_it_refuses_what_webtest_refuses(self):
        for name, step in REFUSED.items():
            with self.subTest(name):
                ours, theirs = self.apps()
                with self.assertRaises(Exception) as real:
                    step(theirs)
                with self.assertRaises(type(real.exception)) as mine:
                    step(ours)
                self.assertEqual(str(mine.exception), str(real.exception))

    def test_every_get_is_as_the_first(self):
        ours, _ = self.apps()
        first, second = self.seen(ours.get("/a?b=1")), self.seen(ours.get("/a?b=1"))
        self.assertEqual(first, second)
        ours.get("/login")
        self.assertIn("who=anna", ours.get("/a?b=1"))
        ours.reset()
        self.assertNotIn("who=anna", ours.get("/a?b=1"))

    def test_the_server_can_be_changed(self):
        ours, _ = self.apps()
        self.assertEqual(ours.server_url, self.url)
        ours.get("/a")
        ours.server_url = self.url + "/below"
        self.assertIn("GET /below/a ", ours.get("/a"))
        ours.server_url = self.url.replace("//", "//anna:word@")
        ours.get("/a")
        self.assertEqual(self.server.asked[-1][2]["Authorization"], "Basic YW5uYTp3b3Jk")
        with self.assertRaisesRegex(Exception, "is no server URL"):
            ours.server_url = "new-server"

    def test_one_host_header(self):
        ours, _ = self.apps()
        ours.get("/a", headers={"X-A": "b"})
        self.assertEqual(self.server.asked[-1][2]["Host"], self.url[len("http://") :])


class LoadTest(PythonTest):
    EXAMPLE = """
        from loads.case import TestCase

        class TestWebSite(TestCase):

            def test_something(self):
                self.assertTrue('Search' in self.app.get('/'))

            def test_missing(self):
                self.app.get('/status/404')

            def test_server(self):
                self.app.server_url = 'http://localhost:9200'
                self.app.get('/')

            def test_refused(self):
                self.app.server_url = 'http://127.0.0.1:1'
                self.app.get('/')

            def test_cookies(self):
                self.assertIn('none' if self.user.runs == 1 else 'id=abc', self.app.get('/cookie'))
                self.assertEqual(self.app.cookies, {'id': 'abc'})
        """

    def setUp(self):
        super().setUp()
        self.write(self.EXAMPLE)

    def test_the_guides_sample(self):
        outcome = self.load("example.TestWebSite.test_something", "-u", "3", "-c", "5")
        self.assert_runs(outcome, success=15)
        self.assertEqual(outcome.field("Hits"), 15)
        self.unittest("example.TestWebSite.test_something")

    def test_a_status_is_a_failure(self):
        outcome = self.load("example.TestWebSite.test_missing", "-c", "2", exit_code=1)
        self.assert_runs(outcome, failures=2)
        self.assertIn("Bad response: 404", outcome.stdout)
        self.assertIn("FAILED (failures=1)", self.unittest("example.TestWebSite.test_missing", exit_code=1))

    def test_without_a_server_it_says_what_to_do(self):
        outcome = self.load("example.TestWebSite.test_something", exit_code=1, server=False)
        self.assertIn("app has no server to talk to: give --server-url, or set self.app.server_url", " ".join(outcome.stdout.split()))

    def test_the_test_names_its_server(self):
        self.assert_runs(self.load("example.TestWebSite.test_server", "-c", "2", server=False), success=2)

    def test_a_request_that_fails_is_recorded_once(self):
        outcome, figures = self.load_measured("example.TestWebSite.test_refused", "-c", "2")
        self.assert_runs(outcome, errors=2)
        self.assertEqual([error["count"] for error in figures["errors"]], [2], figures["errors"])

    def test_each_user_has_cookies_of_its_own(self):
        outcome = self.load("example.TestWebSite.test_cookies", "-u", "4", "-c", "3")
        self.assert_runs(outcome, success=12)


if __name__ == "__main__":
    unittest.main()
