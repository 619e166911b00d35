#!/usr/bin/env python3
"""Processes of Python that are killed, crash, hang and stand still in a distributed run: the counts balance with the target's."""

import os
import signal
import time

import cluster
import support

USERS, SHARES, PROCESSES = 8, 3, 2


class PythonTest(cluster.FaultTest):
    def load(self, loads, test, seconds, *arguments):
        return loads.load(f"in_python.TestVisits.{test}", "--server-url", self.target.url, "-u", str(USERS), "-d", f"{seconds}s",
                          "--threads", str(PROCESSES), *arguments)

    def pythons(self, agent):
        """The processes of Python of the agent's worker, once they are all there."""
        found = []

        def all_there():
            found[:] = [pid for worker in agent.workers() for pid in support.children_of(worker)]
            return len(found) == PROCESSES
        self.wait_until(all_there, "the worker has its processes")
        return found

    def counts(self):
        return [self.answered_to(share) for share in range(SHARES)]

    def assert_named(self, outcome, agent, *words):
        summary = " ".join(outcome.stdout.split())
        self.assertIn(f"/{agent.pid}: ", summary, str(outcome))
        for word in words:
            self.assertIn(word, summary, str(outcome))

    def interrupt(self, loads, number, seconds=6):
        """Sends a signal to one of the processes of Python of one agent in the midst of a run; the outcome, and what is missing at most."""
        victim, before = loads.agents[1], self.target.answered()
        console = self.load(loads, "test_visits", seconds)
        self.wait_for_load(20)
        time.sleep(self.random.uniform(0, 1.5))
        os.kill(self.random.choice(self.pythons(victim)), number)
        outcome = console.finish()
        missing = self.assert_bracket(outcome, before, exit_code=3)
        self.assertTrue(victim.is_alive(), str(victim))
        loads.wait_for_agents()
        return outcome, missing, victim

    def test_one_process_is_killed(self):
        with self.cluster() as loads:
            for number in range(10 if cluster.LONG else 2):
                with self.subTest(number):
                    outcome, missing, victim = self.interrupt(loads, signal.SIGKILL)
                    self.assert_named(outcome, victim, f" of {PROCESSES} ended with signal 9 (Killed) in a test of in_python.TestVisits.test_visits")
                    self.assertLessEqual(missing, USERS, str(outcome))

    def test_one_process_stands_still(self):
        with self.cluster() as loads:
            outcome, missing, victim = self.interrupt(loads, signal.SIGSTOP)
            self.assert_named(outcome, victim, "was not heard of for 10 s, and was killed, in a test of in_python.TestVisits.test_visits")
            self.assertLessEqual(missing, USERS, str(outcome))

    def test_the_worker_is_killed(self):
        with self.cluster() as loads:
            victim = loads.agents[0]
            console = self.load(loads, "test_visits", 4)
            self.wait_for_load(20)
            left = self.pythons(victim)
            os.kill(victim.workers()[0], signal.SIGKILL)
            outcome = console.finish()
            self.assertLessEqual(self.assert_bracket(outcome), USERS, str(outcome))
            self.assert_named(outcome, victim, "its worker process ended: SIGKILL")
            self.assertFalse([pid for pid in left if os.path.exists(f"/proc/{pid}")])

    def test_the_agent_is_killed_and_started_again(self):
        with self.cluster() as loads:
            victim = loads.agents[0]
            console = self.load(loads, "test_visits", 5)
            self.wait_for_load(20)
            left, pid = self.pythons(victim), victim.pid
            victim.kill()
            self.wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in left), "its processes are gone")
            victim.start()
            outcome = console.finish()
            self.assertLessEqual(self.assert_bracket(outcome), USERS, str(outcome))
            self.assertRegex(outcome.stdout, rf"agent \S+/{pid}: ")

    def test_the_broker_is_killed(self):
        with self.cluster() as loads:
            console = self.load(loads, "test_visits", 6)
            self.wait_for_load(20)
            for _ in range(3):
                time.sleep(self.random.uniform(0.3, 1))
                loads.broker.kill()
                time.sleep(self.random.uniform(0, 0.4))
                loads.broker.start()
            self.assert_equal_counts(console.finish())

    def test_a_killed_worker_is_replaced(self):
        with self.cluster() as loads:
            console = self.load(loads, "test_visits", 14, "--worker-restart", "2")
            self.wait_for_load(20)
            for number in (0, 1):
                victims = [loads.agents[1].workers()[0], self.pythons(loads.agents[1])[0]]
                os.kill(victims[number], signal.SIGKILL)
                self.wait_until(lambda: set(loads.agents[1].workers()) - set(victims), "another worker is there")
                self.pythons(loads.agents[1])
                known = self.counts()
                self.wait_until(lambda: all(now > then + 20 for now, then in zip(self.counts(), known)), "each share goes on")
            outcome = console.finish()
            missing = self.assert_bracket(outcome, exit_code=3)
            self.assertLessEqual(missing, 2 * USERS, str(outcome))
            self.assertIn("another worker has gone on", " ".join(outcome.stdout.split()), str(outcome))
            self.assertGreater(min(self.counts()), 0.2 * max(self.counts()))

    def test_a_share_that_is_given_to_another_agent(self):
        with self.cluster(agents=SHARES + 1) as loads:
            console = loads.load("in_python.TestVisits.test_visits", "--server-url", self.target.url, "-u", str(USERS), "-d", "25s",
                                 "--threads", "2", "--rebalance", agents=SHARES)
            self.wait_until(lambda: all(self.counts()), "each share has begun")
            next(agent for agent in loads.agents if agent.workers()).kill()
            outcome = console.finish()
            self.assertRegex(outcome.stderr, r"agent \S+ goes on with the share of agent \S+ at 00:\d\d", str(outcome))
            self.assertGreater(min(self.counts()), 200, str(outcome))

    def test_a_crash_a_loop_and_an_exit(self):
        with self.cluster() as loads:
            for test, words in (("test_crashes", "segmentation fault in test TestVisits.test_crashes"),
                                ("test_loops", "TestVisits.test_loops has kept its thread busy"),
                                ("test_exits", "ended with exit code 0 in a test of in_python.TestVisits.test_exits")):
                with self.subTest(test):
                    before = self.target.answered()
                    outcome = self.load(loads, test, 5).finish()
                    self.assert_bracket(outcome, before, exit_code=3)
                    self.assertIn(words, " ".join(outcome.stdout.split()), str(outcome))
                    loads.wait_for_agents()


if __name__ == "__main__":
    cluster.main()
