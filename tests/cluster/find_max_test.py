#!/usr/bin/env python3
"""--find-max over agents: each level is a run of the broker, shared by all of them."""

import signal

import cluster


class FindMaxTest(cluster.ClusterTest):
    agents = 2

    def test_a_search_over_two_agents_finds_the_target_s_capacity(self):
        outcome, result = self.runner.measure(self.target.url + "/work/4/20", "--agents", "2", "--find-max", "p90<300ms && errors<1%", "--rate",
                                              "100/s", "-d", "2s", "--warm-up", "500ms", "--precision", "20%")
        self.assert_ended(outcome, 0, "It holds ", "on 2 agents.")
        self.assertGreater(result["found"], 130, str(outcome))
        self.assertLess(result["found"], 250, str(outcome))
        self.assertEqual(result["plan"]["agents"], 2)
        # The broker keeps each of them.
        held = next(level["shown"] for level in result["levels"] if level["rate"] == result["found"])
        report, stored = self.runner.measure("--report", held["run"])
        self.assertEqual(stored["totals"]["test_runs"]["success"], held["test_runs"], str(report))

    def test_a_module_is_searched_and_ctrl_c_stops_the_run_that_goes_on(self):
        process = self.runner.start("visits.Visits.front_page", *self.at_target(), "--agents", "2", "--find-max", "p50<60s", "--rate", "20/s",
                                    "-d", "2s", "--warm-up", "0s")
        process.read_until("40/s held")  # so what 20/s came to is settled, on a busy machine too
        process.send_signal(signal.SIGINT)
        outcome = self.runner.finish(process)
        self.assert_ended(outcome, 130, "STOPPED by Ctrl-C. It held ")
        self.cluster.wait_for(self.runner, "Nothing is running")

    def test_too_few_agents_end_it_before_it_begins(self):
        outcome = self.runner.run(self.target.url + "/", "--agents", "3", "--find-max", "p50<60s", "-d", "1s")
        self.assert_ended(outcome, 5, "[not-enough-agents]")


if __name__ == "__main__":
    cluster.main()
