#!/usr/bin/env python3
"""What a request on a kept connection costs in system calls: one to send it, one to receive its answer. strace counts them.

    syscalls_test.py BIN_DIR [unittest's arguments]
"""

import collections
import os
import re
import subprocess
import sys
import tempfile
import unittest

from commands import Runner, Target

USERS, HITS = 10, 100
REQUESTS = USERS * HITS
TRANSFERS = {"read", "readv", "recvfrom", "recvmsg", "recvmmsg", "write", "writev", "sendto", "sendmsg", "sendmmsg"}
OTHERS = {"connect", "epoll_ctl", "setsockopt", "getsockopt", "shutdown", "fcntl", "ioctl"}
STRACE = ["-f", "-y", "-qq", "-s", "0", "-e", "signal=none", "-e", "trace=" + ",".join(sorted(TRANSFERS | OTHERS))]
# "4711 sendto(7<socket:[123]>, ..." and "4711 epoll_ctl(3<anon_inode:[eventpoll]>, EPOLL_CTL_ADD, 7<socket:[123]>, ..."
ON_SOCKET = re.compile(r"^\d+ +(?:(\w+)\(\d+<(?:socket|TCP):|(epoll_ctl)\(\d+<[^>]*>, \w+, \d+<(?:socket|TCP):)")


def can_trace():
    try:
        return subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except FileNotFoundError:
        return False


class SyscallsTest(unittest.TestCase):
    bin_dir = ""

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder, Target(cls.bin_dir) as target:
            strace = Runner("", folder, "strace")
            # LeakSanitizer cannot work in a process that is traced.
            strace.environment["ASAN_OPTIONS"] = strace.environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
            loads_runner = os.path.abspath(os.path.join(cls.bin_dir, "loads-runner"))
            cls.outcome = strace.run(*STRACE, "-o", folder + "/log", loads_runner, target.url + "/", "-u", str(USERS), "-c", str(HITS))
            cls.answered = target.answered()
            with open(folder + "/log", encoding="utf-8", errors="replace") as log:
                found = filter(None, map(ON_SOCKET.match, log))
                cls.calls = collections.Counter(match[1] or match[2] for match in found)

    def test_every_request_was_answered(self):
        self.assertEqual((self.outcome.exit_code, self.answered), (0, REQUESTS), str(self.outcome))

    def test_a_request_is_one_send_and_one_receive(self):
        transfers = sum(self.calls[name] for name in TRANSFERS)
        self.assertGreaterEqual(transfers, 2 * REQUESTS, self.calls)  # or they are not seen
        self.assertLessEqual(transfers, 2 * REQUESTS + USERS, self.calls)

    def test_everything_else_is_done_once_for_a_connection(self):
        self.assertGreaterEqual(self.calls["epoll_ctl"], USERS, self.calls)
        for name in OTHERS:
            self.assertLessEqual(self.calls[name], 2 * USERS, self.calls)


if __name__ == "__main__":
    if not can_trace():
        print("skipped: strace is not there, or may not trace")
        sys.exit(77)
    SyscallsTest.bin_dir = sys.argv.pop(1)
    unittest.main()
