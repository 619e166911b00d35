"""loads-runner with the tests in bench/tests, compiled beforehand, on one thread of the clients' core."""

import os
import tempfile

from harness.process import CLIENT_CORE, Process
from harness.servers import FOLDER

PYTHON = "/usr/bin/python3"


class Loads:
    def __init__(self, bin_dir):
        self.bin_dir = bin_dir
        self.cache = tempfile.TemporaryDirectory(prefix="loads-bench.")
        for test in ("load.Load.stay", "echo.Echo.message"):
            self.start("--dry-run", test).wait()

    def start(self, *arguments, prefix=(), cache=None, **variables):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LOADS_OPT_")}
        environment.update(variables)
        environment["XDG_CACHE_HOME"] = cache or self.cache.name
        command = [*prefix, os.path.join(self.bin_dir, "loads-runner"), "--test-dir", FOLDER + "/tests", "--threads", 1, *arguments]
        return Process(command, CLIENT_CORE, environment=environment)

    def start_python(self, test, server, *arguments):
        return self.start("load_in_python.Load." + test, "--python", PYTHON, *arguments, BENCH_URL=server.url)

    def run_python(self, seconds, test, server, users):
        return self.start_python(test, server, "-u", users, "-d", f"{seconds}s")

    def run_for(self, seconds, test, server, users):
        return self.start(test, "--server-url", server.url, "-u", users, "-d", f"{seconds}s")

    def run_hits(self, hits, test, server, users, **options):
        return self.start(test, "--server-url", server.url, "-u", users, "-c", hits, **options)
