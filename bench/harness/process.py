"""A program that is measured: pinned to a core, its time and memory taken from the kernel."""

import os
import resource
import subprocess
import time

SERVER_CORE, CLIENT_CORE = 0, 1


class Process:
    """Runs from construction on. A `with` makes sure that it ends."""

    def __init__(self, command, core, stdout=subprocess.DEVNULL, environment=None, stderr=subprocess.PIPE):
        def prepare():
            os.sched_setaffinity(0, {core})
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

        self.command = list(map(str, command))
        self.started_ns = time.monotonic_ns()
        self.popen = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, preexec_fn=prepare,
                                      env=environment, text=True)
        self.ended_ns = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.ended_ns is None:
            self.popen.kill()
            self.wait(expected=None)

    def wait(self, expected=0):
        """Until it ends; then its times are known. An exit code that is not the expected one is an error (None: any is fine)."""
        errors = self.popen.stderr.read() if self.popen.stderr else ""  # ends with the process
        _, status, usage = os.wait4(self.popen.pid, 0)
        self.ended_ns = time.monotonic_ns()
        self.popen.returncode = os.waitstatus_to_exitcode(status)
        for pipe in filter(None, (self.popen.stderr, self.popen.stdout)):
            pipe.close()
        if expected is not None and self.popen.returncode != expected:
            raise RuntimeError(f"{' '.join(self.command)} ended with {self.popen.returncode}:\n{errors}")
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        return self

    def child(self):
        """The id of the process that it has started; its own while there is none."""
        with open(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children", encoding="ascii") as children:
            return int((children.read().split() or [self.popen.pid])[-1])

    def resident_kib(self, of_child=False):
        with open(f"/proc/{self.child() if of_child else self.popen.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize() // 1024

    def settled_resident_kib(self, of_child=False):
        """Its memory once it grows no more."""
        known = -1
        while (now := self.resident_kib(of_child)) != known:
            known = now
            time.sleep(0.5)
        return now
