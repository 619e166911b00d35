#!/usr/bin/env python3
"""A part of the cluster stands still for a while and goes on (SIGSTOP, SIGCONT): nothing is lost, and nothing grows meanwhile."""

import signal
import time

import cluster

MOST_GROWTH = 8 << 20  # bytes of the broker's memory


class StoppedTest(cluster.FaultTest):
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
            self.assertLess(loads.broker.rss() - before, MOST_GROWTH)
            self.assertIn("is back", outcome.stderr, str(outcome))

    def test_a_broker_that_stands_still_for_5_s(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "9s")
            self.wait_for_load()
            time.sleep(self.random.uniform(0.5, 1.5))
            before = loads.broker.rss()
            loads.broker.signal(signal.SIGSTOP)
            time.sleep(5)
            loads.broker.signal(signal.SIGCONT)
            outcome = console.finish()
            self.assert_equal_counts(outcome)
            self.assertLess(loads.broker.rss() - before, MOST_GROWTH)

    def test_a_console_that_stands_still(self):
        seconds = 30 if cluster.LONG else 8
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", f"{seconds + 1}s")
            self.wait_for_load()
            before = loads.broker.rss()
            console.signal(signal.SIGSTOP)
            time.sleep(seconds)
            console.signal(signal.SIGCONT)
            self.assert_equal_counts(console.finish())
            self.assertLess(loads.broker.rss() - before, MOST_GROWTH)


if __name__ == "__main__":
    cluster.main()
