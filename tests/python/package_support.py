"""What the tests of the package share: a target, and tests in Python that are run by loads-runner or by unittest."""

import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "guide"), str(HERE.parent / "commands")]

from support import Commands, Target  # noqa: E402  (that of tests/commands)

BIN_DIR = os.environ["LOADS_BIN_DIR"]
PACKAGE = os.path.join(os.path.dirname(BIN_DIR), "lib", "loads", "python")


class PythonTest(unittest.TestCase):
    """A test with a target of its own, and a folder for the tests that it writes."""

    @classmethod
    def setUpClass(cls):
        cls.target = Target(BIN_DIR)
        cls.target.__enter__()
        cls.addClassCleanup(cls.target.__exit__)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.runner = Commands(BIN_DIR, self.folder)
        self.runner.environment["PATH"] = "/usr/bin:" + self.runner.environment["PATH"]

    def write(self, text, name="example.py"):
        """A module; what it sends to port 9200 or 9000 is for the target."""
        text = textwrap.dedent(text).replace("localhost:9200", f"127.0.0.1:{self.target.port}")
        pathlib.Path(self.folder, name).write_text(text.replace("localhost:9000", f"127.0.0.1:{self.target.port}"), encoding="utf-8")

    def load(self, *arguments, exit_code=0, server=True):
        """Runs loads-runner, which has to end so (None: in any way); gives its outcome."""
        server_url = ("--server-url", self.target.url) if server else ()
        outcome = self.runner.run(*arguments, *server_url)
        if exit_code is not None:
            self.assertEqual(outcome.exit_code, exit_code, str(outcome))
        return outcome

    def load_measured(self, *arguments):
        outcome, figures = self.runner.measure(*arguments, "--server-url", self.target.url)
        return outcome, figures

    def start_unittest(self, *arguments, module="unittest", **environment):
        return subprocess.Popen(["/usr/bin/python3", "-m", module, *arguments], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                env={**os.environ, "PYTHONPATH": PACKAGE, "LOADS_OPT_SERVER_URL": self.target.url, **environment})

    def unittest(self, *arguments, exit_code=0, module="unittest", **environment):
        """Runs it under Python's unittest, or pytest; gives what it has printed."""
        process = self.start_unittest(*arguments, module=module, **environment)
        printed, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, exit_code, printed)
        return printed

    def assert_runs(self, outcome, success=0, failures=0, errors=0):
        found = tuple(outcome.field(name) for name in ("Success", "Failures", "Errors"))
        self.assertEqual(found, (success, failures, errors), str(outcome))
