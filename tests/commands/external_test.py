#!/usr/bin/env python3
"""--test-runner: tests in any language. The runners are the examples, and some that do what runners should not."""

import os
import pathlib
import shutil
import signal
import textwrap

import support

EXAMPLES = support.ROOT / "examples/external"
RUNNER = "/usr/bin/python3 runner.py {test}"

# Says what it is told to, and does what it is told to.
ODD = """
    import atexit, json, os, signal, sys, time
    import zmq
    context = zmq.Context()
    socket = context.socket(zmq.PUSH)
    atexit.register(lambda: (socket.close(), context.term()))  # which waits until all is sent
    socket.connect(os.environ["LOADS_ZMQ_RECEIVER"])
    def say(data_type, **more):
        socket.send_string(json.dumps({"data_type": data_type, "loads_status": [1, 1, 1, int(os.environ["LOADS_CURRENT_USER"])], **more}))
    def leave_pid():
        with open("pids", "a") as file:
            file.write(f"{os.getpid()}\\n")
"""

WAITS = "say('startTest')\nleave_pid()\nwhile True: time.sleep(0.05)\n"


class ExternalTest(support.CommandTest):
    def setUp(self):
        self.home = self.scratch()
        for name in ("pusher.js", "runner.js", "site.js", "runner.py"):
            shutil.copy(EXAMPLES / name, self.home)
        self.runner = support.Commands(self.bin_dir, str(self.home))
        self.target = support.Target(self.bin_dir)
        self.target.__enter__()
        self.addCleanup(self.target.__exit__)

    def run_test(self, runner, test, *arguments):
        return self.runner.measure("--test-runner", runner, test, *self.at_target(), *arguments)

    def odd(self, body, *arguments):
        (self.home / "odd.py").write_text(textwrap.dedent(ODD) + textwrap.dedent(body), encoding="utf-8")
        return self.run_test("/usr/bin/python3 odd.py", "test", *arguments)

    def start_odd(self, body, *arguments):
        """Of a body that leaves its pid when it is ready for signals."""
        (self.home / "odd.py").write_text(textwrap.dedent(ODD) + textwrap.dedent(body), encoding="utf-8")
        process = self.runner.start("--test-runner", "/usr/bin/python3 odd.py", "test", "-u", "2", *arguments)
        self.wait_until(lambda: len(self.pids()) == 2, "its processes are there")
        return process

    def pids(self):
        path = self.home / "pids"
        return [int(pid) for pid in path.read_text(encoding="ascii").split()] if path.exists() else []

    def assert_gone(self):
        self.wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in self.pids()), "they have gone")

    def assert_says(self, outcome, *texts):
        said = " ".join((outcome.stdout + outcome.stderr).split())
        for text in texts:
            self.assertIn(text, said, str(outcome))

    def test_python(self):
        outcome, result = self.run_test(RUNNER, "/", "-u", "2:3", "-c", "10", "--ramp-up", "100ms")
        self.assert_ended(outcome, 0, "Plan: (2, 3 users) x 10 hits = 50 hits of /\n")
        self.assertEqual((outcome.field("Hits"), outcome.field("Success"), self.target.answered()), (50, 50, 50), str(outcome))
        self.assertEqual([request["name"] for request in result["requests"]], ["GET /"])
        self.assertEqual(len(result["steps"]), 2)

    def test_failures(self):
        outcome, _ = self.run_test(RUNNER, "/status/404", "-c", "3")
        self.assert_ended(outcome, 1, "FAILED: 3 failures")
        self.assert_says(outcome, "AssertionError: 404 and not 200")
        self.assertEqual((outcome.field("Hits"), self.target.answered()), (3, 3))

    def test_a_duration(self):
        outcome, _ = self.run_test(RUNNER, "/", "-u", "2", "-d", "1s", "--external-process-timeout", "30s")
        self.assert_ended(outcome, 0)
        self.assertGreater(outcome.field("Hits"), 2)
        self.assertEqual(outcome.field("Hits"), self.target.answered(), str(outcome))

    @support.unittest.skipUnless(shutil.which("node"), "there is no node")
    def test_javascript(self):
        outcome, _ = self.run_test("node runner.js {test}", "site.front_page", "-u", "3", "-c", "20")
        self.assert_ended(outcome, 0)
        self.assertEqual((outcome.field("Hits"), outcome.field("Success"), self.target.answered()), (60, 60, 60), str(outcome))
        outcome, _ = self.run_test("node runner.js {test}", "site.missing_page")
        self.assert_ended(outcome, 1, "FAILED: 1 failure")
        self.assert_says(outcome, "404 !== 200")

    def test_its_environment(self):
        self.odd("""
            names = "LOADS_AGENT_ID LOADS_TOTAL_USERS LOADS_CURRENT_USER LOADS_TOTAL_HITS LOADS_DURATION LOADS_OPT_SERVER_URL COLOUR".split()
            open("environment", "w").write(repr([os.environ.get(name) for name in names]))
            open("run", "w").write(os.environ["LOADS_RUN_ID"])
            say("addSuccess")
        """, "-c", "7", "-e", "COLOUR=red")
        self.assertEqual((self.home / "environment").read_text(encoding="utf-8"), repr(["0", "1", "1", "7", None, self.target.url, "red"]))
        self.assertRegex((self.home / "run").read_text(encoding="utf-8"), r"\A[0-9a-f]{8}\Z")

    def test_what_is_said_before_the_end_is_heard_however_much_it_is(self):
        outcome, _ = self.odd("for _ in range(20000): say('addSuccess')\n", "-u", "2")
        self.assertEqual(outcome.field("Success"), 40000, str(outcome))

    def test_counters_and_sockets(self):
        outcome, result = self.odd("""
            say("socket_open"); say("socket_message", size=5); say("socket_close")
            say("incr_counter", name="carts", by=2)
            say("addSuccess")
        """)
        self.assert_ended(outcome, 0, "\nOpened web sockets: 1\nBytes received via web sockets : 5\n", "carts")

    def test_one_that_crashes_is_an_error_of_its_user(self):
        outcome, _ = self.odd("""
            if os.environ["LOADS_CURRENT_USER"] == "2": os.kill(os.getpid(), signal.SIGSEGV)
            say("addSuccess")
        """, "-u", "3")
        self.assert_ended(outcome, 1, "FAILED: 1 error")
        self.assert_says(outcome, "the process of a user ended with signal 11 (Segmentation fault)")
        self.assertEqual(outcome.field("Success"), 2)

    def test_one_that_says_nothing_and_one_that_makes_no_sense(self):
        outcome, _ = self.odd("")
        self.assert_says(outcome, "the process of a user ended and had reported nothing to LOADS_ZMQ_RECEIVER")
        outcome, result = self.odd("socket.send(b'\\xff{'); socket.send_multipart([b'a', b'b']); say('nonsense'); say('addSuccess')\n")
        self.assert_ended(outcome, 0)
        self.assertIn("3 messages of the test runner could not be understood", str(result["warnings"]))

    def test_a_failure_and_an_exit_code_are_one_thing(self):
        outcome, _ = self.odd("say('addFailure', exc_info=['no', '', '']); sys.exit(1)\n")
        self.assert_ended(outcome, 1, "FAILED: 1 failure, nothing was answered (exit code 1)")

    def test_one_that_hangs_after_the_duration(self):
        outcome, _ = self.odd("""
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            say("addSuccess")
            time.sleep(3600)
        """, "-d", "4s", "--external-process-timeout", "300ms")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "the process of a user went on for too long, and was ended")
        self.assertEqual(outcome.field("Success"), 1)

    def test_ctrl_c_asks_them_to_end(self):
        process = self.start_odd("""
            signal.signal(signal.SIGTERM, lambda *_: (say("addSuccess"), sys.exit(0)))
            say("startTest")
            leave_pid()
            while True: time.sleep(0.05)
        """, "-d", "10m")
        process.send_signal(signal.SIGINT)
        outcome = self.runner.finish(process)
        self.assert_ended(outcome, 130, "STOPPED by Ctrl-C")
        self.assertEqual(outcome.field("Success"), 2, str(outcome))
        self.assert_gone()

    def test_those_that_do_not_end_are_killed(self):
        process = self.start_odd("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nleave_pid()\nwhile True: time.sleep(0.05)\n", "-d", "10m",
                                 "--external-process-timeout", "300ms")
        process.send_signal(signal.SIGINT)
        outcome = self.runner.finish(process)
        self.assert_ended(outcome, 130, "Cut off: 2")
        self.assert_gone()

    def test_they_die_with_loads_runner(self):
        process = self.start_odd("leave_pid()\nwhile True: time.sleep(0.05)\n", "-d", "10m")
        process.kill()
        self.runner.finish(process)
        self.assert_gone()

    def left_in(self, folder):
        return [path.name for path in folder.iterdir() if path.name.startswith("loads-")]

    def test_what_a_run_that_was_killed_has_left_goes_with_the_next(self):
        place = self.scratch()
        self.runner = self.runner.with_environment(TMPDIR=str(place))
        killed, going = self.start_odd(WAITS, "-d", "10m"), self.runner.start("--test-runner", "/usr/bin/python3 odd.py", "test", "-u", "1", "-d", "10m")
        self.wait_until(lambda: len(self.pids()) == 3, "the other's process is there")
        killed.kill()
        self.runner.finish(killed)
        self.assertEqual(len(self.left_in(place)), 2)
        for name in self.left_in(place):
            os.utime(place / name, (0, 0))
        self.odd("say('addSuccess')\n")
        self.assertEqual(len(self.left_in(place)), 1)
        going.send_signal(signal.SIGTERM)
        self.runner.finish(going)
        self.assertEqual(self.left_in(place), [])

    def test_what_makes_no_sense(self):
        self.assert_ended(self.runner.run("--test-runner", "nothing-of-that-name {test}", "test"), 3, "there is no program \"nothing-of-that-name\"", "[no-test-runner]")
        self.assert_ended(self.runner.run("--test-runner", "node 'x", "test"), 2, "a ' has no end")
        self.assert_ended(self.runner.run("--test-runner", "node x"), 2, "which test?")
        self.assert_ended(self.runner.run("--test-runner", "node x", "test", "--list"), 2, "--list")
        self.assert_ended(self.runner.run("--test-runner", "true", "test", "--rate", "5/s", "-d", "1s"), 2, "--rate, --stages, --profile,", "cannot be had with it")
        self.assertFalse(list(pathlib.Path(self.home).glob("pids")))


if __name__ == "__main__":
    support.main()
