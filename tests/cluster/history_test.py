#!/usr/bin/env python3
"""How a run went from its first second on: for consoles that come late, and after a restart of the broker too."""

import time

import cluster


class HistoryTest(cluster.ClusterTest):
    agents = 2

    def assert_whole(self, result, seconds):
        """The seconds have all that the run has, from the first one on, each about the same."""
        points = result["per_second"]
        self.assertEqual([point["start"] for point in points], [float(second) for second in range(len(points))])
        self.assertEqual({point["duration"] for point in points}, {1.0})
        self.assertEqual(sum(point["hits"] for point in points), result["totals"]["hits"])
        self.assertEqual(sum(point["no_answer"] for point in points), result["totals"]["no_answer"])
        self.assertGreaterEqual(len(points), seconds)
        lively = [point for point in points[:seconds] if point["hits"] > 0]
        self.assertGreaterEqual(len(lively), seconds - 1, f"a machine that stands still may leave one without\n{points}")
        for point in lively:
            self.assertGreater(point["users"], 0, point)
            self.assertGreater(point["p50"], 0.19, point)
            self.assertLessEqual(point["p50"], point["max"], point)

    def test_a_run_of_this_machine_has_it_too(self):
        outcome, result = self.runner.measure(self.target.url + "/slow/200", "-u", "4", "-d", "3s")
        self.assert_ended(outcome, 0)
        self.assert_whole(result, 3)
        self.assertAlmostEqual(result["per_second"][1]["users"], 4, delta=2)

    def test_a_console_that_comes_late_has_it_from_the_start(self):
        run = self.start_detached(self.target.url + "/slow/200", "-u", "4", "-d", "4s", "--agents", "2")
        time.sleep(2)
        outcome, result = self.runner.measure("--attach", run)
        self.assert_ended(outcome, 0)
        self.assert_whole(result, 4)
        self.assertAlmostEqual(result["per_second"][1]["users"], 8, delta=2)  # of both agents; a report that is late is longer than its second
        _, reported = self.runner.measure("--report", run)
        self.assertEqual(result["per_second"], reported["per_second"])

    def test_it_outlives_the_broker(self):
        before = self.target.answered()
        run = self.start_detached(self.target.url + "/slow/200", "-u", "4", "-d", "5s", "--agents", "2")
        self.wait_until(lambda: self.target.answered() > before + 20, "the run goes on")
        time.sleep(1.5)
        self.cluster.kill_broker()
        self.cluster.start_broker()
        self.cluster.wait_for(self.runner, "2 agents registered")
        outcome, result = self.runner.measure("--attach", run)
        self.assert_ended(outcome, 0)
        self.assert_whole(result, 5)
        self.assertEqual(result["totals"]["hits"], self.target.answered() - before)


if __name__ == "__main__":
    cluster.main()
