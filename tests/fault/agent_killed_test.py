#!/usr/bin/env python3
"""An agent is killed and started again: what its worker had counted is in the report, and the report says what is missing at most."""

import time

import cluster


class AgentKilledTest(cluster.FaultTest):
    def test_an_agent_that_is_started_again_reports_what_it_had_measured(self):
        with self.cluster() as loads:
            for number in range(20 if cluster.LONG else 3):
                with self.subTest(number):
                    self.assert_restarted_agent(loads)

    def assert_restarted_agent(self, loads):
        before, users = self.target.answered(), 8
        victim = loads.agents[self.random.randrange(3)]
        console = loads.load(f"{self.target.url}/slow/5", "-u", str(users), "-d", "6s")
        self.wait_for_load()
        time.sleep(self.random.uniform(0, 2.5))
        victim_pid = victim.pid
        victim.kill()
        time.sleep(self.random.uniform(0, 0.5))
        victim.start()
        outcome = console.finish()
        missing = self.assert_bracket(outcome, before)
        self.assertLessEqual(missing, users, str(outcome))
        self.assertRegex(outcome.stdout, rf"agent \S+/{victim_pid}: ")
        self.assertLess(outcome.seconds, 14, str(outcome))
        loads.wait_for_agents()


if __name__ == "__main__":
    cluster.main()
