#!/usr/bin/env python3
"""A worker is killed: what it had counted is in the report, and the report says who is lacking and how much at most."""

import os
import signal
import time

import cluster


class WorkerKilledTest(cluster.FaultTest):
    def test_a_killed_worker_is_named_and_its_answers_are_bracketed(self):
        with self.cluster() as loads:
            for number in range(20 if cluster.LONG else 4):
                with self.subTest(number):
                    self.assert_killed_worker(loads)

    def assert_killed_worker(self, loads):
        before, users = self.target.answered(), 8
        victim = loads.agents[self.random.randrange(3)]
        console = loads.load(f"{self.target.url}/slow/5", "-u", str(users), "-d", "5s")
        self.wait_for_load()
        time.sleep(self.random.uniform(0, 1.8))
        os.kill(victim.workers()[0], signal.SIGKILL)
        outcome = console.finish()
        missing = self.assert_bracket(outcome, before)
        self.assertLessEqual(missing, users, str(outcome))
        self.assertIn("INCOMPLETE", outcome.stdout)
        self.assertRegex(outcome.stdout, rf"agent \S+/{victim.pid}: its worker process ended: SIGKILL")
        self.assertEqual(outcome.result["run"]["ending"], "incomplete")
        self.assertTrue(victim.is_alive(), str(victim))
        self.assertLess(outcome.seconds, 12, str(outcome))


if __name__ == "__main__":
    cluster.main()
