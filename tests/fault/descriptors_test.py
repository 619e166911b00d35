#!/usr/bin/env python3
"""More peers come than the broker has file descriptors for: it lets nobody else in, says so, and goes on with those it has."""

import time
import unittest

import cluster
import peers

CROWD = 250


class DescriptorsTest(cluster.FaultTest):
    def assert_crowd_is_turned_away(self, limit):
        with self.cluster(wrap={"broker": ("prlimit", f"--nofile={limit}:{limit}")}) as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "9s")
            self.wait_for_load()
            crowd = peers.start("crowd.py", f"ipc://{loads.home}/loads/backend.ipc", str(CROWD))
            try:
                self.wait_until(lambda: "nobody else is let in" in loads.broker.logged(), "the broker has said what is wrong")
                began, used = time.monotonic(), loads.broker.cpu()
                time.sleep(4)
                share = (loads.broker.cpu() - used) / (time.monotonic() - began)
                print(f"limit {limit}: {share:.1%} of a core")
                self.assertLess(share, 0.2)
            finally:
                peers.finish(crowd)
            outcome = console.finish()
            self.assert_equal_counts(outcome)
            self.assertNotIn("lost", outcome.stderr, str(outcome))
            self.wait_until(lambda: "there are open files to spare again" in loads.broker.logged(), "the door is open again")
            loads.wait_for_agents()

    def test_a_limit_of_64(self):
        self.assert_crowd_is_turned_away(64)

    @unittest.skipUnless(cluster.LONG, "the way that it takes is that of the other")
    def test_a_limit_of_300(self):
        self.assert_crowd_is_turned_away(300)


if __name__ == "__main__":
    cluster.main()
