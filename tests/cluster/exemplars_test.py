#!/usr/bin/env python3
"""Single exchanges of a distributed run: those of all agents, whoever asks and whatever has happened to the broker."""

import cluster

TEST = "exemplars.Exemplars.of_each_agent"


class ExemplarsTest(cluster.ClusterTest):
    agents = 2

    def assert_those_of_both(self, exemplars):
        """The slowest of each agent, and what failed at each."""
        slow = [(each["name"], each["agent"]) for each in exemplars["slowest"] if each["name"].startswith("GET /slow/")]
        self.assertEqual(sorted(slow), [("GET /slow/400", 0)] * 2 + [("GET /slow/800", 1)] * 2)
        times = [each["time"] for each in exemplars["slowest"]]
        self.assertEqual(times, sorted(times, reverse=True))
        failed = {(each["name"], each["status"], each["agent"]) for each in exemplars["failed"]}
        self.assertEqual(failed, {("GET /status/503", 503, 0), ("GET /status/404", 404, 1)})

    def test_those_of_both_agents_are_in_the_report(self):
        outcome, result = self.runner.measure(TEST, "-u", "3", "-c", "4", "--agents", "2", *self.at_target())
        self.assert_ended(outcome, 1, "Exchanges worth a look")
        self.assert_those_of_both(result["exemplars"])
        names = {each["name"]: each["response_time"]["max"] for each in result["requests"]}
        for name in ("GET /slow/800", "GET /slow/400"):
            slowest = next(each for each in result["exemplars"]["slowest"] if each["name"] == name)
            self.assertAlmostEqual(slowest["time"], names[name], places=5)

    def test_they_outlive_the_broker(self):
        run = self.start_detached(TEST, "-u", "2", "-c", "8", "--agents", "2", *self.at_target())
        _, result = self.runner.measure("--attach", run)
        self.assert_those_of_both(result["exemplars"])
        self.cluster.kill_broker()
        self.cluster.start_broker()
        self.cluster.wait_for(self.runner, "2 agents registered")
        _, reported = self.runner.measure("--report", run)
        self.assertEqual(reported["exemplars"], result["exemplars"])


if __name__ == "__main__":
    cluster.main()
