#!/usr/bin/env python3
"""The broker dies again and again, in the middle of its writes: what the agents have measured is in the report once."""

import time

import cluster

RUN_SECONDS = 60 if cluster.LONG else 24
KILLS = 32 if cluster.LONG else 16


class BrokerKilledTest(cluster.FaultTest):
    def tear_journals(self, loads):
        """What a power failure may leave: an unfinished record at the end of the last segment."""
        torn = 0
        for folder in loads.broker_state.glob("runs/*"):
            segments = sorted(folder.glob("*.journal"))
            if segments and self.random.random() < 0.6:
                with open(segments[-1], "ab") as segment:
                    segment.write(self.random.randbytes(self.random.randrange(1, 300)))
                torn += 1
        return torn

    def test_killed_many_times_with_torn_journals(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", f"{RUN_SECONDS}s")
            self.wait_for_load()
            end, torn = time.monotonic() + RUN_SECONDS - 2, 0
            for left in range(KILLS, 0, -1):
                time.sleep(self.random.uniform(0.2, 1.8) * max(0, end - time.monotonic()) / left / 1.5)
                loads.broker.kill()
                torn += self.tear_journals(loads)
                time.sleep(self.random.uniform(0, 0.4))
                loads.broker.start()
            outcome = console.finish()
            print(f"{KILLS} kills, {torn} torn journals, {outcome.result and outcome.result['totals']['hits']} hits")
            self.assertGreater(torn, 0)
            self.assert_equal_counts(outcome)
            self.assertLess(outcome.seconds, RUN_SECONDS + 10, str(outcome))

    def test_killed_around_the_start_and_the_end(self):
        for moment in ("start", "end"):
            for number in range(5 if cluster.LONG else 2):
                with self.subTest(f"{moment} {number}"), self.cluster(agents=2) as loads:
                    before = self.target.answered()
                    console = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "3s", "--wait-agents", "30s")
                    time.sleep(self.random.uniform(0, 0.5) + (0 if moment == "start" else 2.8))
                    loads.broker.kill()
                    self.tear_journals(loads)
                    time.sleep(0.3)
                    loads.broker.start()
                    self.assert_equal_counts(console.finish(), before)


if __name__ == "__main__":
    cluster.main()
