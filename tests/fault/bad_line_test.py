#!/usr/bin/env python3
"""Between the agents and everybody else is a bad line: frames are late, lost, doubled, and overtake each other. Nothing is lost, and the run
ends in time."""

import cluster
import network

DELAY, LOSS = 50, 2  # milliseconds, per cent
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


if __name__ == "__main__":
    cluster.main()
