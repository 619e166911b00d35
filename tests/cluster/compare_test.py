#!/usr/bin/env python3
"""Runs that the broker has kept, beside each other and beside files."""

import json

import cluster


class CompareTest(cluster.ClusterTest):
    agents = 2

    def test_stored_runs_and_files_are_compared(self):
        path = self.scratch() / "first.json"
        first = self.runner.run(self.target.url + "/slow/20", "-u", "2", "-d", "31s", "--agents", "2", "--json", str(path))
        self.assert_ended(first, 0)
        run = self.run_of(first)
        brief = self.run_of(self.runner.run(self.target.url + "/slow/20", "-u", "2", "-c", "3", "--agents", "1"))

        outcome = self.runner.run("--compare", run, str(path), "--json", "-")
        self.assert_ended(outcome, 0, f"A  run {run}: ", "A and B are the same run.")
        self.assertEqual([figure["change"] for figure in json.loads(outcome.stdout)["figures"]], [0] * 8)
        self.assertNotIn("too short", outcome.stderr)

        outcome = self.runner.run("--compare", str(path), brief[:6])
        self.assert_ended(outcome, 0, f"B  run {brief}: ", "A and B had different plans: agents, steps.", "too short")

    def test_a_run_that_is_not_over_or_not_there(self):
        run = self.start_detached(self.target.url + "/slow/20", "-u", "1", "-d", "1m", "--agents", "1")
        self.assert_ended(self.runner.run("--compare", run, run), 2, "[still-running]")
        self.assert_ended(self.runner.run("--compare", "ffff0000", run), 2, "[no-such-run]")


if __name__ == "__main__":
    cluster.main()
