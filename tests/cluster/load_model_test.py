#!/usr/bin/env python3
"""Load models over agents: a rate is dealt to them, what is of users is of each."""

import cluster
import support


class LoadModelTest(cluster.ClusterTest):
    def setUp(self):
        self.before = self.target.answered()

    def measure(self, *arguments):
        outcome, result = self.runner.measure("visits.Visits.front_page", *arguments, *self.at_target())
        self.assert_ended(outcome, 0)
        self.assertEqual(result["totals"]["hits"] + result.get("warm_up", {"hits": 0})["hits"], self.target.answered() - self.before, str(outcome))
        return outcome, result

    def test_a_rate_is_that_of_all_agents(self):
        outcome, result = self.measure("--rate", "150/s", "-d", "2s", "--agents", "4")
        self.assertEqual(support.due_runs(result), 300)
        self.assertEqual(result["service_time"]["count"], result["totals"]["hits"])
        self.assertIn("Plan: 150/s for 2s by 4 agents of visits.Visits.front_page", outcome.stderr)

    def test_poissons_sequence_is_the_same_for_any_number_of_agents(self):
        options = ("--rate", "150/s", "-d", "1s", "--arrivals", "poisson", "--seed", "11")
        counts = []
        for agents in ("1", "3", "5"):
            self.before = self.target.answered()
            counts.append(support.due_runs(self.measure(*options, "--agents", agents)[1]))
        self.assertEqual(len(set(counts)), 1, counts)

    def test_stages_of_users_are_of_each_agent(self):
        _, result = self.measure("--stages", "0s:2,1500ms:2", "--pacing", "100ms", "--agents", "3")
        self.assertEqual(result["totals"]["connections"], 6, "each user has one")
        self.assertGreater(max(window["users"] for window in result["per_second"]), 3)

    def test_the_warm_up_is_left_out_everywhere(self):
        outcome, result = self.measure("--rate", "100/s", "-d", "3s", "--warm-up", "1500ms", "--agents", "2")
        self.assertEqual(result["totals"]["hits"] + result["warm_up"]["hits"] + result["arrivals"]["missed"], 300)
        self.assertGreater(result["warm_up"]["hits"], 50)
        report = self.runner.run("--report", result["run"]["id"])
        self.assertIn(f"Warm-up: {result['warm_up']['hits']} hits", report.stdout)


if __name__ == "__main__":
    cluster.main()
