"""A broker with keys and a journal, on a core of its own, and agents for it, real or simulated."""

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import time

from harness.process import CLIENT_CORE, SERVER_CORE, Process

AGENTS_OF_A_PROCESS = 5_000  # simulated ones: each takes two descriptors, and a process may have 20,000


def free_ports(count):
    """The first of so many in a row, below those that the system gives away."""
    for first in range(20_000, 32_000, count):
        with contextlib.ExitStack() as sockets:
            try:
                for port in range(first, first + count):
                    sockets.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("there are no free ports")


def thread_times(pid):
    """Seconds of processor time of each thread: {"name": seconds}."""
    times = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        folder = f"/proc/{pid}/task/{thread}/"
        with open(folder + "comm", encoding="ascii") as comm, open(folder + "schedstat", encoding="ascii") as schedstat:
            name = comm.read().strip()
            times[name] = times.get(name, 0) + int(schedstat.read().split()[0]) / 1e9
    return times


class Cluster:
    """Runs within a `with`. Everything of it lies in a temporary folder."""

    def __init__(self, bin_dir, tcp=True, core=SERVER_CORE):
        self.bin_dir, self.tcp, self.core, self.agents = bin_dir, tcp, core, []

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="loads-bench.")
        self.folder = self.temporary.name
        places = {"XDG_RUNTIME_DIR": "", "XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config"}
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("LOADS_")}
        self.environment |= {name: os.path.join(self.folder, place) for name, place in places.items()}
        self.keys = os.path.join(self.folder, "keys")
        self.address = []
        if self.tcp:
            self.make_keys()
        self.log = os.path.join(self.folder, "broker.log")
        self.broker = self.start("loads-broker", *self.address, *(["--keys", self.keys] if self.tcp else []), core=self.core,
                                 log=self.log)
        self.wait_for_log(" at ")
        return self

    def __exit__(self, *_):
        for process in [*self.agents, self.broker]:
            process.__exit__()
        self.temporary.cleanup()

    def make_keys(self):
        self.port = free_ports(3)
        self.address = ["--bind", f"tcp://127.0.0.1:{self.port}"]
        for wish in (["--keygen"], ["--enroll", "agent", "agents"], ["--enroll", "runner", "bench"]):
            subprocess.run([os.path.join(self.bin_dir, "loads-broker"), "--keys", self.keys, *wish], check=True, stdout=subprocess.DEVNULL,
                           env=self.environment)

    def start(self, program, *arguments, core=CLIENT_CORE, log=None, **options):
        command = [os.path.join(self.bin_dir, program), *arguments]
        if log is None:
            return Process(command, core, environment=self.environment, **options)
        with open(log, "a", encoding="utf-8") as file:
            return Process(command, core, environment=self.environment, stderr=file, **options)

    def runner(self, *arguments, **options):
        place = ["--broker", f"tcp://127.0.0.1:{self.port}", "--key", os.path.join(self.keys, "credentials/bench.key")] if self.tcp else []
        return self.start("loads-runner", *arguments, *place, **options)

    def wait_for_log(self, text, seconds=120):
        """Until the broker has logged it; returns the line."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with open(self.log, encoding="utf-8") as log:
                for line in log:
                    if text in line:
                        return line
            if self.broker.popen.poll() is not None:
                break
            time.sleep(0.02)
        with open(self.log, encoding="utf-8") as log:
            raise RuntimeError(f"the broker has not logged \"{text}\":\n" + log.read()[-4000:])

    def join_simulated(self, count, apart_us=100):
        """Starts `count` simulated agents; returns the seconds until the broker has welcomed the last of them."""
        key = os.path.join(self.keys, "credentials/agents.key")
        begin = time.monotonic_ns()
        for first in range(0, count, AGENTS_OF_A_PROCESS):
            arguments = [f"tcp://127.0.0.1:{self.port + 1}", key, first, min(AGENTS_OF_A_PROCESS, count - first), apart_us]
            self.agents.append(self.start("bench-cluster_agents", *arguments, stdout=subprocess.PIPE))
        lines = [agents.popen.stdout.readline().split() for agents in self.agents]
        if not all(line and line[0] == "joined" for line in lines):
            raise RuntimeError("simulated agents did not join")
        return (max(int(line[1]) for line in lines) - begin) / 1e9

    def end_simulated(self):
        """Ends them and returns their figures, added up."""
        for agents in self.agents:
            agents.popen.terminate()
        every = [json.loads(agents.popen.stdout.readline()) for agents in self.agents]
        for agents in self.agents:
            agents.wait(expected=None)
        self.agents = []
        total = {name: sum(one[name] for one in every) for name in ("welcomed", "hellos", "refused", "made", "acknowledged", "shares", "closed")}
        for name in ("acks_us", "last_acks_us", "late_starts_us"):
            parts = sorted((value, one[name]["count"] / len(one[name]["parts"])) for one in every for value in one[name]["parts"])
            total[name] = {"max": max(one[name]["max"] for one in every), "parts": parts}
        total["complete"] = all(one["complete"] for one in every)
        return total


def quantile(figure, part):
    """Of acks_us and late_starts_us."""
    wanted = part * sum(count for _, count in figure["parts"])
    for value, count in figure["parts"]:
        wanted -= count
        if wanted <= 1e-6:
            return value
    return figure["max"]
