"""What the tests of loads-runner as its user meets it share: a server that counts, and commands in a folder of test modules.

As a program it prepares that folder, so that the modules are compiled once for all the tests:

    support.py BIN_DIR FOLDER

and each test is run as: NAME_test.py BIN_DIR [FOLDER]
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "guide"))

import commands  # noqa: E402

# What a command says once it has heeded its first signal, and its second.
HEEDED = ["Stopping: ", "Cutting off what still runs"]
# Those that compile and load; the others are there to fail.
MODULES = ["visits", "crashes", "exemplars", "figures", "http2", "judged", "sessions", "sockets", "webtest"]


def children_of(pid):
    """The pids of the processes that it has started. Threads, and it itself, may end meanwhile."""
    children = []
    for file in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            children += file.read_text(encoding="ascii").split()
    return [int(child) for child in children]


class Commands(commands.Runner):
    """loads-runner in a folder; run() takes variables of the environment too."""

    def with_environment(self, **variables):
        other = Commands(os.path.dirname(self.path), self.folder)
        other.environment = {**self.environment, **variables}
        return other

    def measure(self, *arguments):
        """Runs a command, and gives what --json says beside its outcome."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "result.json")
            outcome = self.run(*arguments, "--json", path)
            try:
                with open(path, encoding="utf-8") as result:
                    return outcome, json.load(result)
            except FileNotFoundError:
                raise AssertionError(f"no JSON was written\n{outcome}") from None


def due_runs(result):
    """How many test runs of a rate were to begin: a busy machine may not have begun them all."""
    arrivals = result["arrivals"]
    return arrivals["late"]["count"] + arrivals["waited"]["count"] + arrivals["missed"]


class Target(commands.Target):
    """A loads-target at any loopback address, which is asked for all its counts."""

    def __init__(self, bin_dir, address="127.0.0.1", port=0):
        super().__init__(bin_dir)
        self.command = [os.path.join(bin_dir, "loads-target"), "--address", address, "--port", str(port)]
        self.host = f"[{address}]" if ":" in address else address

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        if not first.startswith("target on "):
            self.__exit__()
            raise RuntimeError(f"loads-target began with {first!r}")
        self.port = int(first.rsplit(":", 1)[1])
        self.url = f"http://{self.host}:{self.port}"
        return self

    def statistics(self):
        # Without the environment's proxies: this is loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return json.load(opener.open(self.url + "/stats", timeout=30))


class CommandTest(unittest.TestCase):
    """A test with a target of its own, and the modules of tests/commands/modules to point at it."""

    bin_dir = folder = ""
    target_address = "127.0.0.1"

    @classmethod
    def setUpClass(cls):
        cls.target = Target(cls.bin_dir, cls.target_address)
        cls.target.__enter__()
        cls.addClassCleanup(cls.target.__exit__)
        cls.runner = Commands(cls.bin_dir, cls.folder)

    def scratch(self):
        """A folder that is gone after the test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def at_target(self):
        """The options that point a module's relative URLs at the target."""
        return ("--server-url", self.target.url)

    def wait_until(self, condition, what, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"waited {seconds} s until {what}")
            time.sleep(0.01)

    def signal_in_turn(self, process, *signals):
        """Each when the one before it was heeded: two at once are one to the system."""
        for place, number in enumerate(signals):
            process.send_signal(number)
            if place < len(HEEDED):
                process.read_until(HEEDED[place])

    def assert_ended(self, outcome, exit_code, *texts):
        """It ended with that code, and said all of `texts` somewhere."""
        self.assertEqual(outcome.exit_code, exit_code, str(outcome))
        for text in texts:
            self.assertIn(text, outcome.stdout + outcome.stderr, str(outcome))


def prepare(bin_dir, folder):
    os.makedirs(folder, exist_ok=True)
    for module in (HERE / "modules").glob("*.cpp"):
        copy, text = pathlib.Path(folder, module.name), module.read_text(encoding="utf-8")
        if not copy.exists() or copy.read_text(encoding="utf-8") != text:
            copy.write_text(text, encoding="utf-8")
    for module in MODULES:
        outcome = Commands(bin_dir, folder).run("--list", module)
        if outcome.exit_code != 0:
            raise SystemExit(str(outcome))


def main():
    CommandTest.bin_dir = os.path.abspath(sys.argv.pop(1))
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        CommandTest.folder = os.path.abspath(sys.argv.pop(1))
        unittest.main()
    with tempfile.TemporaryDirectory() as folder:
        CommandTest.folder = folder
        prepare(CommandTest.bin_dir, folder)
        unittest.main()


if __name__ == "__main__":
    prepare(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
