#!/usr/bin/env python3
"""The broker's disk is full for a while: it acknowledges nothing that it could not write, and nothing is lost."""

import os
import pathlib
import shutil
import subprocess
import time

import cluster

DISK = "8m"


class DiskFullTest(cluster.FaultTest):
    def small_disk(self, loads):
        """A small file system in place of the broker's state folder."""
        self.addCleanup(shutil.rmtree, loads.home, ignore_errors=True)  # which the cluster cannot, while something is mounted in it
        if os.geteuid() != 0:
            self.skipTest("only root can mount a small file system")
        loads.broker_state.mkdir(parents=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=700", "tmpfs", str(loads.broker_state)],
                                 stderr=subprocess.PIPE, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"no file system can be mounted here: {mounted.stderr}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(loads.broker_state)], check=False)

    def fill(self, disk):
        ballast = pathlib.Path(disk, "ballast")
        with open(ballast, "wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1 << 6, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    pass
        return ballast

    def run_on_full_disk(self, seconds, while_full):
        """A run whose disk is full from its first second on, until `while_full` is done. What the broker has logged."""
        loads = self.cluster()
        self.small_disk(loads)
        with loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", f"{seconds}s")
            self.wait_for_load()
            time.sleep(1)
            ballast = self.fill(loads.broker_state)
            while_full(loads)
            ballast.unlink()
            if not loads.broker.is_alive():
                loads.broker.start()
            self.assert_equal_counts(console.finish())
            return loads.broker.logged()

    def test_full_for_6_s(self):
        def while_full(loads):
            time.sleep(6)
            self.assertIn("cannot be read or written", loads.broker.logged())
            health = loads.run("--health-check")
            self.assertNotEqual(health.exit_code, 0, str(health))
            self.assertIn("cannot be read or written", health.stdout + health.stderr)

        self.assertIn("can be read and written again", self.run_on_full_disk(10, while_full))

    def test_full_beyond_the_end_of_the_plan(self):
        self.run_on_full_disk(4, lambda loads: time.sleep(6))

    def test_killed_while_it_is_full(self):
        def while_full(loads):
            time.sleep(2)
            loads.broker.kill()

        self.run_on_full_disk(7, while_full)


if __name__ == "__main__":
    cluster.main()
