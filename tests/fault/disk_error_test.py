#!/usr/bin/env python3
"""The broker's disk fails at its journals: it acknowledges nothing that is not on the disk, says what is wrong, and nothing is lost."""

import os
import pathlib
import tempfile
import time

import cluster


class Disk:
    """Of a broker that preloads disk_errors."""

    def __init__(self, test):
        self.folder = pathlib.Path(test.enterContext(tempfile.TemporaryDirectory()))
        self.errors, self.synced = self.folder / "errors", self.folder / "synced"
        self.prefix = test.preloaded("disk_errors", FAULT_DISK_ERRORS=self.errors, FAULT_DISK_SYNCED=self.synced)
        self.fails("nothing")

    def fails(self, what):
        self.errors.write_text(what, encoding="ascii")

    def at_stake(self, state):
        """The journals below a state folder that are longer than what was synced of them: (path, bytes synced, bytes beyond)."""
        lines = self.synced.read_text(encoding="ascii").splitlines() if self.synced.exists() else []
        synced = {int(inode): int(size) for size, inode in map(str.split, lines)}
        found = [(journal, journal.stat()) for journal in state.glob("runs/*/*.journal")]
        sizes = [(journal, synced.get(status.st_ino, 0), status.st_size) for journal, status in found]
        return [(journal, size, written - size) for journal, size, written in sizes if written > size]

    def cut_power(self, state):
        """Leaves of each journal what was synced. How many bytes are gone."""
        lost = self.at_stake(state)
        for journal, size, _ in lost:
            os.truncate(journal, size)
        return sum(beyond for _, _, beyond in lost)


class DiskErrorTest(cluster.FaultTest):
    def test_an_error_has_a_name_and_costs_nothing(self):
        for what in ("write", "sync"):
            disk, before = Disk(self), self.target.answered()
            with self.subTest(what), self.cluster(wrap={"broker": disk.prefix}) as loads:
                console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "6s")
                self.wait_for_load(100)
                disk.fails(what)
                time.sleep(3)
                health = loads.run("--health-check")
                disk.fails("nothing")
                self.assertEqual(health.exit_code, 4, str(health))
                self.assertIn("Input/output error", health.stdout + health.stderr)
                self.assert_equal_counts(console.finish(), before)
                self.assertRegex(loads.broker.logged(), r"the figures of run \w+ cannot be read or written: .*Input/output error")
                self.assertIn("can be read and written again", loads.broker.logged())

    def test_a_list_of_runs_that_cannot_be_written(self):
        """What goes on goes on, and nothing new is begun."""
        disk = Disk(self)
        with self.cluster(wrap={"broker": disk.prefix}) as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "4s", agents=2)
            self.wait_for_load(100)
            disk.fails("store")
            refused = loads.load(f"{self.target.url}/", "-c", "1", agents=1).finish()
            self.assertEqual(refused.exit_code, 6, str(refused))
            self.assertIn("the broker cannot write to its disk", refused.stderr)
            self.wait_until(lambda: loads.run("--health-check").exit_code == 4, "the broker says that it is not well")
            health = loads.run("--health-check")
            self.assertRegex(health.stdout + health.stderr, "the records of runs cannot be read or written: .*disk I/O error")
            time.sleep(4)
            self.assertIsNone(console.process.poll(), "an end that is not on the disk is not told")
            disk.fails("nothing")
            self.assert_equal_counts(console.finish())
            self.wait_until(lambda: loads.run("--health-check").exit_code == 0, "the broker has noticed")

    def test_a_power_failure_while_the_disk_fails(self):
        for what in ("write", "sync", "short", "slow"):
            with self.subTest(what):
                disk = Disk(self)
                before, gone = self.target.answered(), 0
                with self.cluster(wrap={"broker": disk.prefix}) as loads:
                    console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "10s")
                    self.wait_for_load(100)
                    for _ in range(3):
                        disk.fails(what)
                        time.sleep(self.random.uniform(0.5, 1.5))
                        if what == "slow":
                            self.wait_until(lambda: disk.at_stake(loads.broker_state), "something is written and not synced")
                        loads.broker.kill()
                        gone += disk.cut_power(loads.broker_state)
                        disk.fails("nothing")
                        loads.broker.start()
                        time.sleep(self.random.uniform(0.5, 1))
                    self.assert_equal_counts(console.finish(), before)
                print(f"{what}: {gone} bytes had not come to the disk")
                if what == "slow":
                    self.assertGreater(gone, 0)


if __name__ == "__main__":
    cluster.main()
