"""Whether the right one is blamed: a generator that shares its core has to call its figures invalid, and whatever a target does they stay valid."""

import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time

from harness.process import CLIENT_CORE, Process
from harness.result import Row
from harness.servers import EchoTarget

TIMES, QUICK_TIMES = 20, 3
BURNERS = 3
USERS, RATE = 20, 200
SECONDS = 4  # of a run: less than 2 would not be judged


def result_of(bench, *arguments):
    with tempfile.TemporaryDirectory(prefix="loads-bench.") as folder:
        path = os.path.join(folder, "result.json")
        with bench.loads.start(*arguments, "-d", f"{SECONDS}s", "--timeout", "2s", "--json", path) as client:
            client.wait(expected=None)  # a target that refuses makes failures
        with open(path, encoding="utf-8") as file:
            return json.load(file)


def busy_core(bench):
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(EchoTarget(bench.bin_dir))
        for _ in range(BURNERS):
            stack.enter_context(Process([sys.executable, "-c", "while True: pass"], CLIENT_CORE))
        return result_of(bench, server.url + "/", "-u", USERS)


def slow(bench):
    with EchoTarget(bench.bin_dir) as server:
        return result_of(bench, server.url + "/slow/700", "-u", USERS)


def stalling(bench):
    """It stands still for a second, while runs go on to begin."""
    with EchoTarget(bench.bin_dir) as server:
        stall = threading.Thread(target=stand_still, args=(server.process.popen,))
        stall.start()
        result = result_of(bench, server.url + "/", "--rate", f"{RATE}/s")
        stall.join()
        return result


def stand_still(process):
    time.sleep(SECONDS / 3)
    process.send_signal(signal.SIGSTOP)
    time.sleep(1)
    process.send_signal(signal.SIGCONT)


def refusing(bench):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return result_of(bench, f"http://127.0.0.1:{closed.getsockname()[1]}/", "-u", USERS)


CASES = (("a generator on a busy core", busy_core, "invalid"), ("a slow target", slow, "valid"), ("a target that stalls", stalling, "valid"),
         ("a target that refuses", refusing, "valid"))


def validity(bench):
    times = QUICK_TIMES if bench.quick else TIMES
    for what, run, expected in CASES:
        wrong = 0
        for _ in range(times):
            result = run(bench)
            if result["validity"] == expected:
                continue
            wrong += 1
            print(f"{what}: {result['validity']}, not {expected}: {[warning['message'] for warning in result['warnings']]}", file=sys.stderr)
        yield Row(f"{what} called {expected.upper() if expected == 'invalid' else expected}: misjudged", f"of {times}", [wrong], 0, digits=0)
