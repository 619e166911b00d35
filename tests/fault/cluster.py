"""A real cluster for the tests of what happens when its parts fail: a broker, agents and consoles that are processes,
killed by real signals.

Every process is stopped by its own pid, keeps its files in a folder of the cluster, and its log is shown when the test fails. Each test is
run as: NAME_test.py BIN_DIR MODULES_DIR. As a program this prepares MODULES_DIR: compiles the test modules once for all the tests.
"""

import contextlib
import ctypes
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "commands"))

import support  # noqa: E402

LONG = os.environ.get("LOADS_FAULT_LONG") == "1"
LOG_LINES_SHOWN = 60
TEST = os.getpid()
MODULES = ["faulty", "shares", "missing_symbol", "console_only"]


def die_with_parent():
    """In a child, before it becomes a program: a test that is itself killed leaves nothing behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != TEST:  # it was killed before that
        os._exit(1)


def cpu_of(pid):
    """The processor time that a process has used, in seconds."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Process:
    """A broker or an agent: it may be killed, stopped, continued and started again; its log goes on in one file."""

    def __init__(self, name, command, environment, log, prefix=()):
        self.name, self.command, self.environment, self.log = name, [*prefix, *command], environment, log
        self.process = None

    def start(self):
        if self.process is not None and self.is_alive():
            raise AssertionError(f"{self.name} is started again, and runs still: nobody would stop the first one")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            preexec_fn=die_with_parent)
        return self

    @property
    def pid(self):
        return self.process.pid

    def is_alive(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def ask_to_end(self):
        if self.is_alive():
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)

    def wait(self):
        """For its end, SIGKILL for one that does not heed SIGTERM."""
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()

    def workers(self):
        return support.children_of(self.pid)

    def rss(self):
        """Its memory, in bytes."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s*(\d+) kB", status).group(1)) * 1024

    def cpu(self):
        return cpu_of(self.pid)

    def logged(self):
        return pathlib.Path(self.log).read_text(encoding="utf-8", errors="replace") if os.path.exists(self.log) else ""

    def __str__(self):
        lines = self.logged().splitlines()[-LOG_LINES_SHOWN:]
        return f"--- {self.name}\n" + "\n".join(lines)


class Console:
    """A loads-runner that goes on while the test does something else."""

    def __init__(self, runner, arguments, stdin=subprocess.DEVNULL):
        self.runner, self.arguments, self.began = runner, arguments, time.monotonic()
        self.folder = tempfile.TemporaryDirectory()
        self.json = os.path.join(self.folder.name, "result.json")
        result = [] if "--detach" in arguments else ["--json", self.json]
        self.process = support.commands.Process([runner.path, *arguments, *result], cwd=runner.folder, env=runner.environment, text=True,
                                                stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=die_with_parent)

    def signal(self, number):
        self.process.send_signal(number)

    def run_name(self):
        """Once it has said it."""
        return self.process.read_until(r"^Run (\w+)\.\n").group(1)

    def close_stdin(self):
        self.process.stdin.close()
        self.process.stdin = None

    def finish(self):
        """Waits for its end: the outcome, and .result, what it wrote as JSON, or None."""
        outcome = self.runner.finish(self.process, self.arguments)
        outcome.seconds = time.monotonic() - self.began
        outcome.result = None
        if os.path.exists(self.json) and os.path.getsize(self.json) > 0:
            with open(self.json, encoding="utf-8") as file:
                outcome.result = json.load(file)
        self.folder.cleanup()
        return outcome

    def abandon(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        self.folder.cleanup()


class Cluster:
    """A broker and its agents, for as long as the `with` lasts. `wrap` maps the name of a process ("broker", "agent0") to what stands
    before its command."""

    def __init__(self, bin_dir, folder, agents=3, broker_options=(), agent_options=lambda number: (), console_options=(),
                 wrap=None):
        self.bin_dir = bin_dir
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="loads-fault-", dir="/tmp"))  # short: sockets have their files in it
        self.wrap = wrap or {}
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("LOADS_")}
        self.environment.update(XDG_RUNTIME_DIR=str(self.home), XDG_STATE_HOME=str(self.home / "state"),
                                XDG_CONFIG_HOME=str(self.home / "config"), HOME=str(self.home))
        self.console_options, self.consoles = list(console_options), []
        self.runner = support.Commands(bin_dir, folder)
        self.runner.environment = {**self.environment, "XDG_CACHE_HOME": os.path.join(folder, "cache")}
        self.broker = self._process("loads-broker", "broker", *broker_options, "--state", str(self.broker_state))
        self.agents = [self.agent(number, *agent_options(number)) for number in range(agents)]

    @property
    def broker_state(self):
        return self.home / "state/broker"

    def _process(self, program, name, *options):
        command = [os.path.join(self.bin_dir, program), *options]
        return Process(name, command, self.environment, self.home / f"{name}.log", self.wrap.get(name, ()))

    def agent(self, number, *options):
        return self._process("loads-agent", f"agent{number}", *options, "--state", str(self.home / f"state/agent{number}"))

    def __enter__(self):
        try:
            for process in [self.broker, *self.agents]:
                process.start()
            self.wait_for_agents()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, *_):
        failed = kind is not None and not issubclass(kind, unittest.SkipTest)
        started = [process for process in [self.broker, *self.agents] if process.process is not None]
        with contextlib.ExitStack() as stack:  # the last first, and each of them whatever becomes of the others
            stack.callback(shutil.rmtree, self.home, ignore_errors=True)
            if failed:
                stack.callback(print, *self.agents, self.broker, sep="\n", file=sys.stderr, flush=True)
            for process in started:
                stack.callback(process.wait)
            for process in started:
                stack.callback(process.kill if failed else process.ask_to_end)
            for console in self.consoles:
                stack.callback(console.abandon)

    def console(self, *arguments, stdin=subprocess.DEVNULL):
        self.consoles.append(Console(self.runner, [*arguments, *self.console_options], stdin))
        return self.consoles[-1]

    def run(self, *arguments):
        return self.console(*arguments).finish()

    def load(self, *arguments, agents=None):
        """A console that runs a test on the agents, all of them unless told otherwise."""
        return self.console(*arguments, "--agents", str(agents or len(self.agents)))

    def detach(self, *arguments, agents=None):
        """Starts a run, and gives its name."""
        outcome = self.run(*arguments, "--agents", str(agents or len(self.agents)), "--detach")
        if outcome.exit_code != 0:
            raise AssertionError(str(outcome))
        return outcome.stdout.split()[-1]

    def attach(self, run):
        return self.console(f"--attach={run}")

    def report(self, run):
        return self.run("--report", run)

    def ping(self):
        return self.run("--ping-broker").stdout

    def state_of(self, run):
        """As --runs shows it; None when the broker does not answer or does not know it."""
        found = re.search(rf"^ *{run}\w* +(\w+)", self.run("--runs").stdout, re.MULTILINE)
        return found.group(1) if found else None

    def wait_for_agents(self, count=None, state="free", seconds=30):
        count, text, deadline = len(self.agents) if count is None else count, "", time.monotonic() + seconds
        while len(re.findall(rf"^ +\S+ +{state} ", text, re.MULTILINE)) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"not {count} {state} agents within {seconds} s:\n{text}")
            time.sleep(0.05)
            text = self.ping()

    def wait_for_state(self, run, *states, seconds=60):
        deadline = time.monotonic() + seconds
        while (state := self.state_of(run)) not in states:
            if time.monotonic() > deadline:
                raise AssertionError(f"run {run} is {state}, not {states}, after {seconds} s")
            time.sleep(0.05)


class FaultTest(unittest.TestCase):
    """A test with a target of its own, which has the last word: what it has answered is what the report has to say."""

    bin_dir = folder = ""
    target_options = ("127.0.0.1", 0)

    def setUp(self):
        self.target = support.Target(self.bin_dir, *self.target_options)
        self.target.__enter__()
        self.addCleanup(self.target.__exit__)
        seed = int(os.environ.get("LOADS_FAULT_SEED", random.SystemRandom().randrange(1 << 32)))
        self.random = random.Random(seed)
        print(f"{self.id()}: LOADS_FAULT_SEED={seed}", file=sys.stderr, flush=True)

    def preloaded(self, name, **environment):
        """What stands before a command, so that the program has a library of preload/ and these variables."""
        if os.environ.get("LOADS_FAULT_SANITIZED") == "1":
            self.skipTest("a sanitizer's own library has to come first")
        library = pathlib.Path(self.bin_dir).parent / f"tests/fault/libfault_{name}.so"
        return ("env", f"LD_PRELOAD={library}", *(f"{variable}={value}" for variable, value in environment.items()))

    def cluster(self, **options):
        return Cluster(self.bin_dir, self.folder, **options)

    def wait_until(self, condition, what, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"waited {seconds} s until {what}")
            time.sleep(0.02)

    def answered_to(self, share):
        """How much of one share of shares.cpp's tests the target has answered."""
        return self.target.statistics()["by_status"].get(str(200 + share), 0)

    def wait_for_load(self, count=1):
        """Until the target has answered so many requests more."""
        before = self.target.answered()
        self.wait_until(lambda: self.target.answered() >= before + count, f"{count} requests more have come")

    def assert_grown_less(self, process, before, most):
        """Its memory has, in bytes. Under a sanitizer it says nothing: freed memory is kept for a while."""
        growth = process.rss() - before
        print(f"{process.name} has grown by {growth >> 10} KiB")
        if os.environ.get("LOADS_FAULT_SANITIZED") != "1":
            self.assertLess(growth, most)

    def assert_equal_counts(self, outcome, before=0, exit_code=0):
        """Everything that the target has answered is in the report, once."""
        self.assertEqual(outcome.exit_code, exit_code, str(outcome))
        self.assertIsNotNone(outcome.result, str(outcome))
        totals = outcome.result["totals"]
        self.assertGreater(totals["hits"], 0, str(outcome))
        self.assertEqual(totals["hits"], self.target.answered() - before, str(outcome))
        self.assertEqual(sum(totals["test_runs"].values()), totals["hits"], f"each test run is one request\n{outcome}")

    def assert_bracket(self, outcome, before=0, exit_code=5):
        """What the target has answered is between what is counted and that and what is said to be missing at most. It may also have
        answered requests that were cut off, as those beside a test that crashes are; they are counted as such."""
        self.assertEqual(outcome.exit_code, exit_code, str(outcome))
        hits = outcome.result["totals"]["hits"]
        missing = sum(agent["in_flight"] for agent in outcome.result["agents"])
        answered = self.target.answered() - before
        self.assertLessEqual(hits, answered, str(outcome))
        self.assertLessEqual(answered, hits + missing + outcome.result["totals"]["no_answer"], str(outcome))
        return missing


def prepare(bin_dir, folder):
    os.makedirs(folder, exist_ok=True)
    for source in (HERE / "modules").iterdir():
        copy, text = pathlib.Path(folder, source.name), source.read_text(encoding="utf-8")
        if not copy.exists() or copy.read_text(encoding="utf-8") != text:
            copy.write_text(text, encoding="utf-8")
    for module in MODULES:
        support.Commands(bin_dir, folder).run("--list", module)


def main():
    FaultTest.bin_dir = os.path.abspath(sys.argv.pop(1))
    FaultTest.folder = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)


if __name__ == "__main__":
    prepare(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
