#!/usr/bin/env python3
"""Ctrl-C and SIGTERM: what runs may end, what does not end is cut, and the summary is true all the same."""

import json
import signal
import time

import support


class StopTest(support.CommandTest):
    def start(self, *arguments, requests=1):
        """Starts a command, and returns when so many of its requests have come to the target."""
        before = self.requests()
        process = self.runner.start(*arguments)
        self.wait_until(lambda: self.requests() >= before + requests, f"{requests} requests have come")
        return process

    def requests(self):
        return self.target.statistics()["requests"]

    def signal_and_finish(self, process, *signals, limit):
        """Sends the signals, each when the one before it was heeded; after the last the command has to end in `limit` seconds."""
        self.signal_in_turn(process, *signals)
        since = time.monotonic()
        outcome = self.runner.finish(process)
        self.assertLess(time.monotonic() - since, limit, str(outcome))
        return outcome

    def test_ctrl_c_lets_the_runs_end_and_starts_no_other(self):
        before = self.target.answered()
        path = self.scratch() / "result.json"
        process = self.start("visits.Visits.two_pages", "-u", "7", "-d", "30s", "--json", str(path), *self.at_target())
        outcome = self.signal_and_finish(process, signal.SIGINT, limit=8)
        self.assert_ended(outcome, 130, "Stopping: test runs have 10s to end by themselves.", "STOPPED by Ctrl-C after")
        self.assertNotIn("Cutting off", outcome.stderr)
        self.assertNotIn("Cut off", outcome.stdout)
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome))
        result = json.loads(path.read_text(encoding="utf-8"))
        hits = {request["name"]: request["hits"] for request in result["requests"]}
        self.assertEqual(hits["GET /slow/200"], hits["GET /search"], "every run that began came to its end")
        self.assertEqual(result["totals"]["test_runs"]["success"], hits["GET /search"])
        self.assertEqual((result["verdict"], result["run"]["ending"], result["exit_code"]), ("stopped", "interrupted", 130))
        self.assertLess(result["run"]["fraction"], 0.9)

    def test_a_second_ctrl_c_cuts_requests_that_stall(self):
        process = self.start("visits.Visits.stalls", "-u", "3", "-d", "30s", *self.at_target(), requests=3)
        outcome = self.signal_and_finish(process, signal.SIGINT, signal.SIGINT, limit=4)
        self.assert_ended(outcome, 130, "Cutting off what still runs.", "Cut off: 3", "STOPPED by Ctrl-C")
        self.assertEqual(outcome.field("Hits"), 0)
        self.assertEqual(outcome.stderr.count("unwound"), 3, f"destructors run\n{outcome}")

    def test_requests_of_destructors_are_cut_too(self):
        process = self.start("visits.Visits.farewell", "-u", "3", "-d", "30s", *self.at_target(), requests=3)
        outcome = self.signal_and_finish(process, signal.SIGINT, signal.SIGINT, limit=4)
        self.assert_ended(outcome, 130, "Cut off: 3", "no answer 6")
        self.assertEqual(outcome.stderr.count("no logout"), 3, str(outcome))
        self.assertNotIn("What went wrong", outcome.stdout, "the target is not to blame")

    def test_a_second_ctrl_c_cuts_sleeps(self):
        process = self.start("visits.Visits.long_pause", "-u", "3", "-c", "5", *self.at_target(), requests=3)
        outcome = self.signal_and_finish(process, signal.SIGINT, signal.SIGINT, limit=4)
        self.assert_ended(outcome, 130, "Cut off: 3")
        self.assertEqual(outcome.field("Hits"), 3)

    def test_the_stop_timeout_cuts_by_itself(self):
        process = self.start("visits.Visits.stalls", "-u", "3", "--stop-timeout", "500ms", *self.at_target(), requests=3)
        outcome = self.signal_and_finish(process, signal.SIGINT, limit=4)
        self.assert_ended(outcome, 130, "have 500ms to end by themselves", "Cutting off what still runs.", "Cut off: 3")

    def test_the_stop_timeout_bounds_the_end_of_a_duration(self):
        since = time.monotonic()
        outcome = self.runner.run(self.target.url + "/stall", "-u", "2", "-d", "1s", "--stop-timeout", "1s")
        self.assertLess(time.monotonic() - since, 10)
        self.assertEqual(outcome.field("Cut off"), 2, str(outcome))
        self.assert_ended(outcome, 1, "nothing was answered")

    def test_sigterm(self):
        before = self.target.answered()
        process = self.start("visits.Visits.short_pause", "-u", "4", "-d", "30s", *self.at_target())
        outcome = self.signal_and_finish(process, signal.SIGTERM, limit=8)
        self.assert_ended(outcome, 143, "STOPPED by SIGTERM after")
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome))

    def test_the_first_signal_gives_the_exit_code(self):
        process = self.start(self.target.url + "/stall")
        self.assert_ended(self.signal_and_finish(process, signal.SIGTERM, signal.SIGINT, limit=4), 143, "STOPPED by SIGTERM")

    def test_failures_do_not_outweigh_a_stop(self):
        process = self.start("visits.Visits.fails", "-u", "2", "-d", "30s", *self.at_target())
        outcome = self.signal_and_finish(process, signal.SIGINT, limit=8)
        self.assert_ended(outcome, 130, "STOPPED by Ctrl-C")
        self.assertEqual(outcome.field("Failures"), outcome.field("Hits"), str(outcome))

    def test_users_that_have_not_begun_do_not_begin(self):
        before = self.target.answered()
        process = self.start("visits.Visits.front_page", "-u", "3", "--ramp-up", "1h", *self.at_target())
        outcome = self.signal_and_finish(process, signal.SIGINT, limit=4)
        self.assert_ended(outcome, 130)
        self.assertEqual((outcome.field("Hits"), self.target.answered() - before), (1, 1), str(outcome))

    def test_later_steps_do_not_begin(self):
        before = self.target.answered()
        process = self.start("visits.Visits.two_pages", "-u", "1:50", "-c", "20", *self.at_target())
        outcome = self.signal_and_finish(process, signal.SIGINT, limit=8)
        self.assert_ended(outcome, 130)
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome))
        self.assertLess(outcome.field("Hits"), 40)


if __name__ == "__main__":
    support.main()
