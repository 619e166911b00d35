#!/usr/bin/env python3
"""What a console says of agents that are lost and of tests that crash."""

import os
import pathlib
import tempfile

import cluster


class LossTest(cluster.ClusterTest):
    agents = 2

    def tearDown(self):
        self.runner.run("--purge-broker")
        self.cluster.agents = [agent for agent in self.cluster.agents if agent.poll() is None]
        self.cluster.start_agents(self.agents - len(self.cluster.agents))
        self.cluster.wait_for(self.runner, "Nothing is running", rf"(?s)(?: free .*){{{self.agents}}}")

    def lose_an_agent(self, *arguments):
        """A run of two agents, one of which is killed; the outcome and the JSON result."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "result.json")
            before = self.target.answered()
            process = self.runner.start("visits.Visits.two_pages", "-u", "2", "-d", "15s", "--agents", "2", "--json", str(path), *self.at_target(),
                                        *arguments)
            self.wait_until(lambda: self.target.answered() > before + 120, "the broker has heard of the users")
            self.cluster.agents[0].kill()
            self.cluster.agents[0].wait()
            outcome = self.runner.finish(process)
            return outcome, cluster.support.json.loads(path.read_text(encoding="utf-8"))

    def test_a_lost_agent_makes_the_result_incomplete(self):
        outcome, result = self.lose_an_agent()
        self.assert_ended(outcome, 5, "lost agent ", " of 4 users gone.",
                          "waiting whether agents that are lost come back with what they have measured.", "Can these numbers be trusted?", "INCOMPLETE: agent ")
        self.assertEqual((result["verdict"], result["run"]["ending"], result["exit_code"]), ("incomplete", "incomplete", 5))
        self.assertEqual(sorted(agent["end"] for agent in result["agents"]), ["completed", "lost"])
        self.assertIn("lost-agent", [warning["id"] for warning in result["warnings"]])
        self.assert_ended(self.runner.run("--health-check"), 5, "1 lost")

    def test_lost_agents_may_be_tolerated(self):
        outcome, result = self.lose_an_agent("--tolerate-lost-agents")
        self.assert_ended(outcome, 0, "lost agent ", "Can these numbers be trusted?")
        self.assertEqual(result["verdict"], "passed")

    def test_a_crash_names_the_agent_and_the_test(self):
        outcome = self.runner.run("crashes.Crashes.null_dereference", "-u", "2", "-c", "5", "--agents", "2", *self.at_target())
        self.assert_ended(outcome, 3, "CRASHED after", os.uname().nodename + "/", "null_dereference")


if __name__ == "__main__":
    cluster.main()
