#!/usr/bin/env python3
"""Between the agents and everybody else is a bad line: frames are late, lost, doubled, and overtake each other. Nothing is lost, and the run
ends in time."""

import cluster
import network

DELAY, LOSS = 50, 2  # milliseconds, per cent
FAR = 250  # milliseconds, each way
SECONDS = 30 if cluster.LONG else 8


class BadLineTest(network.NetworkTest):
    make_network = network.BadNetwork

    def test_frames_are_late_lost_doubled_and_out_of_order(self):
        self.network.begin(self.random.randrange(1 << 32), DELAY, LOSS)
        self.addCleanup(lambda: print(self.network.end()))
        with self.cluster() as loads:
            outcome = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", f"{SECONDS}s").finish()
            self.assert_equal_counts(outcome)
            self.assertNotIn("lost", outcome.stderr, str(outcome))
            self.assertAlmostEqual(outcome.result["run"]["duration"], SECONDS, delta=1)

    def test_agents_that_are_far_away_know_the_brokers_clock_only_roughly(self):
        self.network.begin(self.random.randrange(1 << 32), FAR, 0)
        self.addCleanup(lambda: print(self.network.end()))
        with self.cluster() as loads:
            outcome = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "4s").finish()
            self.assert_equal_counts(outcome)
            doubt, = [warning for warning in outcome.result["warnings"] if warning["id"] == "clock-offset"]
            self.assertRegex(doubt["message"], r"could be told from the broker's by [1-9]\d\d ms only, and those of 2 others")
            self.assertEqual(doubt["validity"], "suspect", str(outcome))
            self.assertIn(outcome.result["validity"], ("suspect", "invalid"), f"a machine that is busy may add to it\n{outcome}")


if __name__ == "__main__":
    cluster.main()
