"""Processes that a test starts or forks: they are none of the run, and signals end them as they would elsewhere."""

import os
import signal
import unittest

from package_support import PythonTest

EXAMPLE = """
    import multiprocessing, os, signal, subprocess, time
    from loads.case import TestCase

    def sleep():
        time.sleep(0.2)

    def ask(url):
        from loads.session import Session
        assert Session().get("/child").url == url + "/child"

    class TestForks(TestCase):
        def ended(self, pid):
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

        def test_sleeps(self):
            child = multiprocessing.Process(target=sleep)
            child.start()
            child.join()
            self.assertEqual(child.exitcode, 0)
            self.session.get("/")

        def test_asks(self):
            child = multiprocessing.Process(target=ask, args=(self.session.get("/").url.rstrip("/"),))
            child.start()
            child.join()
            self.assertEqual(child.exitcode, 0)

        def test_goes_on(self):
            child = os.fork()
            if child == 0:
                time.sleep(0.05)
                return
            self.assertEqual(self.ended(child), 0)
            self.session.get("/")

        def test_terminates_a_program(self):
            child = subprocess.Popen(["sleep", "60"])
            child.terminate()
            self.assertEqual(child.wait(20), -signal.SIGTERM)

        def test_terminates_a_fork(self):
            child = multiprocessing.Process(target=time.sleep, args=(60,))
            child.start()
            child.terminate()
            child.join(20)
            self.assertEqual(child.exitcode, -signal.SIGTERM)
"""
AT_IMPORT = """
    import os, time
    from loads.case import TestCase

    pid = os.fork()
    if pid == 0:
        time.sleep(3600)
        os._exit(0)
    with open("pids", "a") as file:
        file.write(f"{pid}\\n")
    %s

    class TestOne(TestCase):
        def test_it(self):
            pass

    class TestTwo(TestOne):
        pass
"""


class ForksTest(PythonTest):
    def setUp(self):
        super().setUp()
        self.write(EXAMPLE, "forks.py")

    def run_forks(self, test, requests):
        before = self.target.answered()
        outcome = self.load(f"forks.TestForks.{test}", "-u", "20", "-c", "2", "--threads", "2")
        self.assert_runs(outcome, success=40)
        self.assertEqual(outcome.field("Hits"), 40 if requests else 0, str(outcome))
        self.assertEqual(self.target.answered() - before, requests, str(outcome))

    def test_one_that_waits_does_not_go_on_with_the_users(self):
        self.run_forks("test_sleeps", 40)

    def test_what_one_asks_for_is_in_no_report(self):
        self.run_forks("test_asks", 80)

    def test_one_that_goes_on_ends_with_the_test(self):
        self.run_forks("test_goes_on", 40)

    def test_they_can_be_terminated(self):
        self.run_forks("test_terminates_a_program", 0)
        self.run_forks("test_terminates_a_fork", 0)

    def kill_forks(self):
        with open(os.path.join(self.folder, "pids"), encoding="ascii") as pids:
            for pid in pids:
                os.kill(int(pid), signal.SIGKILL)

    def test_one_that_a_module_forks_keeps_nobody_waiting(self):
        self.addCleanup(self.kill_forks)
        self.write(AT_IMPORT % "", "server.py")
        process = self.runner.start("server.py", "--list")
        process.wait(60)
        self.write(AT_IMPORT % "os._exit(5)", "ends.py")
        process = self.runner.start("ends.TestOne.test_it")
        self.assertEqual(process.wait(60), 3)


if __name__ == "__main__":
    unittest.main()
