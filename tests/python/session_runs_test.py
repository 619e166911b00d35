"""`self.session` in virtual users: what it does there, and what the report says of it."""

import difflib
import json
import os
import pathlib
import pprint
import socket
import subprocess
import sys
import tempfile
import unittest

import requests
import requests_cases
from scripted_server import ScriptedServer

HERE = pathlib.Path(__file__).resolve().parent
LEFT_OUT = ("threads", "timeouts", "errors")  # their order, or their times, are not the same twice

CASES_MODULE = """
import os, pprint
import requests_cases
from loads.case import TestCase

class TestCases(TestCase):
    def test_all(self):
        site = requests_cases.Site(*os.environ["SITE"].split())
        found = requests_cases.run_all(type(self.session), site, os.environ["LEFT_OUT"].split())
        with open(os.environ["FOUND"], "w") as file:
            file.write(found)
"""


class Runner:
    """loads-runner in a folder with one module, example.py."""

    def __init__(self, folder, text):
        self.folder = pathlib.Path(folder)
        (self.folder / "example.py").write_text(text, encoding="utf-8")

    def run(self, test, *arguments, **variables):
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy") and not name.startswith("LOADS_OPT_")}
        environment["PYTHONPATH"] = os.pathsep.join([str(HERE), environment.get("PYTHONPATH", "")])
        path = self.folder / "result.json"
        runner = os.path.join(os.environ["LOADS_BIN_DIR"], "loads-runner")
        done = subprocess.run(
            [runner, f"example.{test}", "--python", sys.executable, "--json", str(path), *map(str, arguments)],
            cwd=self.folder, env={**environment, **variables}, capture_output=True, text=True, timeout=200, check=False)  # fmt: skip
        self.text = done.stdout + done.stderr
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


class RunTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = self.enterContext(ScriptedServer())

    def run_test(self, body, *arguments, before="", **variables):
        """Runs a test of that body, in which URL is the server's; gives the result and the names of its requests."""
        lines = "\n".join("        " + line for line in body.strip("\n").splitlines())
        text = f"import requests\nfrom loads.case import TestCase\nURL = {self.server.url!r}\n{before}\n"
        text += f"class TestIt(TestCase):\n    def test_it(self):\n{lines}\n"
        self.runner = Runner(self.enterContext(tempfile.TemporaryDirectory()), text)
        result = self.runner.run("TestIt.test_it", *arguments, **variables)
        self.assertIsNotNone(result, self.runner.text)
        return result

    def names(self, result):
        return {request["name"]: request["hits"] for request in result["requests"]}

    def assert_runs(self, result, **expected):
        runs = {kind: count for kind, count in result["totals"]["test_runs"].items() if count and kind in ("success", "errors", "failures")}
        self.assertEqual(runs, expected, self.runner.text)


class CasesTest(unittest.TestCase):
    def test_a_virtual_user_sees_what_requests_shows(self):
        servers = [self.enterContext(ScriptedServer(address)) for address in ("127.0.0.1", "127.0.0.2", "127.0.0.1")]
        with socket.create_server(("127.0.0.1", 0)) as closed:
            refused = f"http://127.0.0.1:{closed.getsockname()[1]}"
        urls = [servers[0].url, servers[1].url, refused, servers[2].url]
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            del os.environ[name]
        theirs = requests_cases.run_all(requests.Session, requests_cases.Site(*urls), LEFT_OUT)
        wanted = [requests_cases.sent(server) for server in servers]
        with tempfile.TemporaryDirectory() as folder:
            found = pathlib.Path(folder, "found")
            runner = Runner(folder, CASES_MODULE)
            runner.run("TestCases.test_all", SITE=" ".join(urls), FOUND=str(found), LEFT_OUT=" ".join(LEFT_OUT))
            self.assertTrue(found.exists(), runner.text)
            self.same(theirs.splitlines(), found.read_text(encoding="utf-8").splitlines())
        self.same(*(pprint.pformat(one, width=160).splitlines() for one in (wanted, [requests_cases.sent(server) for server in servers])))

    def same(self, theirs, ours):
        difference = list(difflib.unified_diff(theirs, ours, "requests.Session", "a virtual user", n=4, lineterm=""))
        if difference:
            self.fail("\n" + "\n".join(difference[:80]))


class ReportTest(RunTest):
    def test_each_hop_is_a_hit_of_its_method_and_path(self):
        result = self.run_test("""
for number in range(3):
    self.session.get(URL + f"/item/{number}?page=1").raise_for_status()
self.session.post(URL + "/redirect/302?to=/plain", data={"a": 1}).raise_for_status()
self.session.get(URL + "/item/1#part")
""")  # fmt: skip
        self.assertEqual(self.names(result), {"GET /item/0": 1, "GET /item/1": 2, "GET /item/2": 1, "POST /redirect/302": 1, "GET /plain": 1}, self.runner.text)

    def test_a_name_puts_requests_together(self):
        result = self.run_test("""
for number in range(3):
    self.session.get(URL + f"/item/{number}", name="item")
    self.session.post(URL + "/redirect/302?to=/redirect/302?to=/plain", json=[], name="order")
    self.session.get(URL + "/basic", auth=("user", "password"), name="rare")
self.session.get(URL + "/plain")
""")  # fmt: skip
        self.assertEqual(self.names(result), {"item": 3, "order": 3, "order (redirect)": 6, "rare": 3, "GET /plain": 1}, self.runner.text)

    def test_it_says_when_a_status_is_not_looked_at(self):
        for look in ("pass", "r.text", "r.headers", "r.elapsed", "r.json"):
            self.run_test(f'r = self.session.get(URL + "/status/404")\n{look}')
            self.assertIn("does not check the status", self.runner.text, look)
        for look in ("r.status_code", "r.ok", "bool(r)", "r.raise_for_status", "repr(r)"):
            call = look + "()" if look == "r.raise_for_status" else look
            self.run_test(f'r = self.session.get(URL + "/status/404")\ntry:\n    {call}\nexcept requests.HTTPError:\n    pass')
            self.assertNotIn("does not check the status", self.runner.text, look)
        self.run_test('r = self.session.post(URL + "/status/500", files={"a": "b"})')
        self.assertIn("does not check the status", self.runner.text)

    def test_an_error_of_the_client_counts_once(self):
        for call in ('get(URL + "/hang_up")', 'post(URL + "/hang_up", files={"a": "b"})', 'get(URL + "/cut_chunk")', 'get(URL + "/cut_chunk", stream=True).content'):
            result = self.run_test(f"self.session.{call}")
            self.assert_runs(result, errors=1)
            self.assertEqual([one["count"] for one in result["errors"]], [1], (call, result["errors"]))

    def test_what_requests_refuses_is_an_error_of_the_test(self):
        result = self.run_test('self.session.get("nothing")')
        self.assert_runs(result, errors=1)
        self.assertIn("MissingSchema", result["errors"][0]["message"])

    def test_a_status_that_is_raised_is_an_error_with_its_place(self):
        result = self.run_test('self.session.get(URL + "/status/500").raise_for_status()')
        self.assert_runs(result, errors=1)
        self.assertIn("500 Server Error", result["errors"][0]["message"])
        self.assertRegex(result["errors"][0]["location"], r"^example\.py:\d+$")


class LifeTest(RunTest):
    def test_responses_may_outlive_the_run(self):
        result = self.run_test("""
streams = len(kept) % 2 == 1
kept.append((streams, self.session.get(URL + "/large", stream=streams)))
""", "-u", "3", "-c", "5", "--threads", "1", before="""
import atexit
kept = []
def at_exit():
    assert {len(r.content) for streams, r in kept if not streams} == {256 * 4096}
    assert {r.status_code for streams, r in kept if streams} == {200}
    print("kept", len(kept), flush=True)
atexit.register(at_exit)
""")  # fmt: skip
        self.assert_runs(result, success=15)
        self.assertIn("kept 15", self.runner.text)

    def test_users_share_a_session_if_they_like(self):
        result = self.run_test('self.assertEqual(shared.get(URL + f"/item/{id(self)}").status_code, 200)', "-u", "10", "-c", "20", before="""
from loads.session import Session
shared = Session()
""")  # fmt: skip
        self.assert_runs(result, success=200)
        self.assertEqual(result["totals"]["hits"], 200)

    def test_users_have_cookies_of_their_own(self):
        result = self.run_test("""
who = f"{__import__('os').getpid()}-{id(self)}"
self.session.get(URL + "/cookies/set", params={"cookie": f"id={who}; Path=/"})
self.session.get(URL + "/plain")
self.assertEqual(self.session.cookies["id"], who)
""", "-u", "10", "-c", "5")  # fmt: skip
        self.assert_runs(result, success=50)
        sent = [one.header("Cookie") for one in self.server.take() if one.path == "/plain"]
        self.assertEqual((len(sent), len(set(sent))), (50, 10))

    def test_threads_of_a_test_make_requests(self):
        result = self.run_test("""
import threading
found = []
threads = [threading.Thread(target=lambda: found.append(self.session.get(URL + "/plain").status_code)) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
self.assertEqual(found, [200] * 3)
self.assertLess(len(__import__("os").listdir("/proc/self/fd")), 60)
""", "-u", "2", "-c", "20")  # fmt: skip
        self.assert_runs(result, success=40)

    def test_the_end_of_the_run_ends_what_waits(self):
        result = self.run_test('self.session.get(URL + "/silence")', "-u", "3", "-d", "1s", "--stop-timeout", "0s")
        self.assert_runs(result)


if __name__ == "__main__":
    unittest.main()
