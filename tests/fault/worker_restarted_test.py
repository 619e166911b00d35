#!/usr/bin/env python3
"""A worker dies and is started again (--worker-restart): the share goes on, and the report says what was lost."""

import os
import signal
import time

import cluster

USERS = 8


class WorkerRestartedTest(cluster.FaultTest):
    def assert_worker_died(self, outcome, exit_code, *words):
        """Yet its share goes on, and is counted."""
        missing = self.assert_bracket(outcome, exit_code=exit_code)
        for word in words:
            self.assertIn(word, outcome.stdout, str(outcome))
        self.assertIn("another worker has gone on", outcome.stdout, str(outcome))
        return missing

    def assert_whole_load(self, per_share):
        """Of each share, and of the one whose worker died hardly less."""
        self.assertGreater(min(per_share), 0.6 * max(per_share), str(per_share))

    def test_a_killed_worker_is_replaced_twice(self):
        with self.cluster() as loads:
            console = loads.load("shares.Shares.visits", "--server-url", self.target.url, "-u", str(USERS), "-d", "9s", "--worker-restart", "2")
            self.wait_for_load()
            pids = set()
            for _ in range(2):
                time.sleep(self.random.uniform(0.5, 2))
                pid = loads.agents[1].workers()[0]
                pids.add(pid)
                os.kill(pid, signal.SIGKILL)
                self.wait_until(lambda: set(loads.agents[1].workers()) - pids, "another worker is there")
            outcome = console.finish()
            missing = self.assert_worker_died(outcome, 5, "its worker process ended: SIGKILL", f"/{loads.agents[1].pid}: ")
            self.assertLessEqual(missing, 2 * USERS, str(outcome))
            self.assert_whole_load([self.answered_to(share) for share in range(3)])
            self.assertLess(outcome.seconds, 14, str(outcome))
            loads.wait_for_agents()

    def test_the_last_worker_that_is_allowed_is_not_replaced(self):
        with self.cluster(agents=1) as loads:
            console = loads.load("shares.Shares.visits", "--server-url", self.target.url, "-u", "2", "-d", "20s", "--worker-restart", "1")
            self.wait_for_load()
            first = loads.agents[0].workers()[0]
            os.kill(first, signal.SIGKILL)
            self.wait_until(lambda: set(loads.agents[0].workers()) - {first}, "another worker is there")
            self.wait_for_load()
            os.kill(loads.agents[0].workers()[0], signal.SIGKILL)
            outcome = console.finish()
            self.assert_worker_died(outcome, 5, "its worker process ended: SIGKILL")
            self.assertLess(outcome.seconds, 15, "the rest of the plan was waited for")

    def test_a_test_that_crashes_its_worker_is_named(self):
        with self.cluster() as loads:
            console = loads.load("shares.Shares.crashes", "--server-url", self.target.url, "-u", str(USERS), "-d", "6s", "--worker-restart", "2")
            outcome = console.finish()
            self.assert_worker_died(outcome, 3, "segmentation fault in test Shares.crashes")
            # Each user of it makes a hundred runs in each of three workers.
            self.assertGreater(self.answered_to(1), 200, str(outcome))


if __name__ == "__main__":
    cluster.main()
