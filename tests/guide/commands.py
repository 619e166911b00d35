"""What the tests of whole commands need: a loads-target of their own, and loads-runner with what it printed."""

import os
import re
import select
import signal
import subprocess
import time
import urllib.request

TIMEOUT = 120  # seconds for one command; under a sanitizer some take a few


class Target:
    """A loads-target on any free port, for as long as the `with` lasts."""

    def __init__(self, bin_dir, *options):
        self.command = [os.path.join(bin_dir, "loads-target"), "--port", "0", *options]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        found = re.fullmatch(r"target on 127\.0\.0\.1:(\d+)\n", first)
        if not found:
            self.__exit__()
            raise RuntimeError(f"loads-target began with {first!r}")
        self.port = int(found.group(1))
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.exit_code = self.process.wait(timeout=30)
        self.process.stdout.close()

    def answered(self):
        # Without the environment's proxies: this is loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return int(opener.open(self.url + "/count", timeout=30).read())


class Process(subprocess.Popen):
    """A loads-runner that goes on, with pipes. What it says on stderr can be waited for, and is part of what communicate() gives all the same."""

    said = b""

    def read_until(self, pattern, seconds=30):
        """Reads stderr until `pattern` is found in all that it has said so far, and gives the match."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.said.decode(errors="replace"), re.MULTILINE)):
            if not select.select([self.stderr], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"waited {seconds} s for {pattern!r} in\n{self.said.decode()}")
            self.read_piece(pattern)
        return found

    def read_piece(self, pattern):
        piece = os.read(self.stderr.fileno(), 1 << 16)  # past the buffer of stderr, which communicate() would know nothing of
        if not piece:
            raise AssertionError(f"it ended, and did not say {pattern!r} in\n{self.said.decode()}")
        self.said += piece

    def communicate(self, *arguments, **options):
        stdout, stderr = super().communicate(*arguments, **options)
        return stdout, self.said.decode() + stderr


class Outcome:
    """What a loads-runner has done."""

    def __init__(self, arguments, exit_code, stdout, stderr):
        self.arguments, self.exit_code, self.stdout, self.stderr = arguments, exit_code, stdout, stderr

    def field(self, name):
        """The number after "name:" in the summary; None when there is no such line."""
        found = re.search(rf"^{re.escape(name)} *: *([0-9.]+)", self.stdout, re.MULTILINE)
        return float(found.group(1)) if found else None

    def __str__(self):
        return f"loads-runner {' '.join(self.arguments)}\nexit code {self.exit_code}\nstdout:\n{self.stdout}\nstderr:\n{self.stderr}"


class Runner:
    """Runs loads-runner in a folder, with a cache of compiled modules in it."""

    def __init__(self, bin_dir, folder, name="loads-runner"):
        self.path, self.folder = os.path.join(bin_dir, name), folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("LOADS_OPT_")}
        self.environment["XDG_CACHE_HOME"] = os.path.join(folder, "cache")
        # The machine of the tests is busy with other tests: what that does to figures is not what they are about.
        self.environment["LOADS_OPT_EXIT_CODE_ON_INVALID"] = "0"

    def start(self, *arguments):
        return Process([self.path, *arguments], cwd=self.folder, env=self.environment, text=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def finish(self, process, arguments=()):
        try:
            stdout, stderr = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f"loads-runner did not end in {TIMEOUT} s\n{stdout}\n{stderr}") from None
        return Outcome(arguments, process.returncode, stdout, stderr)

    def run(self, *arguments):
        return self.finish(self.start(*arguments), arguments)
