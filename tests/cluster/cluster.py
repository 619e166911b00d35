"""What the tests of a cluster share: a broker and agents as processes, in folders of their own, and loads-runner pointed at them.

Each test is run as: NAME_test.py BIN_DIR [FOLDER], FOLDER being that of tests/commands with its modules.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "commands"))

import support  # noqa: E402


class Cluster:
    """A broker and its agents; the environment by which loads-runner finds them is in `environment`."""

    def __init__(self, bin_dir):
        self.bin_dir, self.folder = bin_dir, tempfile.TemporaryDirectory()
        self.environment = {"XDG_RUNTIME_DIR": self.folder.name, "XDG_STATE_HOME": os.path.join(self.folder.name, "state"),
                            "XDG_CACHE_HOME": os.path.join(self.folder.name, "cache"), "XDG_CONFIG_HOME": os.path.join(self.folder.name, "config")}
        self.broker, self.agents, self.logs = None, [], 0

    def start(self, program, *arguments):
        self.logs += 1
        log = os.path.join(self.folder.name, f"{self.logs}-{program}.log")
        with open(log, "w", encoding="utf-8") as file:
            return subprocess.Popen([os.path.join(self.bin_dir, program), *arguments], env={**os.environ, **self.environment},
                                    stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)

    def start_broker(self, *options):
        self.broker = self.start("loads-broker", *options)

    def start_agents(self, count):
        self.agents += [self.start("loads-agent") for _ in range(count)]

    def wait_for(self, runner, *texts, seconds=30):
        """Until --ping-broker says all of `texts`."""
        deadline = time.monotonic() + seconds
        while True:
            outcome = runner.run("--ping-broker")
            if all(re.search(text, outcome.stdout) for text in texts):
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s for {texts}\n{outcome}\n{self}")
            time.sleep(0.05)

    def kill_broker(self):
        self.broker.kill()
        self.broker.wait()

    def stop(self):
        running = [process for process in [*self.agents, self.broker] if process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.folder.cleanup()

    def __str__(self):
        return "".join(f"{path.name}:\n{path.read_text(encoding='utf-8', errors='replace')[-4000:]}\n"
                       for path in sorted(pathlib.Path(self.folder.name).glob("*.log")))


class ClusterTest(support.CommandTest):
    """A test with a target, and a cluster of `agents` agents for all its methods."""

    agents = 5
    broker_options = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster = Cluster(cls.bin_dir)
        cls.addClassCleanup(cls.cluster.stop)
        modules = cls.runner.environment["XDG_CACHE_HOME"]
        cls.runner = cls.runner.with_environment(**{**cls.cluster.environment, "XDG_CACHE_HOME": modules})
        cls.cluster.start_broker(*cls.broker_options)
        cls.cluster.start_agents(cls.agents)
        cls.cluster.wait_for(cls.runner, f"{cls.agents} agents? registered")

    def wait_until_all_are_free(self):
        """The next test begins with a quiet cluster."""
        self.cluster.wait_for(self.runner, "Nothing is running", rf"(?s)(?: free .*){{{self.agents}}}")

    def tearDown(self):
        if self.agents > 0:
            self.runner.run("--purge-broker")
            self.wait_until_all_are_free()

    def run_of(self, outcome):
        """The name of the run that a command was about."""
        found = re.search(r"\bRun ([0-9a-f]{8})\.", outcome.stderr) or re.fullmatch(r"([0-9a-f]{8})\n", outcome.stdout)
        self.assertIsNotNone(found, str(outcome))
        return found.group(1)

    def start_detached(self, *arguments):
        """Starts a run and leaves it; returns its name."""
        outcome = self.runner.run(*arguments, "--detach")
        self.assert_ended(outcome, 0, "Detached. run --attach to reattach")
        return self.run_of(outcome)


main = support.main
