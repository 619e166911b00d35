#!/usr/bin/env python3
"""A worker or its agent is killed: what was counted is in the report, and the report says who is lacking and how much at most."""

import os
import signal
import time

import cluster


class WorkerKilledTest(cluster.FaultTest):
    def test_a_killed_worker_is_named_and_its_answers_are_bracketed(self):
        with self.cluster() as loads:
            for number in range(20 if cluster.LONG else 5):
                with self.subTest(number):
                    self.assert_killed_worker(loads)

    def assert_killed_worker(self, loads):
        before, users = self.target.answered(), 8
        victim, pid = loads.agents[self.random.randrange(3)], loads.agents[0].pid
        console = loads.load(f"{self.target.url}/slow/5", "-u", str(users), "-d", "3s")
        self.wait_for_load()
        time.sleep(self.random.uniform(0, 2.2))
        os.kill(victim.workers()[0], signal.SIGKILL)
        outcome = console.finish()
        missing = self.assert_bracket(outcome, before)
        self.assertLessEqual(missing, users, str(outcome))
        self.assertIn("INCOMPLETE", outcome.stdout)
        self.assertRegex(outcome.stdout, rf"agent \S+/{victim.pid}: its worker process ended: SIGKILL")
        self.assertEqual(outcome.result["run"]["ending"], "incomplete")
        self.assertEqual(loads.agents[0].pid, pid)
        self.assertLess(outcome.seconds, 10, str(outcome))


class AgentKilledTest(cluster.FaultTest):
    def test_an_agent_that_is_started_again_reports_what_it_had_measured(self):
        with self.cluster() as loads:
            for number in range(20 if cluster.LONG else 4):
                with self.subTest(number):
                    self.assert_restarted_agent(loads)

    def assert_restarted_agent(self, loads):
        before, users = self.target.answered(), 8
        victim = loads.agents[self.random.randrange(3)]
        console = loads.load(f"{self.target.url}/slow/5", "-u", str(users), "-d", "4s")
        self.wait_for_load()
        time.sleep(self.random.uniform(0, 2.5))
        victim_pid = victim.pid
        victim.kill()
        time.sleep(self.random.uniform(0, 0.5))
        victim.start()
        outcome = console.finish()
        missing = self.assert_bracket(outcome, before)
        self.assertLessEqual(missing, users, str(outcome))
        self.assertRegex(outcome.stdout, rf"agent \S+/{victim_pid}: ")
        self.assertLess(outcome.seconds, 12, str(outcome))
        loads.wait_for_agents()

    def test_an_agent_that_stays_away_is_named_and_the_run_ends(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "4s")
            self.wait_for_load()
            time.sleep(2.5)
            loads.agents[1].kill()
            outcome = console.finish()
            self.assertEqual(outcome.exit_code, 5, str(outcome))
            self.assertIn("INCOMPLETE", outcome.stdout)
            # What it did after its last batch is missing: that began at the second or third second of the run.
            self.assertRegex(outcome.stdout, rf"agent \S+/{loads.agents[1].pid}: lost after 00:0[0-3], what it did from then on is missing")
            self.assertLess(outcome.seconds, 40, str(outcome))
            self.assertLess(outcome.result["totals"]["hits"], self.target.answered(), str(outcome))


if __name__ == "__main__":
    cluster.main()
