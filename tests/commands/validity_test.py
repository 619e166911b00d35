#!/usr/bin/env python3
"""Whether figures are to be believed: a generator that lacks a processor says so, a target that is slow, stalls or refuses is not taken for it."""

import os
import socket
import subprocess
import sys

import support

BURN = "while True: pass"
OWN_MACHINE = {"cpu-contention", "steal", "late-loop", "late-sends", "cpu", "packets-dropped"}  # what others that run here may bring about


class ValidityTest(support.CommandTest):
    def burn(self, core):
        process = subprocess.Popen(["taskset", "-c", str(core), sys.executable, "-c", BURN])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

    def measure_pinned(self, core, *arguments):
        """The generator has that core alone, and shares it with what else is there."""
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {core})
        try:
            return self.runner.measure(*arguments)
        finally:
            os.sched_setaffinity(0, before)

    def is_busy(self):
        """Whether others make doubtful what is measured here, by a target that is quick."""
        return any(self.runner.measure(self.target.url + "/", "--rate", "20/s", "-d", "3s")[1]["validity"] != "valid" for _ in range(5))

    def measure_believed(self, *arguments):
        """A result without a doubt: the target is not blamed on us. Measured again when the machine may have been busy just then, and on one
        that always is, with its doubts."""
        for _ in range(5):
            _, result = self.runner.measure(*arguments)
            doubts = {warning["id"] for warning in result["warnings"] if warning["validity"] != "valid"}
            self.assertLessEqual(doubts, OWN_MACHINE)
            if not doubts:
                self.assertEqual(result["validity"], "valid")
                return result
        self.assertTrue(self.is_busy(), f"of this target alone there are doubts: {result['warnings']}")
        return result

    def test_a_worker_on_a_busy_core_is_invalid(self):
        core = min(os.sched_getaffinity(0))
        for _ in range(3):
            self.burn(core)
        url = self.target.url + "/"
        outcome, result = self.measure_pinned(core, url, "-u", "20", "-d", "4s", "--threads", "1")
        self.assertEqual(result["validity"], "invalid", str(outcome))
        self.assertIn("cpu-contention", [warning["id"] for warning in result["warnings"]])
        self.assertIn("Can these numbers be trusted? INVALID", outcome.stdout)
        self.assert_ended(outcome, 0)  # nothing was to be judged
        outcome, result = self.measure_pinned(core, url, "-u", "20", "-d", "4s", "--threads", "1", "--threshold", "p95<60s",
                                          "--exit-code-on-invalid", "98")
        self.assert_ended(outcome, 98, "INVALID: thresholds cannot be judged by these numbers")
        outcome, _ = self.measure_pinned(core, url, "-u", "20", "-d", "4s", "--threads", "1", "--threshold", "p95<60s", "--exit-code-on-invalid", "0")
        self.assert_ended(outcome, 0)

    def test_a_slow_target_is_believed(self):
        self.measure_believed(self.target.url + "/slow/700", "-u", "10", "-d", "3s")
        result = self.measure_believed(self.target.url + "/slow/700", "--rate", "20/s", "-d", "3s", "--max-users", "5")
        self.assertEqual([warning["validity"] for warning in result["warnings"] if warning["id"] == "max-users"], ["valid"])

    def test_a_target_that_refuses_or_says_nothing_is_believed(self):
        with socket.socket() as closed, socket.socket() as silent:
            closed.bind(("127.0.0.1", 0))
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            for port in (closed.getsockname()[1], silent.getsockname()[1]):
                result = self.measure_believed(f"http://127.0.0.1:{port}/", "-u", "5", "-d", "3s", "--timeout", "1s")
                self.assertGreater(result["totals"]["no_answer"], 0)


if __name__ == "__main__":
    support.main()
