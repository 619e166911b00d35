#!/usr/bin/env python3
"""The broker stays away: the load ends when it was told to, and what it was is reported to the next broker."""

import time

import cluster


class BrokerGoneTest(cluster.FaultTest):
    def seconds_of_load(self):
        """How long the target is asked from now on."""
        began = last = time.monotonic()
        count = self.target.answered()
        while time.monotonic() - last < 1.5:
            time.sleep(0.05)
            if (now := self.target.answered()) != count:
                count, last = now, time.monotonic()
        return last - began

    def assert_load_after_the_broker(self, duration, least, most, exit_code, *options):
        with self.cluster() as loads:
            run = loads.detach(f"{self.target.url}/slow/5", "-u", "4", "-d", duration, *options)
            self.wait_for_load()
            time.sleep(1)
            loads.broker.kill()
            seconds = self.seconds_of_load()
            self.assertTrue(least <= seconds <= most, f"the load went on for {seconds:.1f} s")
            loads.broker.start()
            loads.wait_for_agents()
            loads.wait_for_state(run, "finished", "incomplete")
            self.assert_equal_counts(loads.report(run), exit_code=exit_code)

    def test_the_load_ends_after_the_time_that_was_asked_for(self):
        self.assert_load_after_the_broker("60s", 2, 5, 5, "--on-broker-loss", "continue:3s")

    def test_the_load_ends_with_its_plan(self):
        self.assert_load_after_the_broker("4s", 2, 4.5, 0, "--on-broker-loss", "continue")


if __name__ == "__main__":
    cluster.main()
