#!/usr/bin/env python3
"""Thresholds: what a run is judged by, and what ends it early; on this machine."""

import json
import re
import signal

import observed
import support


class ThresholdTest(support.CommandTest):
    def run_judged(self, *expressions, test="visits.Visits.front_page", hits=20, options=()):
        given = [word for expression in expressions for word in ("--threshold", expression)]
        return self.runner.measure(test, "-c", str(hits), *self.at_target(), *given, *options)

    def test_thresholds_that_hold_leave_the_run_passed(self):
        outcome, result = self.run_judged("p50<10s", "errors<1%", "hits{GET /}>=20")
        self.assert_ended(outcome, 0)
        self.assertRegex(outcome.stdout, r"(?m)^Thresholds\n  ok    p50<10s          \S+\n  ok    errors<1%        0%\n  ok    hits\{GET /\}>=20  20\n")
        self.assertNotIn("FAILED", outcome.stdout)
        self.assertEqual([(one["expression"], one["passed"], one["unit"], one["reason"]) for one in result["thresholds"]],
                         [("p50<10s", True, "seconds", None), ("errors<1%", True, "percent", None), ("hits{GET /}>=20", True, "none", None)])
        self.assertEqual(result["thresholds"][0]["value"], result["response_time"]["p50"])
        self.assertEqual((result["verdict"], result["exit_code"]), ("passed", 0))

    def test_one_that_is_crossed_is_exit_code_99(self):
        outcome, result = self.run_judged("hits>=1000", "errors<1%")
        self.assert_ended(outcome, 99)
        self.assertIn("  FAIL  hits>=1000  20\n  ok    errors<1%   0%\n", outcome.stdout)
        self.assertTrue(outcome.stdout.endswith("\nFAILED: 1 of 2 thresholds crossed (exit code 99)\n"), str(outcome))
        self.assertEqual((result["verdict"], result["exit_code"]), ("failed", 99))
        self.assertEqual((result["thresholds"][0]["value"], result["thresholds"][0]["limit"]), (20, 1000))

    def test_the_graver_exit_code_counts(self):
        outcome, _ = self.run_judged("failures<1%", test="visits.Visits.fails")
        self.assert_ended(outcome, 99, "FAILED: 1 of 1 threshold crossed")
        outcome, _ = self.run_judged("failures<=100%", test="visits.Visits.fails")
        self.assert_ended(outcome, 1, "FAILED: 20 failures")
        outcome, _ = self.run_judged("failures<=100%", test="visits.Visits.fails", options=("--exit-code-on-failure", "0"))
        self.assert_ended(outcome, 0, "  ok    failures<=100%  100%")

    def test_a_stop_is_graver(self):
        before = self.target.answered()
        process = self.runner.start("visits.Visits.two_pages", "-d", "1m", *self.at_target(), "--threshold", "hits>=1000000")
        self.wait_until(lambda: self.target.answered() > before, "the run has begun")
        process.send_signal(signal.SIGINT)
        self.assert_ended(self.runner.finish(process), 130, "FAIL  hits>=1000000", "STOPPED by Ctrl-C")

    def test_no_data_is_not_passed_and_the_names_that_came_are_told(self):
        outcome, result = self.run_judged("p95{GET /index}<1s", "p50{GET/}<1s", "counter{searches}>=1")
        self.assert_ended(outcome, 99, "FAILED: 3 of 3 thresholds crossed")
        self.assertIn("  FAIL  p95{GET /index}<1s    no data\n        No request of that name came. Those that came: GET /.\n", outcome.stdout)
        self.assertIn("Did you mean GET /?", outcome.stdout)
        self.assertEqual([one["value"] for one in result["thresholds"]], [None] * 3)
        self.assertIn("GET /", result["thresholds"][0]["reason"])

    def test_a_name_may_be_copied_out_of_the_summary_which_aligns_names(self):
        outcome, _ = self.run_judged("max{GET  /}<1m")
        self.assert_ended(outcome, 0, "  ok    max{GET /}<1m")

    def test_counters_checks_and_trends_of_the_test(self):
        outcome, result = self.run_judged("counter{bought}>=3", "check{always}>=100%", "trend{items}.max<1000", test="judged.Figures.all", hits=3)
        self.assert_ended(outcome, 0)
        self.assertEqual([one["value"] for one in result["thresholds"]], [3, 100, 7.5])

    def test_a_misspelt_one_is_told_before_anything_is_sent(self):
        before = self.target.answered()
        for option, expression, complaint in (
                ("--threshold", "p95<500", '"500" lacks its unit: 500ms or 500s'),
                ("--threshold", "erors<1%", 'there is no metric "erors". Did you mean errors?'),
                ("--threshold", "errors<1% for 10s", '"for" goes with --abort-threshold'),
                ("--abort-threshold", "errors<1%", "Write errors<1% for 10s")):
            with self.subTest(expression):
                outcome = self.runner.run("visits.Visits.front_page", *self.at_target(), option, expression)
                self.assert_ended(outcome, 2, f"loads-runner: {option}: \"{expression}\": ", complaint, "[options]")
        self.assertEqual(self.target.answered(), before)

    def test_they_may_stand_in_the_environment_and_in_a_file(self):
        config = self.scratch() / "loads.ini"
        config.write_text("[loads]\nthreshold = hits>=1000\n            errors<1%\nfail-fast = true\n", encoding="utf-8")
        outcome = self.runner.run("visits.Visits.front_page", *self.at_target(), "--config", str(config))
        self.assert_ended(outcome, 99, "1 of 2 thresholds crossed")
        other = self.runner.with_environment(LOADS_OPT_THRESHOLD="hits>=1000\nhits>=2000")
        self.assert_ended(other.run("visits.Visits.front_page", *self.at_target()), 99, "2 of 2 thresholds crossed")

    def test_those_of_the_test_s_code_hold_beside_the_command_line_s(self):
        outcome, result = self.run_judged("errors<1%", test="judged.Judged.front_page", hits=3)
        self.assert_ended(outcome, 99, "FAILED: 1 of 3 thresholds crossed")
        self.assertEqual([one["expression"] for one in result["thresholds"]], ["hits>=1000", "p50<10s", "errors<1%"])
        # Of that class alone.
        outcome, result = self.run_judged(test="judged.Other.front_page", hits=3)
        self.assert_ended(outcome, 0)
        self.assertEqual(result["thresholds"], [])

    def test_one_of_the_code_s_that_is_misspelt_is_told_before_anything_is_sent(self):
        before = self.target.answered()
        outcome = self.runner.run("judged.Misspelt.front_page", *self.at_target())
        self.assert_ended(outcome, 3, 'a threshold of the test\'s code cannot be read: "p95<1": "1" lacks its unit', "[threshold]")
        self.assertEqual(self.target.answered(), before)

    def test_an_abort_threshold_ends_the_run(self):
        outcome, result = self.runner.measure("judged.Figures.pause_and_fail", "-u", "2", "-d", "1m", *self.at_target(),
                                              "--abort-threshold", "failures>50% for 2s")
        self.assert_ended(outcome, 99, "Aborting: failures>50% for 2s: 100%.")
        self.assertRegex(outcome.stdout, r"ABORTED after \d+% of the plan: failures>50% for 2s: 100% \(exit code 99\)\n$")
        self.assertEqual((result["run"]["ending"], result["run"]["abort_reason"]), ("aborted", "failures>50% for 2s: 100%"))
        self.assertEqual(result["verdict"], "failed")
        self.assertLess(result["run"]["duration"], 50)

    def test_a_run_that_stays_within_it_goes_on(self):
        outcome, result = self.runner.measure("visits.Visits.short_pause", "-d", "3s", *self.at_target(), "--abort-threshold", "errors>50% for 1s")
        self.assert_ended(outcome, 0, "it looks at the last 1s, and one bad second can be enough")
        self.assertEqual((result["run"]["ending"], result["run"]["abort_reason"]), ("completed", None))

    def test_neither_the_warm_up_nor_the_last_test_runs_are_a_silence_of_the_target(self):
        outcome, result = self.runner.measure("visits.Visits.two_pages", "-d", "6s", "--warm-up", "4s", *self.at_target(),
                                              "--abort-threshold", "hits<1 for 2s")
        self.assert_ended(outcome, 0)
        self.assertEqual(result["run"]["ending"], "completed")
        outcome, result = self.runner.measure("visits.Visits.long_pause", "-d", "1s", "--stop-timeout", "5s", *self.at_target(),
                                              "--abort-threshold", "hits<1 for 2s")
        self.assertEqual((outcome.exit_code, result["run"]["ending"]), (0, "completed"), str(outcome))

    def test_fail_fast_ends_the_run_with_the_first_failure(self):
        outcome, result = self.runner.measure("judged.Figures.pause_and_fail", "-d", "1m", *self.at_target(), "--fail-fast")
        self.assert_ended(outcome, 1)
        self.assertRegex(outcome.stdout, r"ABORTED after \d+% of the plan: \d+ failures?, --fail-fast \(exit code 1\)\n$")
        self.assertLess(result["run"]["duration"], 50)

    def test_observers_are_told(self):
        with observed.Webhook() as webhook:
            options = ("--observer", "webhook", "--observer-webhook-url", webhook.url)
            self.run_judged("hits>=1000", "errors<1%", options=options)
            self.runner.run("judged.Figures.pause_and_fail", "-d", "1m", *self.at_target(), "--fail-fast", *options)
            crossed, aborted = webhook.told()
        self.assertEqual((crossed["exit_code"], crossed["thresholds_crossed"], crossed["aborted"]), (99, ["hits>=1000: 20"], ""))
        self.assertEqual((aborted["state"], aborted["exit_code"], aborted["thresholds_crossed"]), ("stopped", 1, []))
        self.assertTrue(re.fullmatch(r"\d+ failures?, --fail-fast", aborted["aborted"]), aborted["aborted"])

    def test_the_result_is_as_the_schema_says(self):
        import jsonschema
        schema = json.loads((support.ROOT / "docs/schema/summary-1.json").read_text(encoding="utf-8"))
        _, judged = self.run_judged("p50<1us", "p99.9<1s", "rps>0", "unanswered<1%", "status_5xx<1")
        _, aborted = self.runner.measure("judged.Figures.pause_and_fail", "-d", "1m", *self.at_target(), "--fail-fast")
        for result in (judged, aborted):
            jsonschema.validate(result, schema)


if __name__ == "__main__":
    support.main()
