#!/usr/bin/env python3
"""An agent is killed for good: the run ends all the same, and the report says who is lacking, and since when."""

import time

import cluster


class AgentGoneTest(cluster.FaultTest):
    def test_an_agent_that_stays_away_is_named_and_the_run_ends(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "7s")
            self.wait_for_load()
            time.sleep(2.5)
            loads.agents[1].kill()
            outcome = console.finish()
            self.assertEqual(outcome.exit_code, 5, str(outcome))
            self.assertIn("INCOMPLETE", outcome.stdout)
            # What it did after its last batch is missing: that began at the second or third second of the run.
            self.assertRegex(outcome.stdout, rf"agent \S+/{loads.agents[1].pid}: lost after 00:0[0-3], what it did from then on is missing")
            self.assertLess(outcome.seconds, 40, str(outcome))
            self.assertLess(outcome.result["totals"]["hits"], self.target.answered(), str(outcome))


if __name__ == "__main__":
    cluster.main()
