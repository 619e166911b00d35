#!/usr/bin/env python3
"""Thresholds of distributed runs: one verdict over all agents, the same for every console; and runs that end early without any."""

import cluster

import observed


class ThresholdTest(cluster.ClusterTest):
    agents = 2

    def wait_for_end(self, run, seconds=60):
        self.wait_until(lambda: "is not over" not in self.runner.run("--report", run).stderr, f"{run} is over", seconds)

    def start_failing(self, *arguments):
        return self.start_detached("judged.Figures.pause_and_fail", "-u", "2", "-d", "5m", "--agents", "2", *self.at_target(), *arguments)

    def test_the_figures_of_all_agents_are_judged_together(self):
        outcome, result = self.runner.measure("visits.Visits.front_page", "-c", "10", "--agents", "2", *self.at_target(),
                                              "--threshold", "hits>=20", "--threshold", "hits{GET /}>20")
        self.assert_ended(outcome, 99, "  ok    hits>=20        20\n  FAIL  hits{GET /}>20  20\n", "FAILED: 1 of 2 thresholds crossed (exit code 99)")
        self.assertEqual([one["value"] for one in result["thresholds"]], [20, 20])

    def test_the_run_carries_them_to_other_consoles(self):
        run = self.start_detached("judged.Judged.front_page", "-c", "10", "--agents", "2", *self.at_target(), "--threshold", "errors<1%")
        outcome = self.runner.run("--attach", run)
        self.assert_ended(outcome, 99, "FAILED: 1 of 3 thresholds crossed (exit code 99)")
        report, result = self.runner.measure("--report", run)
        self.assert_ended(report, 99, "FAILED: 1 of 3 thresholds crossed (exit code 99)")
        # The code's come first.
        self.assertEqual([(one["expression"], one["passed"]) for one in result["thresholds"]],
                         [("hits>=1000", False), ("p50<10s", True), ("errors<1%", True)])
        # Who looks at it later may ask for more.
        report, result = self.runner.measure("--report", run, "--threshold", "hits>=21", "--threshold", "errors<1%")
        self.assert_ended(report, 99, "FAILED: 2 of 4 thresholds crossed (exit code 99)")

    def test_a_detached_run_is_aborted_over_all_agents(self):
        run = self.start_failing("--abort-threshold", "failures>50% for 2s")
        self.wait_for_end(run)
        outcome, result = self.runner.measure("--report", run)
        self.assert_ended(outcome, 99)
        self.assertRegex(outcome.stdout, r"ABORTED after \d+% of the plan: failures>50% for 2s: 100% \(exit code 99\)\n$")
        self.assertEqual(result["run"]["ending"], "aborted")
        self.assertEqual([agent["end"] for agent in result["agents"]], ["stopped"] * 2)

    def test_a_broker_that_was_killed_aborts_it_too(self):
        before = self.target.answered()
        run = self.start_failing("--abort-threshold", "failures>50% for 4s", "--threshold", "hits>0")
        self.wait_until(lambda: self.target.answered() > before, "the run has begun")
        self.cluster.kill_broker()
        self.cluster.start_broker()
        self.cluster.wait_for(self.runner, "2 agents registered")
        self.wait_for_end(run)
        outcome = self.runner.run("--report", run)
        self.assert_ended(outcome, 99, "failures>50% for 4s: 100% (exit code 99)", "  ok    hits>0  ")
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome) + str(self.cluster))

    def test_fail_fast_ends_it_at_the_first_failure(self):
        outcome, result = self.runner.measure("judged.Figures.pause_and_fail", "-d", "5m", "--agents", "2", *self.at_target(), "--fail-fast")
        self.assert_ended(outcome, 1)
        self.assertRegex(outcome.stdout, r"ABORTED after \d+% of the plan: \d+ failures?, --fail-fast \(exit code 1\)\n$")
        self.assertEqual((result["run"]["ending"], result["exit_code"]), ("aborted", 1))

    def test_observers_are_told_by_the_broker(self):
        with observed.Webhook() as webhook:
            options = ("--observer", "webhook", "--observer-webhook-url", webhook.url)
            self.runner.run("visits.Visits.front_page", "-c", "10", "--agents", "2", *self.at_target(), "--threshold", "hits>20", *options)
            self.start_failing("--abort-threshold", "failures>50% for 2s", *options)
            self.wait_until(lambda: len(webhook.told()) == 2, "both are told", 60)
            self.runner.run("judged.Figures.pause_and_fail", "--agents", "2", *self.at_target(), "--exit-code-on-failure", "7", *options)
            self.wait_until(lambda: len(webhook.told()) == 3, "all three are told", 60)
            crossed, aborted, failed = webhook.told()
        self.assertEqual((crossed["state"], crossed["exit_code"], crossed["thresholds_crossed"]), ("finished", 99, ["hits>20: 20"]))
        self.assertEqual((failed["state"], failed["exit_code"]), ("finished", 7))
        # Its console takes figures as they are, however busy the machine was, and so do those who are told.
        self.assertEqual((aborted["state"], aborted["exit_code"], aborted["aborted"]), ("stopped", 99, "failures>50% for 2s: 100%"))

    def test_a_misspelt_one_of_the_code_s_is_told_before_anything_is_sent(self):
        outcome = self.runner.run("judged.Misspelt.front_page", "--agents", "2", *self.at_target())
        self.assert_ended(outcome, 3, "a threshold of the test's code cannot be read", "[threshold]")


if __name__ == "__main__":
    cluster.main()
