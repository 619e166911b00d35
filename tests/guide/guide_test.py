#!/usr/bin/env python3
"""The user guide's commands for one machine, against a server that counts: what is printed has to be what was answered.

    guide_test.py BIN_DIR [unittest's arguments]
"""

import os
import re
import signal
import sys
import tempfile
import time
import unittest

from commands import Runner, Target

EXAMPLE = """#include <loads/loads.h>
struct TestWebSite : loads::TestCase {};
LOADS_TEST(TestWebSite, test_es) { session.get("%(url)s"); }
LOADS_TEST(TestWebSite, test_something) { EXPECT_TRUE(app.get("/").contains("Search")); }
LOADS_TEST(TestWebSite, test_fails) { EXPECT_EQ(session.get("%(url)s/status/503").status_code(), 200); }
LOADS_TEST(TestWebSite, test_reset) { session.get("%(url)s/reset"); }
"""

# The guide's summary, line by line.
SUMMARY = [r"\[=+\] +100%", r"Hits: \d+", r"Started: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", r"Duration: \d+\.\d\d seconds",
           r"Approximate Average RPS: [\d.]+", r"Average request time: \d+\.\d+s", r"Opened web sockets: 0",
           r"Bytes received via web sockets : 0", r"Success: \d+", r"Errors: \d+", r"Failures: \d+"]


class GuideTest(unittest.TestCase):
    bin_dir = ""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.target = Target(cls.bin_dir)
        cls.target.__enter__()
        cls.addClassCleanup(cls.target.__exit__)
        cls.runner = Runner(cls.bin_dir, folder.name)
        with open(folder.name + "/example.cpp", "w", encoding="utf-8") as example:
            example.write(EXAMPLE % {"url": cls.target.url})

    def run_hits(self, hits, exit_code, *arguments):
        """Runs a command that has to make that many hits, each of them answered, and to end with that code."""
        before = self.target.answered()
        outcome = self.runner.run(*arguments)
        answered = self.target.answered() - before
        self.assertEqual((outcome.exit_code, outcome.field("Hits"), answered), (exit_code, hits, hits), str(outcome))
        return outcome

    def test_a_test_is_run_once(self):
        outcome = self.run_hits(1, 0, "example.TestWebSite.test_es")
        lines = [line for line in outcome.stdout.splitlines() if line]
        for expected, line in zip(SUMMARY, lines):
            self.assertRegex(line, f"^{expected}$", str(outcome))
        self.assertGreaterEqual(len(lines), len(SUMMARY), str(outcome))
        self.assertEqual(outcome.field("Success"), 1)

    def test_users_times_hits(self):
        outcome = self.run_hits(1000, 0, "example.TestWebSite.test_es", "-u", "100", "-c", "10")
        self.assertEqual((outcome.field("Success"), outcome.field("Errors"), outcome.field("Failures")), (1000, 0, 0))

    def test_a_series_of_users(self):
        self.run_hits(1200, 0, "example.TestWebSite.test_es", "-u", "10:20:30", "--hits", "20")

    def test_the_shipped_example(self):
        self.run_hits(1200, 0, "loads.examples.test_blog.TestWebSite.test_something", "--hits", "20", "-u", "10:20:30",
                      "--server-url", self.target.url)

    def test_the_webtest_client(self):
        self.run_hits(1, 0, "example.TestWebSite.test_something", "--server_url", self.target.url)

    def test_the_other_name_of_the_runner(self):
        self.assertEqual(Runner(self.bin_dir, self.runner.folder, "load-runner").run("--version").exit_code, 0)

    def test_a_url_is_a_test(self):
        self.run_hits(1, 0, self.target.url + "/")
        self.run_hits(60, 0, self.target.url + "/", "-u", "3", "-c", "20")

    def test_a_time_instead_of_hits(self):
        before = self.target.answered()
        outcome = self.runner.run("example.TestWebSite.test_es", "-u", "5", "-d", "1s")
        self.assertEqual(outcome.exit_code, 0, str(outcome))
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome))
        self.assertGreater(outcome.field("Hits"), 5)
        self.assertGreaterEqual(outcome.field("Duration"), 0.99)

    def test_ctrl_c_ends_with_a_true_summary(self):
        before = self.target.answered()
        process = self.runner.start("example.TestWebSite.test_es", "-u", "5", "-d", "10m")
        deadline = time.monotonic() + 60
        while self.target.answered() < before + 20:
            self.assertLess(time.monotonic(), deadline, "nothing was sent for a minute")
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        outcome = self.runner.finish(process)
        self.assertEqual(outcome.exit_code, 130, str(outcome))
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome))

    def test_failures_are_failures(self):
        outcome = self.run_hits(10, 1, "example.TestWebSite.test_fails", "-c", "10")
        self.assertEqual((outcome.field("Success"), outcome.field("Errors"), outcome.field("Failures")), (0, 0, 10))

    def test_errors_are_errors(self):
        outcome = self.runner.run("example.TestWebSite.test_reset", "-c", "3")
        self.assertEqual(outcome.exit_code, 1, str(outcome))
        self.assertEqual((outcome.field("Success"), outcome.field("Errors"), outcome.field("Failures")), (0, 3, 0), str(outcome))

    def test_a_closed_port(self):
        outcome = self.runner.run("http://127.0.0.1:1/")
        self.assertEqual(outcome.exit_code, 1, str(outcome))
        self.assertNotRegex(outcome.stdout, re.compile("nan", re.IGNORECASE))

    def test_an_unknown_test(self):
        outcome = self.runner.run("example.TestWebSite.test_ess")
        self.assertEqual(outcome.exit_code, 3, str(outcome))
        self.assertIn("Did you mean test_es?", outcome.stderr)

    def test_hits_and_duration_exclude_each_other(self):
        outcome = self.runner.run("example.TestWebSite.test_es", "--hits", "1", "--duration", "1")
        self.assertEqual(outcome.exit_code, 2, str(outcome))
        self.assertIn("--hits and --duration", outcome.stderr)


if __name__ == "__main__":
    GuideTest.bin_dir = os.path.abspath(sys.argv.pop(1))
    unittest.main()
