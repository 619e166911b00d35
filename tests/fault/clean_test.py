#!/usr/bin/env python3
"""Nothing fails: run after run, the report says what the target has answered."""

import cluster


class CleanTest(cluster.FaultTest):
    def test_every_report_is_what_the_target_has_answered(self):
        with self.cluster() as loads:
            for number in range(20 if cluster.LONG else 6):
                with self.subTest(number):
                    before = self.target.answered()
                    users, hits = self.random.randrange(1, 20), self.random.randrange(1, 60)
                    outcome = loads.load(f"{self.target.url}/", "-u", str(users), "-c", str(hits)).finish()
                    self.assert_equal_counts(outcome, before)
                    self.assertEqual(outcome.result["totals"]["hits"], 3 * users * hits, str(outcome))

    def test_runs_by_time_and_several_at_once(self):
        with self.cluster(agents=4) as loads:
            consoles = [loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "2s", agents=2) for _ in range(2)]
            outcomes = [console.finish() for console in consoles]
            for outcome in outcomes:
                self.assertEqual(outcome.exit_code, 0, str(outcome))
            self.assertEqual(sum(outcome.result["totals"]["hits"] for outcome in outcomes), self.target.answered(), str(outcomes[0]))


if __name__ == "__main__":
    cluster.main()
