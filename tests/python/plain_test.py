#!/usr/bin/env python3
"""A test file under `python3 -m unittest` and pytest: each test once, against the server of LOADS_OPT_SERVER_URL."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(os.environ["LOADS_BIN_DIR"])
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "guide"))

import commands  # noqa: E402

EXAMPLE = """
from loads.case import TestCase, weight


class TestSite(TestCase):
    def test_es(self):
        self.assertEqual(self.session.get('/').status_code, 200)

    @weight(3)
    def test_missing(self):
        self.assertEqual(self.session.get('/status/404').status_code, 200)
"""


class PlainTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "example.py").write_text(EXAMPLE, encoding="utf-8")
        self.target = commands.Target(BIN)
        self.target.__enter__()
        self.addCleanup(self.target.__exit__)
        self.path = subprocess.run([BIN / "loads-runner", "--python-path"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    def python(self, *arguments):
        environment = {**os.environ, "PYTHONPATH": self.path, "LOADS_OPT_SERVER_URL": self.target.url}
        return subprocess.run(["/usr/bin/python3", *arguments], cwd=self.folder, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=120, check=False)

    def test_unittest(self):
        outcome = self.python("-m", "unittest", "example")
        self.assertEqual(outcome.returncode, 1, outcome.stdout)
        self.assertIn("Ran 2 tests", outcome.stdout)
        self.assertIn("AssertionError: 404 != 200", outcome.stdout)
        self.assertEqual(self.target.answered(), 2)
        self.assertEqual(self.python("-m", "unittest", "example.TestSite.test_es").returncode, 0)

    def test_pytest(self):
        outcome = self.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "example.py")
        self.assertEqual(outcome.returncode, 1, outcome.stdout)
        self.assertIn("1 failed, 1 passed", outcome.stdout)
        self.assertEqual(self.target.answered(), 2)


if __name__ == "__main__":
    unittest.main()
