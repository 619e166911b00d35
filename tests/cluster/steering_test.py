#!/usr/bin/env python3
"""The load of a run is changed while it goes on: --scale, --pause, --resume."""

import time

import cluster
import support

PYTHON = """
from loads.case import TestCase


class TestSite(TestCase):

    def test_get(self):
        self.session.get('/')
"""


class SteeringTest(cluster.ClusterTest):
    agents = 2

    def setUp(self):
        self.before = self.target.answered()

    def answered(self):
        return self.target.answered() - self.before

    def start_run(self, *arguments, test="visits.Visits.front_page"):
        name = self.start_detached(test, *arguments, *self.at_target(), "--agents", "2")
        self.wait_until(self.answered, "it has begun")
        return name

    def steer(self, *arguments, says):
        outcome = self.runner.run(*arguments)
        self.assert_ended(outcome, 0)
        self.assertRegex(outcome.stdout, rf"^Run [0-9a-f]{{8}}: {says} from 00:[01]\d on\.\n$")

    def assert_pause_holds(self):
        """From its instant on, which is soon: nothing is answered for half a second, nor after that."""
        def stands_still(seconds):
            before = self.answered()
            time.sleep(seconds)
            return self.answered() == before
        self.wait_until(lambda: stands_still(0.5), "the load is paused")
        self.assertTrue(stands_still(0.7), "it goes on by itself")

    def assert_due(self, result, runs, rate, outcome):
        """So many runs were to begin. A busy machine tells an agent late that the rate has changed, a pause or a share that was not heeded is more."""
        self.assertAlmostEqual(support.due_runs(result), runs, delta=rate / 2, msg=str(outcome))

    def end_of(self, name, exit_code=0):
        """The summary and the result of a run that is waited for."""
        outcome, result = self.runner.measure("--attach", name)
        self.assert_ended(outcome, exit_code)
        self.assertEqual(result["totals"]["hits"], self.answered(), str(outcome))
        return outcome, result

    def test_a_rate_pauses_and_goes_on(self):
        name = self.start_run("--rate", "100/s", "-d", "9s")
        self.steer("--pause", name, says="paused")
        self.assert_pause_holds()
        self.steer("--resume", says="100% of the plan")
        outcome, result = self.end_of(name)
        changes = result["run"]["load_changes"]
        self.assertEqual([change["factor"] for change in changes], [0, 1])
        pause = changes[1]["at"] - changes[0]["at"]
        self.assertGreater(pause, 1)
        self.assert_due(result, 100 * (9 - pause), 100, outcome)
        self.assertRegex(outcome.stdout, r"\nLoad changed: paused from 00:[01]\d on\n +100% of the plan from 00:[01]\d on\n")
        report = self.runner.run("--report", name)
        self.assertIn("Load changed: paused", report.stdout)

    def test_a_rate_is_scaled_by_all_agents_at_once(self):
        name = self.start_run("--rate", "100/s", "-d", "6s", "--arrivals", "constant")
        self.steer("--scale", "250%", name, says="250% of the plan")
        outcome, result = self.end_of(name)
        at = result["run"]["load_changes"][0]["at"]
        self.assert_due(result, 100 * at + 250 * (6 - at), 100, outcome)

    def test_users_become_more_and_fewer(self):
        name = self.start_run("-u", "2", "-d", "9s", "--pacing", "20ms")
        self.steer("--scale", "2", says="200% of the plan")
        time.sleep(2)
        self.steer("--scale", "0.5", says="50% of the plan")
        _, result = self.end_of(name)
        users = [window["users"] for window in result["per_second"]]
        self.assertGreater(max(users), 6, users)
        self.assertLess(users[-1], 3.5, users)

    def test_hits_are_all_done_after_a_pause(self):
        name = self.start_run("-u", "2", "-c", "40", "--pacing", "100ms")
        self.steer("--pause", name, says="paused")
        self.assert_pause_holds()
        paused = self.answered()
        outcome = self.runner.run("--scale", "2", name)
        self.assert_ended(outcome, 2, "it can be paused, not scaled", "[cannot-steer]")
        self.assertEqual(self.answered(), paused)
        self.steer("--resume", name, says="100% of the plan")
        _, result = self.end_of(name)
        self.assertEqual(result["totals"]["hits"], 2 * 2 * 40)

    def test_of_a_test_in_python(self):
        folder = self.scratch()
        (folder / "site_test.py").write_text(PYTHON, encoding="utf-8")
        name = self.start_run("--rate", "60/s", "-d", "9s", "--test-dir", str(folder), test="site_test.TestSite.test_get")
        self.steer("--pause", says="paused")
        self.assert_pause_holds()
        self.steer("--scale", "1.5", says="150% of the plan")
        outcome, result = self.end_of(name)
        (pause, _), (resumed, _) = ((change["at"], change["factor"]) for change in result["run"]["load_changes"])
        self.assert_due(result, 60 * pause + 90 * (9 - resumed), 60, outcome)

    def test_a_console_that_looks_on_says_so(self):
        console = self.runner.start("visits.Visits.front_page", "--rate", "50/s", "-d", "8s", "--agents", "2", *self.at_target())
        self.wait_until(self.answered, "it has begun")
        self.steer("--pause", says="paused")
        self.steer("--resume", says="100% of the plan")
        _, stderr = console.communicate(timeout=30)
        self.assertEqual(console.returncode, 0, stderr)
        self.assertRegex(stderr, r"(?s)load: paused from 00:[01]\d on\..*load: 100% of the plan from 00:[01]\d on\.")

    def test_of_a_run_of_a_command_nothing_can_be_changed(self):
        name = self.start_detached("any", "--test-runner", "sh -c 'sleep 30' {test}", "-u", "1", "-d", "30s", "--agents", "1")
        self.wait_until(lambda: " running " in self.runner.run("--runs").stdout, "it runs")
        self.assert_ended(self.runner.run("--pause", name), 2, "whose processes run by themselves", "[cannot-steer]")

    def test_of_several_runs_one_has_to_be_named(self):
        for _ in range(2):
            self.start_detached("visits.Visits.front_page", "-u", "1", "-d", "60s", *self.at_target(), "--agents", "1")
        for option in (("--pause",), ("--resume",), ("--attach",)):
            self.assert_ended(self.runner.run(*option), 2, "several runs go on: ", f"Say which: {option[0]} RUN.", "[which-run]")
        self.assert_ended(self.runner.run("--scale", "150%"), 2, "Say which: --scale FACTOR RUN.")
        outcome = self.runner.run(self.target.url + "/", "--agents", "1")
        self.assert_ended(outcome, 5, "Got: 2 (0 free, 2 busy with run ")
        self.assertRegex(outcome.stderr, r"\), run [0-9a-f]{8} \(")

    def test_what_makes_no_sense(self):
        self.assert_ended(self.runner.run("--pause"), 2, "Nothing is running on that broker", "[no-such-run]")
        self.assert_ended(self.runner.run("--scale", "0"), 2, "a load of 0 is --pause")
        self.assert_ended(self.runner.run("--scale", "much"), 2, "does not begin with a number")
        self.assert_ended(self.runner.run("--resume", "a.Test.test"), 2, "--resume: ", "is no run")
        self.assert_ended(self.runner.run("--pause", "--stop", "0a"), 2)
        name = self.start_run("-u", "1", "-c", "1")
        self.end_of(name)
        self.assert_ended(self.runner.run("--pause", name), 2, f"run {name} is finished", "[not-running]")


if __name__ == "__main__":
    cluster.main()
