#!/usr/bin/env python3
"""conf/loads.ini, started as Circus starts it, does what the user guide says.

    circus_test.py ROOT BUILD_DIR [unittest's arguments]

Circus starts a watcher's command without a shell in the folder that circusd was started in, in a session of its own, with pipes for its
output, and without any environment unless the watcher says copy_env. So the broker finds its folders by itself: those of the system's
user. For the test to have them for itself it hides them from the rest of the machine, which takes root.
"""

import configparser
import os
import pathlib
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from commands import Runner, Target

GUIDE = """[circus]
check_delay = 5
httpd = 0
statsd = 1
debug = 0

[watcher:broker]
cmd = bin/loads-broker
warmup_delay = 0
numprocesses = 1

[watcher:agents]
cmd = bin/loads-agent
warmup_delay = 0
numprocesses = 5
copy_env = 1
"""
EXAMPLE = """#include <loads/loads.h>
struct TestWebSite : loads::TestCase {};
LOADS_TEST(TestWebSite, test_something) { EXPECT_TRUE(app.get("/").contains("Search")); }
"""
COMMAND = "bin/load-runner example.TestWebSite.test_something -u 10:20:30 -c 20 --agents 5"
HIDDEN = "LOADS_TEST_FOLDERS_ARE_HIDDEN"


class Circus:
    """What circusd makes of an ini file, as far as ours goes."""

    def __init__(self, ini, folder, environment):
        config = configparser.ConfigParser()
        config.read(ini)
        self.processes = []
        for name in config.sections():
            if name.startswith("watcher:"):
                watcher = config[name]
                seen = environment if watcher.getboolean("copy_env", False) else {}
                for _ in range(watcher.getint("numprocesses", 1)):
                    self.processes.append(subprocess.Popen(shlex.split(watcher["cmd"]), cwd=folder, env=seen, start_new_session=True,
                                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE))

    def stop(self, seconds):
        """SIGTERM to all, as Circus does it; their exit codes, None for those that are still there when the time is over."""
        deadline = time.monotonic() + seconds
        for process in self.processes:
            process.terminate()
            process.stdout.close()
            process.stderr.close()
        return [self.end_of(process, deadline) for process in self.processes]

    @staticmethod
    def end_of(process, deadline):
        try:
            return process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None


def mount(folder):
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)


class CircusTest(unittest.TestCase):
    root, bin_dir = pathlib.Path(), ""

    def test_the_file_is_that_of_the_guide(self):
        self.assertEqual((self.root / "conf/loads.ini").read_text(encoding="utf-8"), GUIDE)

    def begin(self):
        """A folder as the guide has it, with bin/ and a test, where nobody else's broker is seen."""
        if HIDDEN not in os.environ:
            self.skipTest("needs root and unshare, to keep the broker apart from others of this machine")
        mount("/run")
        mount(os.path.join(pwd.getpwuid(os.geteuid()).pw_dir, ".local/state/loads"))
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.symlink(self.bin_dir, folder.name + "/bin")
        pathlib.Path(folder.name, "example.cpp").write_text(EXAMPLE, encoding="utf-8")
        return folder.name

    def run_guide(self, folder, session):
        runner = Runner(folder + "/bin", folder)
        for name in ("XDG_RUNTIME_DIR", "XDG_STATE_HOME", "RUNTIME_DIRECTORY", "STATE_DIRECTORY", HIDDEN):
            runner.environment.pop(name, None)
        runner.environment.update(session)
        circus = Circus(self.root / "conf/loads.ini", folder, runner.environment)
        self.addCleanup(circus.stop, 0)
        self.wait_for_agents(runner)
        with Target(self.bin_dir) as target:
            outcome = Runner.run(runner, *shlex.split(COMMAND)[1:], "--server-url", target.url)
            self.assertEqual((outcome.exit_code, outcome.field("Hits"), target.answered()), (0, 6000, 6000), str(outcome))
        self.assertIn("[======================================================================]  100%", outcome.stdout)
        self.assertEqual(circus.stop(10), [0] * 6)

    def wait_for_agents(self, runner):
        deadline = time.monotonic() + 60
        while "5 agents registered" not in (outcome := runner.run("--ping-broker")).stdout:
            self.assertLess(time.monotonic(), deadline, str(outcome))
            time.sleep(0.05)

    def test_the_guides_hits_where_nobody_has_logged_in(self):
        self.run_guide(self.begin(), {})

    def test_the_guides_hits_in_a_users_session(self):
        folder = self.begin()
        session = f"/run/user/{os.geteuid()}"
        os.makedirs(session, mode=0o700)
        self.run_guide(folder, {"XDG_RUNTIME_DIR": session})


if __name__ == "__main__":
    if HIDDEN not in os.environ and os.geteuid() == 0 and shutil.which("unshare"):
        if subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            os.environ[HIDDEN] = "1"
            os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    CircusTest.root = pathlib.Path(sys.argv.pop(1)).resolve()
    CircusTest.bin_dir = os.path.join(os.path.abspath(sys.argv.pop(1)), "bin")
    unittest.main()
