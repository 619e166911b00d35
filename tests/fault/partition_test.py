#!/usr/bin/env python3
"""The network between the broker and its agents fails, with keys on every connection: nothing is lost, nothing is counted twice."""

import time

import cluster
import network

PARTITION = 90 if cluster.LONG else 8


class PartitionTest(network.NetworkTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.network.heal)

    def test_a_partition_of_each_kind(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", f"{PARTITION + 6}s", "--on-broker-loss", "continue")
            self.wait_for_load()
            time.sleep(1)
            self.network.drop(0, network.PORTS)
            self.network.drop(1, network.PORTS, outgoing=False)
            self.network.drop(2, network.PORTS, incoming=False)
            loads.wait_for_agents(3, state="suspect", seconds=10)
            time.sleep(PARTITION - 3)
            self.network.heal()
            outcome = console.finish()
            self.assert_equal_counts(outcome)
            self.assertLess(outcome.seconds, PARTITION + 6 + 8, str(outcome))

    def test_a_partition_over_the_end_of_the_plan(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "4s")
            self.wait_for_load()
            self.network.drop(1, network.PORTS)
            time.sleep(14)  # the broker has given it up by now
            self.network.heal()
            outcome = console.finish()
            self.assert_equal_counts(outcome)
            self.assertIn("lost agent", outcome.stderr, str(outcome))

    def test_a_network_that_loses_packets(self):
        with self.cluster() as loads:
            for number in range(3):
                self.network.drop(number, network.PORTS, what="numgen random mod 100 < 2")
            outcome = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "6s").finish()
            self.assert_equal_counts(outcome)
            self.assertLess(outcome.seconds, 15, str(outcome))


if __name__ == "__main__":
    cluster.main()
