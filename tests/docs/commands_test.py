#!/usr/bin/env python3
"""The commands of the documentation do what it says, against a server and a cluster of ours.

    commands_test.py ROOT BIN_DIR [unittest's arguments]

In a block ```console the lines that begin with "$ loads-runner" are run, one after another, in a folder that has the page's C++ files
and Python files (a block ```cpp or ```python whose first line is "// NAME.cpp" or "# NAME.py"). What a page shows of a command's output is compared where it does not change
from run to run.
"""

import os
import pathlib
import re
import shlex
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cluster"))

from cluster import Cluster  # noqa: E402
from commands import Runner, Target  # noqa: E402
from pages import Page  # noqa: E402

SAME = re.compile(r"^(Plan:|Hits:|Success:|Errors:|Failures:|Skipped:|FAILED:|loads-runner:|! )")
NAME = re.compile(r"(?://|#) ([\w-]+\.(?:cpp|py))\n")


def words_of(command):
    """The arguments of a command line without its comment; an example's minutes are seconds here."""
    words = shlex.split(command, comments=True)
    return ["1s" if word in ("10s", "30s", "1m", "5m") and before == "-d" else word for before, word in zip(words, words[1:])]


def shown_commands(block):
    """The (command, shown output lines) of a console block."""
    found = []
    for line in block.lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return [entry for entry in found if entry[0].startswith("loads-runner")]


def expected_code(shown):
    for line in shown:
        if found := re.search(r"\(exit code (\d+)\)", line):
            return int(found.group(1))
    return None if any(line.startswith("loads-runner: ") for line in shown) else 0


class CommandsTest(unittest.TestCase):
    root, bin_dir = pathlib.Path(), ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        target = Target(self.bin_dir)
        target.__enter__()
        self.addCleanup(target.__exit__)
        self.port = str(target.port)
        self.runner = Runner(self.bin_dir, self.folder)
        self.runner.environment["XDG_RUNTIME_DIR"] = self.folder
        self.runner.environment["XDG_STATE_HOME"] = os.path.join(self.folder, "state")
        self.runner.environment["LOADS_OPT_SERVER_URL"] = target.url  # for tests that are installed, with an address of their own

    def here(self, text):
        return text.replace("9200", self.port).replace("9000", self.port)

    def start_cluster(self):
        """A broker with five agents, which the pages have the reader start."""
        cluster = Cluster(self.bin_dir)
        self.addCleanup(cluster.stop)
        self.runner.environment.update({**cluster.environment, "XDG_CACHE_HOME": self.runner.environment["XDG_CACHE_HOME"]})
        cluster.start_broker("--local-agents", "5")
        cluster.wait_for(self.runner, "5 agents registered")

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(self.here(text))

    def check(self, command, shown):
        outcome = self.runner.run(*words_of(self.here(command)))
        code = expected_code(shown)
        self.assertTrue(outcome.exit_code == code if code is not None else outcome.exit_code > 1, str(outcome))
        printed = (outcome.stdout + outcome.stderr).splitlines()
        for line in shown:
            if SAME.match(line):
                self.assertIn(self.here(line).strip(), [text.strip() for text in printed], str(outcome))
        return outcome

    def run_page(self, path):
        run = 0
        for block in Page(self.root, path).blocks:
            if block.language in ("cpp", "python") and (found := NAME.match(block.text)):
                self.write(found.group(1), block.text)
            if block.language == "console":
                for command, shown in shown_commands(block):
                    with self.subTest(page=path, command=command):
                        self.check(command, shown)
                    run += 1
        return run

    def test_the_guide(self):
        self.start_cluster()
        self.assertGreater(self.run_page("docs/guide.md"), 5)

    def test_writing_tests(self):
        self.assertGreater(self.run_page("docs/writing-tests.md"), 3)

    def test_writing_tests_in_python(self):
        self.assertGreater(self.run_page("docs/python.md"), 3)

    def test_thresholds(self):
        self.assertGreater(self.run_page("docs/thresholds.md"), 1)

    def test_the_page_about_outputs(self):
        self.assertGreater(self.run_page("docs/outputs.md"), 0)

    def test_the_first_five_minutes_of_the_readme(self):
        lines = (self.root / "README.md").read_text(encoding="utf-8").splitlines()
        start = lines.index("## The first five minutes")
        block = next(block for block in Page(self.root, "README.md").blocks if block.line > start)
        commands = [line for line in block.lines if line.startswith("loads-runner")]
        self.assertGreater(len(commands), 5)
        for command in commands:
            with self.subTest(command=command):
                self.check(command, [])
            if "--init" in command:
                with open(os.path.join(self.folder, "example.cpp"), encoding="utf-8") as file:
                    text = file.read()
                self.write("example.cpp", text)


if __name__ == "__main__":
    CommandsTest.root, CommandsTest.bin_dir = pathlib.Path(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
