#!/usr/bin/env python3
"""Tests that crash, hang, exit or print without end: the run ends in an error with a name, and the agent is the same as before."""

import os
import pathlib
import time
import unittest

import cluster

MOST_SECONDS = 25  # 10 of them until a module that hangs, or a loop, is given up
FAILURES = {  # of a module while it is loaded
    "throw": "only the console has what this needs",
    "crash": "segmentation fault (SIGSEGV) while console_only.so was loaded",
    "exit": "exit code 0",
    "hang": "was not loaded within 10s: its module hangs",
}


class BadModuleTest(cluster.FaultTest):
    @classmethod
    def setUpClass(cls):
        limits = ("--worker-memory", "1G", "--worker-processes", "100")
        cls.loads = cls.enterClassContext(cluster.Cluster(cls.bin_dir, cls.folder, agents=2, agent_options=lambda number: limits))

    def run_test(self, test, *arguments):
        before = self.target.answered()
        outcome = self.loads.load(test, "--server-url", self.target.url, *arguments).finish()
        self.assertLess(outcome.seconds, MOST_SECONDS, str(outcome))
        self.assertTrue(all(agent.is_alive() for agent in self.loads.agents), "an agent has died")
        self.loads.wait_for_agents()
        return before, outcome

    def assert_error(self, test, exit_code, *words, counted=True, least=1):
        before, outcome = self.run_test(test, "-u", "2", "-c", "5")
        self.assertEqual(outcome.exit_code, exit_code, str(outcome))
        for word in words:
            self.assertIn(word, outcome.stdout + outcome.stderr, str(outcome))
        if counted:
            hits = outcome.result["totals"]["hits"]
            self.assertTrue(least <= hits <= self.target.answered() - before <= 4, str(outcome))
        before, outcome = self.run_test("faulty.Faulty.visits", "-u", "3", "-c", "5")
        self.assert_equal_counts(outcome, before)

    def test_a_segmentation_fault(self):
        self.assert_error("faulty.Faulty.segmentation_fault", 3, "segmentation fault in test Faulty.segmentation_fault")

    def test_an_abort(self):
        self.assert_error("faulty.Faulty.aborts", 3, "abort in test Faulty.aborts")

    def test_an_exit(self):
        self.assert_error("faulty.Faulty.exits", 3, "exit() was called in test Faulty.exits")

    def test_a_loop_without_end(self):
        self.assert_error("faulty.Faulty.loops", 3, "Faulty.loops has kept its thread busy")

    def test_a_stack_overflow(self):
        self.assert_error("faulty.Faulty.overflows", 3, "stack overflow in test Faulty.overflows")

    def test_a_missing_symbol(self):
        self.assert_error("missing_symbol.MissingSymbol.visits", 3, "defined_nowhere", counted=False)

    def test_a_flood_on_stdout(self):
        _, outcome = self.run_test("faulty.Faulty.floods", "-c", "2")
        self.assertEqual(outcome.exit_code, 0, str(outcome))
        self.assertEqual(outcome.result["totals"]["hits"], 4, str(outcome))
        for agent in self.loads.agents:
            self.assert_grown_less(agent, 0, 64 << 20)

    def left(self):
        """Of what a test has started, wherever it is: all processes of this cluster have its folder in their environment."""
        known = {str(process.pid) for process in [self.loads.broker, *self.loads.agents]}
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if str(self.loads.home).encode() in (folder / "environ").read_bytes() and folder.name not in known:
                    yield folder.name
            except OSError:
                continue  # it has ended

    def assert_nothing_is_left(self):
        """Soon: one that is killed takes its time on a busy machine, and the agent looks again."""
        self.wait_until(lambda: not any(self.left()), "all that a test has started is gone", 10)

    def test_a_fork_bomb(self):
        self.assert_error("faulty.Faulty.forks", 5, "processes, and may be 100 (loads-agent --worker-processes)", least=0)
        self.assert_nothing_is_left()

    def test_a_process_that_leaves_its_session(self):
        _, outcome = self.run_test("faulty.Faulty.hides", "-c", "3")
        self.assertEqual(outcome.exit_code, 0, str(outcome))
        self.assert_nothing_is_left()

    @unittest.skipIf(os.environ.get("LOADS_FAULT_SANITIZED") == "1", "a sanitizer's own memory is beyond the limit")
    def test_an_allocation_of_10_gib(self):
        self.assert_error("faulty.Faulty.allocates", 5, "MiB of memory, and may take 1024 MiB", least=0)

    def test_a_module_that_does_not_load_at_the_agents(self):
        for how, words in FAILURES.items():
            with self.subTest(how):
                with open(f"{self.folder}/failure.txt", "w", encoding="utf-8") as file:
                    file.write(how)
                began = time.monotonic()
                _, outcome = self.run_test("console_only.ConsoleOnly.visits", "--include-file", "failure.txt")
                self.assertEqual(outcome.exit_code, 3, str(outcome))
                self.assertIn(words, outcome.stderr, str(outcome))
                self.assertIn("agent ", outcome.stderr, str(outcome))
                self.assertLess(time.monotonic() - began, MOST_SECONDS)
        self.assertEqual(self.target.answered(), 0, "nothing was sent")


if __name__ == "__main__":
    cluster.main()
