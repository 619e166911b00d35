#!/usr/bin/env python3
"""A broker that is killed under a run, and started anew: the console says so, and the figures are whole."""

import cluster


class RestartTest(cluster.ClusterTest):
    agents = 2

    def test_a_console_outlives_its_broker(self):
        before = self.target.answered()
        process = self.runner.start("visits.Visits.two_pages", "-u", "2", "-d", "14s", "--agents", "2", *self.at_target())
        self.wait_until(lambda: self.target.answered() > before + 10, "the run has begun")
        self.cluster.kill_broker()
        known = self.target.answered()
        process.read_until(r"^The broker does not answer; the run goes on at its agents\.\n")
        self.assertGreater(self.target.answered(), known, "the agents go on")
        self.cluster.start_broker()
        outcome = self.runner.finish(process)
        self.assert_ended(outcome, 0, "The broker is back.")
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome) + str(self.cluster))


if __name__ == "__main__":
    cluster.main()
