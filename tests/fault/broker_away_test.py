#!/usr/bin/env python3
"""The broker is away for longer than an agent may keep each second of: what it has measured becomes less exact in time, and nothing else."""

import contextlib
import re
import signal
import time

import cluster
import small_disk

LIMIT = 4096  # bytes: some seconds
AWAY = 60 if cluster.LONG else 18


class BrokerAwayTest(cluster.FaultTest):
    def small_spools(self):
        return self.cluster(agents=2, agent_options=lambda number: ("--spool-limit", str(LIMIT)))

    def kept(self, loads):
        """What is on the first agent's disk of what it has measured: the names of the files, and how many bytes are in them."""
        names, size = set(), 0
        for file in (loads.home / "state/agent0/leases").glob("*/batches/*.journal"):
            with contextlib.suppress(FileNotFoundError):  # it may just be replaced
                size += file.stat().st_size
                names.add(file.name)
        return names, size

    def start(self, loads, seconds):
        run = loads.detach(f"{self.target.url}/slow/5", "-u", "4", "-d", f"{seconds}s", "--on-broker-loss", "continue")
        self.wait_for_load(200)
        return run

    def assert_coarse(self, outcome, agents=2):
        """Each agent says between when."""
        told = re.findall(r"agent (\S+): the broker did not take its figures for long: those between \d\d:\d\d and \d\d:\d\d "
                          r"have a resolution of (?:10s|1m|\d+m)", " ".join(str(outcome).split()))
        self.assertEqual(len(set(told)), agents, str(outcome))

    def report_of(self, loads, run):
        loads.wait_for_state(run, "finished", "incomplete", "stopped")
        return loads.report(run)

    def test_killed(self):
        with self.small_spools() as loads:
            run = self.start(loads, AWAY + 8)
            loads.broker.kill()
            most = 0
            for _ in range(AWAY):
                time.sleep(1)
                most = max(most, self.kept(loads)[1])
            print(f"at most {most} bytes on the disk")
            self.assertLess(most, 2 * LIMIT)
            loads.broker.start()
            outcome = self.report_of(loads, run)
            self.assert_equal_counts(outcome)
            self.assert_coarse(outcome)

    def test_stopped_and_continued(self):
        with self.small_spools() as loads:
            run = self.start(loads, AWAY + 8)
            loads.broker.signal(signal.SIGSTOP)
            time.sleep(AWAY)
            loads.broker.signal(signal.SIGCONT)
            outcome = self.report_of(loads, run)
            self.assert_equal_counts(outcome)
            self.assert_coarse(outcome)

    def test_an_agent_is_killed_meanwhile(self):
        with self.small_spools() as loads:
            run = self.start(loads, AWAY + 8)
            loads.broker.kill()
            time.sleep(AWAY)
            loads.agents[0].kill()
            time.sleep(0.5)
            loads.agents[0].start()
            time.sleep(1)
            loads.broker.start()
            loads.wait_for_state(run, "incomplete")
            outcome = loads.report(run)
            self.assert_bracket(outcome)
            self.assert_coarse(outcome)

    def test_the_agents_disk_is_full_meanwhile(self):
        loads = self.small_spools()
        folder = loads.home / "state/agent0"
        small_disk.mount(self, loads, folder)
        with loads:
            run = self.start(loads, AWAY + 8)
            ballast = small_disk.fill(folder)
            loads.broker.kill()
            time.sleep(AWAY - 5)
            ballast.unlink()
            time.sleep(5)
            loads.broker.start()
            outcome = self.report_of(loads, run)
            self.assert_equal_counts(outcome)
            self.assert_coarse(outcome)

    def test_of_what_the_broker_has_the_disk_is_cleared(self):
        with self.small_spools() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", f"{AWAY}s")
            self.wait_for_load()
            most, seen = 0, set()
            for _ in range(AWAY - 2):
                time.sleep(1)
                names, size = self.kept(loads)
                most, seen = max(most, size), seen | names
            print(f"at most {most} bytes on the disk, in {sorted(seen)}")
            self.assertLess(most, LIMIT)
            self.assertGreater(len(seen), 2)
            self.assert_equal_counts(console.finish())


if __name__ == "__main__":
    cluster.main()
