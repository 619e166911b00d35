#!/usr/bin/env python3
"""The broker's disk is full for a while: it acknowledges nothing that it could not write, and nothing is lost."""

import time

import cluster
import small_disk


class DiskFullTest(cluster.FaultTest):
    def run_on_full_disk(self, seconds, while_full):
        """A run whose disk is full from its first second on, until `while_full` is done. What the broker has logged."""
        loads = self.cluster()
        small_disk.mount(self, loads, loads.broker_state)
        with loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", f"{seconds}s")
            self.wait_for_load()
            time.sleep(1)
            ballast = small_disk.fill(loads.broker_state)
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

    def test_a_broker_that_is_started_on_it(self):
        loads = self.cluster()
        small_disk.mount(self, loads, loads.broker_state)
        with loads:
            loads.broker.kill()
            ballast = small_disk.fill(loads.broker_state)
            loads.broker.start()
            self.assertEqual(loads.broker.process.wait(timeout=30), 6)
            self.assertRegex(loads.broker.logged(), rf"{loads.broker_state}\S*.*\bfull\b")
            ballast.unlink()
            loads.broker.start()
            loads.wait_for_agents()

    def test_killed_while_it_is_full(self):
        def while_full(loads):
            time.sleep(2)
            loads.broker.kill()

        self.run_on_full_disk(7, while_full)


if __name__ == "__main__":
    cluster.main()
