#!/usr/bin/env python3
"""--find-max: the highest rate at which conditions hold, of a target whose capacity is known, and why it is not told when it cannot be."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import support

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = support.ROOT / "docs" / "schema" / "capacity-1.json"
BURN = "while True: pass"
BRIEF = ("-d", "500ms", "--warm-up", "0s", "--rate", "20/s")

IN_PYTHON = """
    from loads.case import TestCase

    class TestSite(TestCase):
        def test_get(self):
            self.session.get('/slow/20')
"""


class FindMaxTest(support.CommandTest):
    def search(self, *arguments):
        outcome, result = self.runner.measure(*arguments)
        if jsonschema is not None:
            jsonschema.validate(result, json.loads(SCHEMA.read_text(encoding="utf-8")))
        self.assertEqual(result["exit_code"], outcome.exit_code, str(outcome))
        return outcome, result

    def test_the_capacity_of_a_target_is_found(self):
        # Four at a time for 20 ms each.
        outcome, result = self.search(self.target.url + "/work/4/20", "--find-max", "p90<300ms && errors<1%", "--rate", "150/s", "-d", "2s",
                                      "--warm-up", "500ms", "--precision", "15%")
        self.assert_ended(outcome, 0, f"\nIt holds {result['found']:.3g}/s (p90 ")
        # Others are at work on this machine, and the levels are brief.
        self.assertGreater(result["found"], 140, str(outcome))
        self.assertLess(result["found"], 250, str(outcome))
        held = next(level["shown"] for level in result["levels"] if level["rate"] == result["found"])
        self.assertIn("held: the highest" if held["validity"] == "valid" else "held, SUSPECT", outcome.stdout)
        self.assertEqual(result["end"], "found")
        self.assertEqual(result["bracket"]["held"], result["found"])
        self.assertLessEqual(result["bracket"]["failed"], 1.15 * result["found"] + 1)
        self.assertEqual(result["plan"]["conditions"], ["p90<300ms", "errors<1%", "failures<1%"])
        rates = [level["rate"] for level in result["levels"]]
        self.assertEqual(rates, sorted(rates))
        self.assertEqual(sum(level["tried"] for level in result["levels"]), len(result["runs"]))
        highest = result["levels"][-1]["shown"]
        self.assertFalse(highest["held"])
        self.assertLess(highest["requests_per_second"], 230, "it does not do more than it can")
        self.assertIn("150/s held: ", outcome.stderr)
        self.assertEqual([line for line in outcome.stdout.splitlines() if len(line) > 80], [])

    def test_a_target_of_which_not_even_the_lowest_level_holds(self):
        outcome, result = self.search(self.target.url + "/slow/100", "--find-max", "p50<20ms", *BRIEF)
        self.assert_ended(outcome, 99, "It does not hold even 20/s: p50 was 1", "(exit code 99)")
        self.assertEqual((result["end"], result["found"], result["bracket"]["failed"]), ("nothing_holds", None, 20))
        self.assertEqual([run["rate"] for run in result["runs"]], [20, 20], "it is tried twice")

    def test_who_refuses_is_named(self):
        outcome, result = self.search(self.target.url + "/status/503", "--find-max", "p50<1s", *BRIEF)
        self.assert_ended(outcome, 99)
        self.assertRegex(str(result["runs"][0]["reasons"]), r"'503 came \d+ times, at which the test does not look'")
        outcome, _ = self.search("http://127.0.0.1:9/", "--find-max", "errors<1%", *BRIEF)
        self.assert_ended(outcome, 99, "nothing was answered, ", "refused")

    def test_a_level_whose_runs_wait_for_users_does_not_hold(self):
        outcome, result = self.search(self.target.url + "/slow/400", "--find-max", "p50<60s", "--max-users", "2", *BRIEF)
        self.assert_ended(outcome, 99, "never began: all users that may be (--max-users 2) were at work")
        self.assertEqual(result["plan"]["max_users"], 2)

    def test_a_generator_that_gives_out_is_not_taken_for_the_target(self):
        core = min(os.sched_getaffinity(0))
        for _ in range(3):
            process = subprocess.Popen(["taskset", "-c", str(core), sys.executable, "-c", BURN])
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {core})
        try:
            outcome, result = self.search(self.target.url + "/", "--find-max", "p50<60s", "--rate", "20000/s", "-d", "4s", "--warm-up", "0s",
                                          "--max-users", "500", "--stop-timeout", "2s", "--threads", "1", "--exit-code-on-invalid", "98")
        finally:
            os.sched_setaffinity(0, before)
        self.assert_ended(outcome, 98, "INVALID", "The generator, not the target, gave out at 20000/s; use more agents")
        self.assertEqual((result["end"], result["found"]), ("generator", None))
        self.assertEqual({run["validity"] for run in result["runs"]}, {"invalid"})

    def test_ctrl_c_ends_it_with_what_is_known(self):
        path = self.scratch() / "search.json"
        process = self.runner.start(self.target.url + "/", "--find-max", "p50<60s", "--rate", "50/s", "-d", "1s", "--warm-up", "0s", "--json", str(path))
        process.read_until("100/s held")  # so what 50/s came to is settled, on a busy machine too
        process.send_signal(signal.SIGINT)
        outcome = self.runner.finish(process)
        self.assert_ended(outcome, 130, "STOPPED by Ctrl-C. It held ")
        result = json.loads(path.read_text(encoding="utf-8"))
        self.assertEqual((result["end"], result["found"]), ("stopped", None))
        self.assertGreaterEqual(result["bracket"]["held"], 50)

    def test_tests_of_every_kind_can_be_searched(self):
        home = self.scratch()
        (home / "shop.py").write_text(textwrap.dedent(IN_PYTHON), encoding="utf-8")
        runner = support.Commands(self.bin_dir, str(home))
        for what, where, arguments in (("C++", self.runner, ["visits.Visits.two_pages"]),
                                       ("Python", runner, ["--python", "/usr/bin/python3", "shop.TestSite.test_get"])):
            with self.subTest(what):
                outcome, result = where.measure(*arguments, *self.at_target(), "--find-max", "p50<1us", *BRIEF)
                self.assert_ended(outcome, 99, "It does not hold even 20/s: p50 was ")
                self.assertGreater(result["runs"][0]["test_runs"], 5, str(outcome))

    def test_a_failing_test_does_not_hold(self):
        outcome, _ = self.search("visits.Visits.fails", *self.at_target(), "--find-max", "p50<60s", *BRIEF)
        self.assert_ended(outcome, 99, "failures was 100%")

    def test_json_on_stdout_and_silence_beside_it(self):
        outcome = self.runner.run(self.target.url + "/slow/100", "--find-max", "p50<20ms", *BRIEF, "--json", "-", "--quiet")
        self.assertEqual(json.loads(outcome.stdout)["end"], "nothing_holds")
        self.assertTrue(outcome.stderr.startswith("Levels\n"), str(outcome))
        outcome = self.runner.run(self.target.url + "/slow/100", "--find-max", "p50<20ms", *BRIEF, "--output", "null", "--quiet")
        self.assertEqual((outcome.stdout, outcome.stderr), ("", ""))

    def test_what_would_be_searched_is_told_without_sending_anything(self):
        before = self.target.answered()
        outcome = self.runner.run(self.target.url + "/", "--find-max", "p99<250ms && errors<0.1%", "--dry-run")
        self.assert_ended(outcome, 0, "p99<250ms && errors<0.1% && failures<1%: from 20/s, 10s each after 2s of warm-up.\nNothing was sent.")
        self.assertEqual(self.target.answered(), before)

    def test_options_that_make_no_sense(self):
        for arguments, said in ((("--stages", "5s:10/s"), "--find-max and --stages exclude each other"), (("-c", "5"), "--hits"), (("--test-runner", "x {test}"), "--test-runner"),
                                (("--rate", "1/s"), "takes 100 values at least, and a level of 1/s and 10s does not bring as many"),
                                (("--json", "/nowhere/at/all.json"), "[unwritable]")):
            with self.subTest(arguments):
                outcome = self.runner.run(self.target.url + "/", "--find-max", "p99<1s", *arguments)
                self.assertIn(outcome.exit_code, (2, 6))
                self.assertIn(said, outcome.stderr)


if __name__ == "__main__":
    support.main()
