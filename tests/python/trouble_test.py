"""What a test can do to its process: it is contained, and named with the author's frames."""

import signal
import socket
import unittest

from package_support import PythonTest

EXAMPLE = """
    import ctypes, os, sys, threading, time
    from loads.case import TestCase

    def helper():
        ctypes.string_at(0)

    def spin():
        until = time.monotonic() + 2
        while time.monotonic() < until:
            pass

    class TestBad(TestCase):
        def test_os_exit(self):
            self.session.get("/")
            os._exit(7)

        def test_sys_exit(self):
            sys.exit("enough")

        def test_interrupt(self):
            raise KeyboardInterrupt()

        def test_deep(self):
            self.test_deep()

        def test_crash(self):
            self.session.get("/")
            helper()

        def test_stack(self):
            sys.setrecursionlimit(10 ** 7)
            def deeper():
                eval("deeper()", {"deeper": deeper})
            deeper()

        def test_spin(self):
            spin()

        def test_block(self):
            ctypes.PyDLL(None).poll(None, 0, 2000)

        def test_hang(self):
            self.session.get("/hang")
"""


class TroubleTest(PythonTest):
    def setUp(self):
        super().setUp()
        self.write(EXAMPLE, "bad.py")

    def run_bad(self, test, exit_code):
        outcome = self.load(f"bad.TestBad.{test}", "-u", "2", "--threads", "1", exit_code=exit_code)
        return outcome, " ".join((outcome.stdout + outcome.stderr).split())

    def test_exceptions_that_end_programs_are_errors(self):
        for test, shown in (("test_sys_exit", "SystemExit: enough bad.py:"), ("test_interrupt", "KeyboardInterrupt bad.py:"),
                            ("test_deep", "RecursionError: maximum recursion depth exceeded")):
            with self.subTest(test):
                outcome, text = self.run_bad(test, 1)
                self.assert_runs(outcome, errors=2)
                self.assertIn(shown, text)

    def test_the_end_of_the_process(self):
        outcome, text = self.run_bad("test_os_exit", 3)
        self.assertIn("os._exit(7) was called in test TestBad.test_os_exit", text)
        self.assertRegex(text, r'bad.py", line \d+, in test_os_exit os._exit\(7\)')
        self.assertIn("exit code 7", text)
        self.assertEqual(outcome.field("Hits"), 1)

    def test_a_crash(self):
        outcome, text = self.run_bad("test_crash", 3)
        self.assertIn("segmentation fault in test TestBad.test_crash", text)
        self.assertRegex(text, r'bad.py", line \d+ in helper File "[^"]*bad.py", line \d+ in test_crash')
        self.assertEqual(outcome.field("Hits"), 1)

    def test_a_stack_that_is_full(self):
        _, text = self.run_bad("test_stack", 3)
        self.assertIn("segmentation fault in test TestBad.test_stack", text)
        self.assertRegex(text, r'bad.py", line \d+ in deeper')

    def test_a_test_that_keeps_its_thread_is_named_with_its_frames(self):
        for test, frames in (("test_spin", r"bad.py:\d+ in spin\n.*bad.py:\d+ in test_spin\n"), ("test_block", r"bad.py:\d+ in test_block\n")):
            with self.subTest(test):
                outcome, _ = self.run_bad(test, 0)
                self.assertIn(f"TestBad.{test} has kept its thread busy for over 1 s without waiting", outcome.stderr)
                self.assertRegex(outcome.stderr, frames)
                self.assertNotIn("_engine", outcome.stderr)

    def test_ctrl_c_ends_a_request_that_waits(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(60)
            process = self.start_unittest("bad.TestBad.test_hang", LOADS_OPT_SERVER_URL=f"http://127.0.0.1:{server.getsockname()[1]}")
            with server.accept()[0] as connection:
                connection.recv(1000)
                process.send_signal(signal.SIGINT)
                printed, _ = process.communicate(timeout=60)
        self.assertIn("KeyboardInterrupt", printed)
        self.assertIn('self.session.get("/hang")', printed)
        self.assertNotEqual(process.returncode, 0)


if __name__ == "__main__":
    unittest.main()
