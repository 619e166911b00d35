"""What unittest promises holds for each of the runs of a virtual user, whatever a test raises."""

import pathlib
import unittest

from package_support import PythonTest

EXAMPLE = """
    import asyncio, gc, os, resource, unittest
    from unittest import mock
    from loads.case import TestCase

    class Unreadable(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    class TestOdd(TestCase):
        def tearDown(self):
            self.incr_counter("torn down")

        def test_zero(self):
            raise ValueError("a\\0b")

        def test_bytes(self):
            self.fail(os.fsdecode(b"caf\\xff"))

        def test_mock(self):
            raise ValueError(mock.MagicMock(name="it"))

        def test_unreadable(self):
            raise Unreadable()

        def test_parts(self):
            for number in range(3):
                with self.subTest(number=number):
                    self.assertNotEqual(number % 2, 0, "even")
            self.incr_counter("after")

    class TestAsync(unittest.IsolatedAsyncioTestCase):
        async def test_it(self):
            await asyncio.sleep(0.01)

    class TestStatic(TestCase):
        @staticmethod
        def setUp():
            pass

        def test_it(self):
            pass

    class TestExpected(TestCase):
        @unittest.expectedFailure
        def test_it(self):
            before = getattr(self, "before", None)
            self.runs = getattr(self, "runs", 0) + 1
            if self.runs == 100:
                gc.collect()
                self.before = len(gc.get_objects())
            if self.runs == 400:
                gc.collect()
                self.trend("more", len(gc.get_objects()) - before)
            self.fail("as expected")
"""


class UnittestTest(PythonTest):
    def setUp(self):
        super().setUp()
        self.write(EXAMPLE, "odd.py")

    def run_odd(self, test, *arguments, exit_code=1):
        outcome, figures = self.load_measured(f"odd.{test}", "-c", "2", *arguments)
        self.assertEqual(outcome.exit_code, exit_code, str(outcome))
        return outcome, figures

    def test_whatever_an_exception_says_it_is_counted_as_what_it_is(self):
        for test, text, failed in (("test_zero", "ValueError: a\\0b", False), ("test_bytes", "caf\\udcff", True),
                                   ("test_mock", "ValueError: <MagicMock name='it'", False),
                                   ("test_unreadable", "Unreadable: its text cannot be had: RuntimeError", False)):
            with self.subTest(test):
                outcome, figures = self.run_odd(f"TestOdd.{test}")
                self.assert_runs(outcome, failures=2 if failed else 0, errors=0 if failed else 2)
                self.assertIn(text, outcome.stdout)
                self.assertIn("torn down", str(figures["counters"]))

    def test_the_parts_of_a_test_go_on(self):
        outcome, figures = self.run_odd("TestOdd.test_parts")
        self.assert_runs(outcome, failures=2)
        self.assertIn("after", str(figures["counters"]))
        self.assertIn("4x", " ".join(outcome.stdout.split()))

    def test_an_asynchronous_test_runs_more_than_once(self):
        self.assert_runs(self.run_odd("TestAsync.test_it", "-u", "3", exit_code=0)[0], success=6)

    def test_what_surrounds_a_test_is_any_callable(self):
        self.assert_runs(self.run_odd("TestStatic.test_it", exit_code=0)[0], success=2)

    def test_expected_failures_are_not_kept(self):
        outcome, figures = self.load_measured("odd.TestExpected.test_it", "-c", "400")
        self.assert_runs(outcome, success=400)
        self.assertLess(figures["trends"]["more"]["max"], 100, str(figures["trends"]))

    def test_what_follows_the_last_test_has_a_time_of_its_own(self):
        self.write("""
            from loads.case import TestCase
            from loads.session import Session
            class TestEnds(TestCase):
                @classmethod
                def setUpClass(cls):
                    with open("set up", "a") as file:
                        file.write("slow")
                @classmethod
                def tearDownClass(cls):
                    with open("torn down", "a") as file:
                        file.write(Session().get("http://localhost:9200/slow/300").text)
                def test_it(self):
                    self.session.get("/slow/60000")
            """)
        self.load("example.TestEnds.test_it", "-u", "2", "--threads", "2", "-d", "2s", "--stop-timeout", "0s", exit_code=None)
        set_up, torn_down = (pathlib.Path(self.folder, name).read_text(encoding="utf-8") for name in ("set up", "torn down"))
        self.assertEqual(torn_down, set_up)


if __name__ == "__main__":
    unittest.main()
