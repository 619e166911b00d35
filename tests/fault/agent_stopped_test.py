#!/usr/bin/env python3
"""An agent stands still for so long that the broker gives it up, and goes on (SIGSTOP, SIGCONT): nothing is lost."""

import signal
import time

import cluster

MOST_GROWTH = 8 << 20  # bytes of the broker's memory


class AgentStoppedTest(cluster.FaultTest):
    def test_an_agent_that_stands_still_for_20_s(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "23s")
            self.wait_for_load()
            time.sleep(self.random.uniform(0.5, 1.5))
            before = loads.broker.rss()
            loads.agents[0].signal(signal.SIGSTOP)
            time.sleep(20)
            loads.agents[0].signal(signal.SIGCONT)
            outcome = console.finish()
            self.assert_equal_counts(outcome)
            self.assert_grown_less(loads.broker, before, MOST_GROWTH)
            self.assertIn("is back", outcome.stderr, str(outcome))

    def load_of_one_that_stands_still(self, loads, agent):
        """A run that the broker gives to it, because it has not missed it yet. On a machine that is busy it has: then it is tried again."""
        for _ in range(5):
            agent.signal(signal.SIGSTOP)
            console = loads.load(f"{self.target.url}/", "-u", "8", "-c", "50")
            self.wait_until(lambda: ": preparing" in loads.broker.logged() or console.process.poll() is not None, "the order has come")
            if ": preparing" in loads.broker.logged():
                return console
            agent.signal(signal.SIGCONT)
            self.assertEqual(console.finish().exit_code, 5)
            loads.wait_for_agents()
        raise self.failureException("the broker always missed it before the order came")

    def test_an_agent_that_is_lost_before_the_start(self):
        with self.cluster(agents=2) as loads:
            console = self.load_of_one_that_stands_still(loads, loads.agents[1])
            loads.agents.append(loads.agent(2).start())
            outcome = console.finish()
            self.assert_equal_counts(outcome)
            self.assertEqual(outcome.result["totals"]["hits"], 2 * 8 * 50, str(outcome))
            self.assertIn("takes the place of agent", loads.broker.logged())
            loads.agents[1].signal(signal.SIGCONT)
            loads.wait_for_agents(3)
            again = loads.load(f"{self.target.url}/", "-u", "8", "-c", "50")
            self.assert_equal_counts(again.finish(), before=2 * 8 * 50)


if __name__ == "__main__":
    cluster.main()
