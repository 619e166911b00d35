#!/usr/bin/env python3
"""The disk of an agent is full: nothing is lost as long as the agent lives, and its log says what would be if it did not."""

import time

import cluster
import small_disk


class AgentDiskTest(cluster.FaultTest):
    def on_small_disk(self):
        """A cluster whose first agent has one."""
        loads = self.cluster()
        folder = loads.home / "state/agent0"
        small_disk.mount(self, loads, folder)
        return loads, folder

    def test_full_from_the_first_second_of_a_run_on(self):
        loads, folder = self.on_small_disk()
        with loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "6s")
            self.wait_for_load(100)
            small_disk.fill(folder)
            self.assert_equal_counts(console.finish())
            self.assertRegex(loads.agents[0].logged(), r"run \w+ would not survive the agent's death: .*No space left on device")

    def test_full_while_the_broker_is_away(self):
        loads, folder = self.on_small_disk()
        with loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "6s")
            self.wait_for_load(100)
            ballast = small_disk.fill(folder)
            loads.broker.kill()
            time.sleep(3)
            ballast.unlink()
            time.sleep(1)
            loads.broker.start()
            self.assert_equal_counts(console.finish())

    def test_full_before_a_run(self):
        loads, folder = self.on_small_disk()
        with loads:
            ballast = small_disk.fill(folder)
            outcome = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "2s").finish()
            self.assertEqual(outcome.exit_code, 3, str(outcome))
            self.assertIn("No space left on device", outcome.stderr, str(outcome))
            self.assertEqual(self.target.answered(), 0)
            ballast.unlink()
            loads.wait_for_agents()
            self.assert_equal_counts(loads.load(f"{self.target.url}/", "-u", "2", "-c", "5").finish())


if __name__ == "__main__":
    cluster.main()
