#!/usr/bin/env python3
"""The network between the broker and its agents fails, with keys on every connection: nothing is lost, nothing is counted twice."""

import re
import subprocess
import tempfile
import time

import cluster
import network

PORT = 7780
PORTS = f"{PORT}-{PORT + 2}"
BROKER = f"tcp://{network.CENTRE}:{PORT}"
PARTITION = 90 if cluster.LONG else 8


class PartitionTest(cluster.FaultTest):
    target_options = (network.CENTRE, 0)

    @classmethod
    def setUpClass(cls):
        cls.network = cls.enterClassContext(network.Network(agents=3))
        cls.keys = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.keys_command("--keygen")
        cls.credentials = {name: cls.enroll(*name.split("-")) for name in ("agent-0", "agent-1", "agent-2", "runner-0")}

    @classmethod
    def keys_command(cls, *arguments):
        return subprocess.run([f"{cls.bin_dir}/loads-broker", "--keys", cls.keys, *arguments], check=True, stdout=subprocess.PIPE,
                              text=True).stdout

    @classmethod
    def enroll(cls, role, number):
        return re.search(r"Copy (\S+) to", cls.keys_command("--enroll", role, f"{role}{number}")).group(1)

    def cluster(self, **options):
        return super().cluster(broker_options=("--bind", BROKER, "--keys", self.keys), wrap=self.network.wrap,
                               agent_options=lambda number: ("--broker", BROKER, "--key", self.credentials[f"agent-{number}"]),
                               console_options=("--broker", BROKER, "--key", self.credentials["runner-0"]), **options)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.network.heal)

    def test_a_partition_of_each_kind(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", f"{PARTITION + 6}s", "--on-broker-loss", "continue")
            self.wait_for_load()
            time.sleep(1)
            self.network.drop(0, PORTS)
            self.network.drop(1, PORTS, outgoing=False)
            self.network.drop(2, PORTS, incoming=False)
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
            self.network.drop(1, PORTS)
            time.sleep(14)  # the broker has given it up by now
            self.network.heal()
            outcome = console.finish()
            self.assert_equal_counts(outcome)
            self.assertIn("lost agent", outcome.stderr, str(outcome))

    def test_a_network_that_loses_packets(self):
        with self.cluster() as loads:
            for number in range(3):
                self.network.drop(number, PORTS, what="numgen random mod 100 < 2")
            outcome = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "6s").finish()
            self.assert_equal_counts(outcome)
            self.assertLess(outcome.seconds, 10, str(outcome))


if __name__ == "__main__":
    cluster.main()
