"""Runs at given times: how late they begin, and what is said of a target that stands still now and then, beside the truth."""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time

from harness.process import CLIENT_CORE, Process
from harness.result import Row
from harness.servers import Nginx, Target

HIGH_RATE = 20_000
STALLED_RATE, STALLED_SECONDS, STALL_EVERY, STALL = 1000, 40, 10, 1.0


class Stalls:
    """Stops a server for a second, every ten seconds, and writes down when."""

    def __init__(self, server, seconds):
        self.server, self.seconds = server, seconds
        self.times = []
        self.thread = threading.Thread(target=self.run)

    def run(self):
        begin = time.monotonic()
        for number in range(1, int(self.seconds / STALL_EVERY) + 1):
            time.sleep(max(0.0, begin + number * STALL_EVERY - STALL_EVERY / 2 - time.monotonic()))
            self.server.process.popen.send_signal(signal.SIGSTOP)
            since = time.monotonic()
            time.sleep(STALL)
            self.server.process.popen.send_signal(signal.SIGCONT)
            self.times.append((since, time.monotonic()))

    def waits(self, first, count, rate):
        """What each of `count` runs that are to begin at `rate` from `first` on has to wait for, in seconds, sorted."""
        return sorted(self.wait_of(first + number / rate) for number in range(count))

    def wait_of(self, at):
        return next((end - at for begin, end in self.times if begin <= at < end), 0.0)


def measure(bench, server, *arguments):
    """The JSON result of a run on one thread."""
    with tempfile.TemporaryDirectory(prefix="loads-bench.") as folder:
        path = os.path.join(folder, "result.json")
        with bench.loads.start("load.Load.get", "--server-url", server.url, "--json", path, *arguments) as client:
            client.wait()
        with open(path, encoding="utf-8") as file:
            return json.load(file)


def lateness(bench):
    late = []
    for _ in range(bench.pairs):
        with Nginx() as server:
            result = measure(bench, server, "--rate", f"{HIGH_RATE}/s", "-d", f"{bench.seconds}s", "--max-users", 1000)
            if result["totals"]["hits"] != HIGH_RATE * bench.seconds:
                raise RuntimeError(f"{result['totals']['hits']} hits, not {HIGH_RATE * bench.seconds}")
            late.append(result["arrivals"]["late"]["p99"] * 1e6)
    yield Row(f"lateness of runs at {HIGH_RATE:,}/s on one core, p99", "us", late, 1000)


def stalled(bench, measure_it):
    """What `measure_it` says of a server that stands still now and then, and how long whoever came had to wait in truth."""
    with Target(bench.bin_dir) as server:
        stalls = Stalls(server, STALLED_SECONDS)
        stalls.thread.start()
        result = measure_it(server)
        stalls.thread.join()
        first = server.stats()["first_ns"] / 1e9
    return result, stalls.waits(first, STALLED_RATE * STALLED_SECONDS, STALLED_RATE)


def error(percentile, quantile, truth):
    """In percent."""
    expected = truth[int(quantile * len(truth))]
    return abs(percentile - expected) / expected * 100


def stalls(bench):
    result, truth = stalled(bench, lambda server: measure(bench, server, "--rate", f"{STALLED_RATE}/s", "-d", f"{STALLED_SECONDS}s")["response_time"])
    closed, closed_truth = stalled(bench, wrk_p99)
    what = "a target that stalls for 1 s of 10: error of"
    yield Row(f"{what} p99", "%", [error(result["p99"], 0.99, truth)], 2, [error(closed, 0.99, closed_truth)], "wrk", relative=False)
    yield Row(f"{what} p99.9", "%", [error(result["p99_9"], 0.999, truth)], 2)


def wrk_p99(server):
    """Of the closed model, whose connections wait with the server."""
    with Process(["wrk", "-t1", "-c10", f"-d{STALLED_SECONDS}s", "--latency", server.url + "/"], CLIENT_CORE, stdout=subprocess.PIPE) as client:
        text = client.popen.stdout.read()
        client.wait()
    value, unit = re.search(r"99%\s+([0-9.]+)(us|ms|s)", text).groups()
    return float(value) * {"us": 1e-6, "ms": 1e-3, "s": 1}[unit]


def rate(bench):
    yield from lateness(bench)
    yield from stalls(bench)
