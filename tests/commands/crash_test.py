#!/usr/bin/env python3
"""Tests that crash, hang or throw: they are named, what was counted is printed, and the program ends."""

import re
import signal
import time

import support


class CrashTest(support.CommandTest):
    def run_test(self, name, *arguments):
        return self.runner.run(name, *arguments, *self.at_target())

    def assert_crash(self, test, words):
        """One user, two good runs and a third that crashes."""
        before = self.target.answered()
        outcome = self.run_test(f"crashes.Crashes.{test}", "-c", "10")
        self.assert_ended(outcome, 3, f"{words} in test Crashes.{test}", "CRASHED after 20% of the plan (exit code 3)")
        counted = {name: outcome.field(name) for name in ("Hits", "Success", "Errors", "Failures")}
        self.assertEqual(counted, {"Hits": 3, "Success": 2, "Errors": 1, "Failures": 0}, str(outcome))
        self.assertEqual(self.target.answered() - before, 3, str(outcome))
        self.assertRegex(outcome.stdout, rf"1x  error +{re.escape(words)} in test Crashes\.{test}", "the summary names it too")

    def test_a_stack_overflow(self):
        self.assert_crash("overflow", "stack overflow")

    def test_a_stack_overflow_in_the_callback_of_a_web_socket(self):
        outcome = self.run_test("crashes.Crashes.overflow_in_callback", "-c", "10")
        self.assert_ended(outcome, 3, "stack overflow in test Crashes.overflow_in_callback", "KiB stack is full")

    def test_a_null_dereference(self):
        self.assert_crash("null_dereference", "segmentation fault")

    def test_a_division_by_zero(self):
        self.assert_crash("division", "division by zero")

    def test_an_abort(self):
        self.assert_crash("aborts", "abort")

    def test_an_exception_out_of_a_noexcept_function(self):
        self.assert_crash("throws_from_noexcept", "abort")

    def test_a_crash_in_the_destructor_of_a_test(self):
        outcome = self.run_test("crashes.Destruction.visit", "-c", "3")
        self.assert_ended(outcome, 3, "segmentation fault in test Destruction.visit", "CRASHED after 100% of the plan")
        self.assertEqual((outcome.field("Hits"), outcome.field("Success"), outcome.field("Errors")), (3, 3, 1), str(outcome))

    def test_several_users_crash_at_once(self):
        before = self.target.answered()
        outcome, result = self.runner.measure("crashes.Crashes.aborts", "-u", "20", "-c", "10", "--threads", "2", *self.at_target())
        self.assert_ended(outcome, 3, "abort in test Crashes.aborts", "CRASHED")
        self.assertEqual(outcome.stderr.count("abort in test"), 1, f"said once\n{outcome}")
        self.assertEqual((result["verdict"], result["run"]["ending"], result["exit_code"]), ("crashed", "crashed", 3))
        # Answers that the crash overtook, at most one for each user, were counted by the target alone.
        overtaken = self.target.answered() - before - outcome.field("Hits")
        self.assertTrue(0 <= overtaken < 20, f"{overtaken} answers are missing\n{outcome}")

    def test_exit_is_a_crash(self):
        self.assert_crash("exits", "exit() was called")

    def test_exit_on_several_threads_is_one_crash(self):
        outcome = self.run_test("crashes.Crashes.exits", "-u", "8", "-c", "10", "--threads", "4")
        self.assert_ended(outcome, 3, "CRASHED")
        self.assertEqual(outcome.stderr.count("exit() was called in test Crashes.exits"), 1, str(outcome))

    def test_exceptions_of_any_type_are_errors(self):
        for test in ("throws_int", "throws_struct", "throws_pointer"):
            with self.subTest(test):
                outcome = self.run_test(f"crashes.Crashes.{test}", "-u", "2", "-c", "5")
                self.assert_ended(outcome, 1, "10x  error    an exception that is no std::exception", "FAILED: 10 errors (exit code 1)")
                self.assertEqual((outcome.field("Hits"), outcome.field("Errors")), (10, 10), str(outcome))

    def test_an_exception_in_tear_down_is_an_error_of_the_run(self):
        outcome = self.run_test("crashes.TearDowns.visit", "-u", "2", "-c", "5")
        self.assert_ended(outcome, 1, "10x  error    std::runtime_error: torn down")
        self.assertEqual((outcome.field("Hits"), outcome.field("Success"), outcome.field("Errors")), (10, 0, 10), str(outcome))

    def test_a_user_that_cannot_be_made_is_one_error(self):
        outcome = self.run_test("crashes.Construction.visit", "-u", "2", "-c", "5")
        self.assert_ended(outcome, 1, "2x  error    std::runtime_error: not made", "nothing was answered")

    def test_globals_of_a_module_live_and_end(self):
        outcome = self.run_test("visits.Visits.globals", "-u", "6", "-c", "5", "--threads", "2")
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.field("Hits"), 30, str(outcome))
        self.assertEqual((outcome.stderr.count("end of a thread"), outcome.stderr.count("end of the module")), (2, 1), str(outcome))


class HangTest(support.CommandTest):
    def start_hanging(self):
        process = self.runner.start("crashes.Crashes.hangs", "-u", "2", "-c", "10", "--threads", "2", *self.at_target())
        process.read_until("warning: Crashes.hangs has kept its thread busy for over 1 s without waiting", 10)
        return process

    def finish(self, process, limit):
        since = time.monotonic()
        outcome = self.runner.finish(process)
        self.assertLess(time.monotonic() - since, limit, str(outcome))
        self.assert_ended(outcome, 130, "A test does not give its thread back", "stood still for", "in Crashes.hangs",
                          "STOPPED by Ctrl-C after 20% of the plan (exit code 130)")

    def test_ctrl_c_twice_ends_a_test_that_never_waits(self):
        process = self.start_hanging()
        self.signal_in_turn(process, *[signal.SIGINT] * 2)
        self.finish(process, limit=12)  # after 5 s of grace

    def test_a_third_ctrl_c_does_not_wait(self):
        process = self.start_hanging()
        self.signal_in_turn(process, *[signal.SIGINT] * 3)
        self.finish(process, limit=4)


class LoadingTest(support.CommandTest):
    def test_a_global_that_throws_when_its_module_is_loaded(self):
        outcome = self.runner.run("throws_when_loaded.Visits", *self.at_target())
        self.assert_ended(outcome, 3, "throws_when_loaded.cpp cannot be loaded: ", "std::runtime_error: too early", "[cannot-load]")
        self.assertNotIn("error of ours", outcome.stderr)

    def test_a_global_that_throws_no_exception_class(self):
        outcome = self.runner.run("throws_a_number_when_loaded.Visits", *self.at_target())
        self.assert_ended(outcome, 3, "throws_a_number_when_loaded.cpp cannot be loaded: ", "[cannot-load]")


if __name__ == "__main__":
    support.main()
