#!/usr/bin/env python3
"""Tests in Python, as processes: what is printed is what the target has answered, whatever becomes of them."""

import os
import pathlib
import signal
import textwrap

import support

EXAMPLE = """
    import os, signal, sys
    from loads import _engine
    from loads.case import TestCase, weight

    class TestSite(TestCase):
        def test_get(self):
            self.session.get('/')

        def test_slow(self):
            self.session.get('/slow/20')

        def test_killed(self):
            self.session.get('/')
            self.runs = getattr(self, 'runs', 0) + 1
            if self.runs == 10:
                os.kill(os.getpid(), signal.SIGKILL)

        def test_segfault(self):
            self.session.get('/')
            os.kill(os.getpid(), signal.SIGSEGV)

        def test_prints(self):
            print('this is said', flush=False)
            print('this is complained of', file=sys.stderr)
            os._exit(7)

        def test_says_who(self):
            with open('pids', 'a') as file:
                file.write(f'{os.getpid()}\\n')
            self.session.get('/slow/50')

    class TestWeights(TestCase):
        @weight(3)
        def test_often(self):
            self.session.get('/often')

        def test_seldom(self):
            self.session.get('/seldom')
"""


class PythonTest(support.CommandTest):
    def setUp(self):
        self.folder = self.scratch()
        self.write("example.py", EXAMPLE)
        self.runner = support.Commands(self.bin_dir, str(self.folder))
        # Of its own: what one test has left under way may be answered later.
        self.target = support.Target(self.bin_dir)
        self.target.__enter__()
        self.addCleanup(self.target.__exit__)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def answered(self):
        return self.target.answered()

    def run_test(self, test, *arguments):
        return self.runner.run(test, *self.at_target(), *arguments)

    def assert_counts(self, outcome, hits):
        self.assertEqual((outcome.field("Hits"), self.answered()), (hits, hits), str(outcome))

    def assert_ended(self, outcome, exit_code, *texts):
        """However the lines are broken."""
        self.assertEqual(outcome.exit_code, exit_code, str(outcome))
        said = " ".join((outcome.stdout + outcome.stderr).split())
        for text in texts:
            self.assertIn(" ".join(text.split()), said, str(outcome))

    def pids(self):
        path = self.folder / "pids"
        return {int(line) for line in path.read_text(encoding="ascii").split()} if path.exists() else set()


class ProcessesTest(PythonTest):
    def test_steps_and_processes(self):
        outcome = self.run_test("example.TestSite.test_get", "-u", "1:7:3", "-c", "10", "--threads", "4", "--ramp-up", "100ms")
        self.assert_ended(outcome, 0, "= 110 hits of example.TestSite.test_get")
        self.assert_counts(outcome, 110)

    def test_threads_are_processes(self):
        self.assert_ended(self.run_test("example.TestSite.test_says_who", "-u", "6", "--threads", "3"), 0)
        self.assertEqual(len(self.pids()), 3)

    def test_a_class_by_its_weights(self):
        outcome, result = self.runner.measure("example.TestWeights", "-u", "2", *self.at_target())
        self.assert_ended(outcome, 0, "Plan: 2 users x 4 hits = 8 hits of example.TestWeights")
        self.assertEqual({request["name"]: request["hits"] for request in result["requests"]}, {"GET /often": 6, "GET /seldom": 2})
        self.assert_ended(self.runner.run("example.TestWeights", "--list"), 0, "TestWeights.test_often   example.py:34  weight 3\n")

    def test_trace(self):
        outcome = self.run_test("example.TestSite.test_get", "-u", "2", "--threads", "2", "--trace")
        self.assertEqual(outcome.stderr.count("> GET / HTTP/1.1\n"), 2, str(outcome))
        self.assertEqual(outcome.stderr.count("< HTTP/1.1 200 OK\n"), 2, str(outcome))

    def test_what_a_test_prints_is_not_lost_though_it_ends_its_process(self):
        outcome = self.run_test("example.TestSite.test_prints")
        self.assert_ended(outcome, 3, "the worker process ended with exit code 7 in a test of example.TestSite.test_prints")
        self.assertIn("this is said\n", outcome.stdout)
        self.assertIn("this is complained of\n", outcome.stderr)

    def test_a_process_that_is_killed(self):
        outcome = self.run_test("example.TestSite.test_killed", "-u", "4", "-d", "1m", "--threads", "2")
        self.assert_ended(outcome, 3, " of 2 ended with signal 9 (Killed) in a test of example.TestSite.test_killed")
        # Between the two what was under way in the one that was killed.
        self.assertLessEqual(outcome.field("Hits"), self.answered(), str(outcome))
        self.assertLessEqual(self.answered(), outcome.field("Hits") + 4, str(outcome))

    def test_a_crash_names_its_test(self):
        outcome = self.run_test("example.TestSite.test_segfault", "--threads", "1")
        self.assert_ended(outcome, 3, "segmentation fault in test TestSite.test_segfault")
        self.assert_counts(outcome, 1)

    def start_long(self, *arguments):
        process = self.runner.start("example.TestSite.test_says_who", *self.at_target(), "-u", "4", "-d", "10m", "--threads", "2", *arguments)
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.wait(), process.stdout.close(), process.stderr.close()))
        self.wait_until(lambda: self.answered() > 20 and len(self.pids()) == 2, "the load goes on")
        return process

    def test_a_signal_stops_the_run(self):
        process = self.start_long()
        process.send_signal(signal.SIGTERM)
        outcome = self.runner.finish(process)
        self.assert_ended(outcome, 143, "STOPPED by SIGTERM")
        self.assertEqual(outcome.field("Hits"), self.answered(), str(outcome))
        self.assertEqual(outcome.field("Errors"), 0)

    def test_ctrl_c_in_the_terminal_reaches_the_processes_too_and_is_not_theirs(self):
        process = self.start_long()
        for pid in [process.pid, *self.pids()]:
            os.kill(pid, signal.SIGINT)
        outcome = self.runner.finish(process)
        self.assert_ended(outcome, 130, "STOPPED by Ctrl-C")
        self.assertEqual(outcome.field("Hits"), self.answered(), str(outcome))
        self.assertNotIn("KeyboardInterrupt", outcome.stderr)

    def test_processes_die_with_loads_runner(self):
        (self.folder / "tmp").mkdir()
        self.runner = self.runner.with_environment(TMPDIR=str(self.folder / "tmp"))
        process = self.start_long()
        process.kill()
        process.wait()
        self.wait_until(lambda: not any(map(is_alive, self.pids())), "they have gone")
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])

    def test_a_stopped_process_is_stopped_no_longer_than_it_takes_to_find_out(self):
        process = self.start_long()
        os.kill(min(self.pids()), signal.SIGSTOP)
        outcome = self.runner.finish(process)
        self.assert_ended(outcome, 3, "was not heard of for 10 s, and was killed, in a test of example.TestSite.test_says_who")
        self.assertLessEqual(outcome.field("Hits"), self.answered(), str(outcome))
        self.assertLessEqual(self.answered(), outcome.field("Hits") + 4, str(outcome))

    def test_ctrl_c_while_a_test_is_loaded(self):
        self.write("hangs.py", "import os, time\nopen('pids', 'w').write(str(os.getpid()))\nwhile True: time.sleep(1)\n")
        for arguments in ([], ["--list"]):
            with self.subTest(arguments):
                process = self.runner.start("hangs.TestSite.test_it", *arguments)
                self.wait_until(self.pids, "it is being imported")
                process.send_signal(signal.SIGINT)
                outcome = self.runner.finish(process)
                self.assertIn(outcome.exit_code, (130, -signal.SIGINT), str(outcome))
                self.wait_until(lambda: not any(map(is_alive, self.pids())), "it has gone")
                (self.folder / "pids").unlink()


class LoadingTest(PythonTest):
    """Where modules are looked for, and what is said of those that cannot be had."""

    def test_packages(self):
        self.write("shop/__init__.py", "")
        self.write("shop/parts/__init__.py", "")
        self.write("shop/parts/paths.py", "FRONT = '/'\n")
        self.write("shop/base.py", """
            from loads.case import TestCase
            class Base(TestCase):
                def test_inherited(self):
                    self.session.get(self.path())
        """)
        self.write("shop/parts/checkout.py", """
            from . import paths
            from ..base import Base
            import beside
            class TestCheckout(Base):
                def path(self):
                    return paths.FRONT + beside.NOTHING
        """)
        self.write("beside.py", "NOTHING = ''\n")
        names = ["shop.parts.checkout.TestCheckout.test_inherited", "shop/parts/checkout.py:TestCheckout.test_inherited", "shop.parts.checkout",
                 str(self.folder / "shop/parts/checkout.py")]
        for name in names:
            with self.subTest(name):
                self.assert_ended(self.run_test(name), 0)
        elsewhere = support.Commands(self.bin_dir, str(self.scratch()))
        outcome = elsewhere.run(names[0], "--test-dir", str(self.folder), *self.at_target())
        self.assert_ended(outcome, 0)
        self.assertEqual(self.answered(), len(names) + 1)

    def test_an_imported_class_has_to_be_named(self):
        self.write("imports.py", "from example import TestSite\nfrom loads.case import TestCase\nclass TestOwn(TestCase):\n    def test_it(self): pass\n")
        self.assert_ended(self.run_test("imports.TestSite.test_get"), 0)
        self.assertEqual(self.answered(), 1)
        self.assertEqual(self.runner.run("imports", "--list").stdout, "TestOwn.test_it  imports.py:4\n")

    def test_a_module_of_the_name_of_the_package_is_in_nobodys_way(self):
        self.write("loads/__init__.py", "raise RuntimeError('the wrong one')\n")
        self.write("greenlet.py", "raise RuntimeError('the wrong one')\n")
        self.assert_ended(self.run_test("example.TestSite.test_get"), 0)

    def test_import_errors_show_the_authors_frames(self):
        self.write("helper.py", "import nothing_of_that_name\n")
        self.write("broken.py", "import helper\n")
        outcome = self.runner.run("broken.TestSite.test_it")
        self.assert_ended(outcome, 3, 'broken.py", line 1, in <module>\n    import helper\n', 'helper.py", line 1, in <module>\n',
                          "ModuleNotFoundError: No module named 'nothing_of_that_name'", "--python-dep nothing_of_that_name", "[import-error]")
        self.assertNotIn("importlib", outcome.stderr)
        self.assertNotIn("_loading", outcome.stderr)

    def test_what_is_not_there(self):
        self.assert_ended(self.runner.run("example.TestSite.test_gat"), 3, "Did you mean test_get?", "[no-such-test]")
        self.write("empty.py", "def load_tests(loader, tests, pattern): return tests\n")
        self.assert_ended(self.runner.run("empty"), 3, "empty.py has no tests", "Its load_tests() is not asked.", "[no-tests]")

    def test_an_environment_that_lacks_what_tests_need(self):
        bare = self.write("bare/bin/python3", "#!/bin/sh\nexec /usr/bin/python3 -S \"$@\"\n")
        bare.chmod(0o700)
        outcome = self.runner.with_environment(VIRTUAL_ENV=str(self.folder / "bare")).run("example.TestSite.test_get")
        self.assert_ended(outcome, 3, f"{bare} cannot run tests", f"{bare} -m pip install greenlet requests webtest", "[no-python]")
        self.assert_ended(self.run_test("example.TestSite.test_get", "--python", "/usr/bin/python3"), 0)


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    support.main()
