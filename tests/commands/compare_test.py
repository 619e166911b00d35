#!/usr/bin/env python3
"""Two runs side by side: real ones, of a target and of a slower one, and files that are none."""

import json
import unittest

import support

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = support.ROOT / "docs" / "schema" / "comparison-1.json"
SECONDS = "31"  # the fewest that intervals are told of are 30


class SlowTarget(support.Target):
    """Lets each answer wait."""

    def __init__(self, bin_dir, delay):
        super().__init__(bin_dir)
        self.command += ["--delay", delay]


class CompareTest(support.CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slow = SlowTarget(cls.bin_dir, "100ms")
        cls.slow.__enter__()
        cls.addClassCleanup(cls.slow.__exit__)
        folder = support.tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.files = support.pathlib.Path(folder.name)
        cls.make_runs()

    @classmethod
    def make_runs(cls):
        """Side by side: they wait nearly all of the time."""
        wanted = {"fast": (cls.target.url, "/slow/20", SECONDS), "again": (cls.target.url, "/slow/20", SECONDS),
                  "slower": (cls.slow.url, "/slow/20", SECONDS), "brief": (cls.target.url, "/slow/20", "2")}
        processes = {name: cls.runner.start(url + path, "-u", "2", "-d", seconds, "--quiet",
                                            "--json", str(cls.files / f"{name}.json"))
                     for name, (url, path, seconds) in wanted.items()}
        for name, process in processes.items():
            outcome = cls.runner.finish(process)
            if outcome.exit_code != 0:
                raise AssertionError(f"{name}\n{outcome}")
            cls.make_valid(cls.files / f"{name}.json")

    @staticmethod
    def make_valid(file):
        """Whatever the machine that made it was busy with: that is not what is compared here."""
        result = json.loads(file.read_text(encoding="utf-8"))
        result["validity"] = "valid"
        result["warnings"] = [warning for warning in result["warnings"] if warning["validity"] == "valid"]
        file.write_text(json.dumps(result), encoding="utf-8")

    def compare(self, a, b, *options):
        return self.runner.run("--compare", str(self.files / f"{a}.json"), str(self.files / f"{b}.json"), *options)

    def compare_as_json(self, a, b, *options):
        outcome = self.compare(a, b, *options, "--json", "-")
        result = json.loads(outcome.stdout)
        if jsonschema is not None:
            jsonschema.validate(result, json.loads(SCHEMA.read_text(encoding="utf-8")))
        return outcome, result, {figure["metric"]: figure for figure in result["figures"]}

    def test_a_slower_target_is_worse(self):
        outcome, result, figures = self.compare_as_json("fast", "slower")
        self.assert_ended(outcome, 0, "Comparing\n", "A and B had different plans: test.")
        for metric in ("p50", "mean", "rps"):
            self.assertEqual(figures[metric]["verdict"], "worse", result)
        self.assertGreater(figures["p50"]["low"], 100)  # percent: 20 ms have become 100 or more
        self.assertLess(figures["rps"]["high"], -30)
        self.assertEqual(figures["errors"]["change"], 0)
        self.assertEqual(result["exit_code"], 0)

    def test_worse_than_allowed_is_exit_code_99(self):
        outcome, result, figures = self.compare_as_json("fast", "slower", "--max-regression", "p50:20%", "--max-regression", "errors:1%")
        self.assert_ended(outcome, 99, "  FAIL  p50:20%", "  ok    errors:1%", "\nWORSE: 1 of 2 limits exceeded (exit code 99)\n")
        self.assertEqual((figures["p50"]["passed"], figures["errors"]["passed"], figures["p95"]["passed"]), (False, True, None))
        self.assertEqual(result["exit_code"], 99)

    def test_figures_that_are_invalid_are_not_judged(self):
        result = json.loads((self.files / "slower.json").read_text(encoding="utf-8"))
        result["validity"] = "invalid"
        (self.files / "doubtful.json").write_text(json.dumps(result), encoding="utf-8")
        limits = ("--max-regression", "p50:20%")
        outcome, result, _ = self.compare_as_json("fast", "doubtful", *limits, "--exit-code-on-invalid", "98")
        self.assert_ended(outcome, 98, "\nINVALID: limits cannot be judged by the figures of B (exit code 98)\n")
        self.assertEqual((result["exit_code"], result["a"]["validity"], result["b"]["validity"]), (98, "valid", "invalid"))
        self.assert_ended(self.compare("doubtful", "fast", *limits, "--exit-code-on-invalid", "42"), 42, "by the figures of A (exit code 42)")
        self.assert_ended(self.compare("fast", "doubtful", *limits, "--exit-code-on-invalid", "0"), 99, "WORSE: 1 of 1 limit exceeded")
        self.assert_ended(self.compare("fast", "doubtful"), 0, "the figures of B are invalid")

    def test_the_other_way_round_it_is_better(self):
        outcome, _, figures = self.compare_as_json("slower", "fast", "--max-regression", "p50:20%", "--max-regression", "rps:5%")
        self.assert_ended(outcome, 0)
        self.assertEqual((figures["p50"]["verdict"], figures["rps"]["verdict"]), ("better", "better"))

    def test_the_same_load_again_passes(self):
        outcome, result, figures = self.compare_as_json("fast", "again", "--max-regression", "p50:100%", "--max-regression", "errors:1%")
        self.assert_ended(outcome, 0)
        self.assertEqual(result["warnings"], [])
        self.assertLess(abs(figures["p50"]["change"]), 100)
        self.assertIsNotNone(figures["p50"]["low"])
        self.assertEqual([one["name"] for one in result["requests"]], ["GET /slow/20"])

    def test_text_fits_into_a_terminal_and_json_into_a_file(self):
        path = self.files / "comparison.json"
        outcome = self.compare("fast", "slower", "--json", str(path))
        self.assert_ended(outcome, 0)
        self.assertEqual([line for line in outcome.stdout.splitlines() if len(line) > 80], [])
        self.assertEqual(json.loads(path.read_text(encoding="utf-8"))["schema"], 1)

    def test_a_comparison_says_the_same_every_time(self):
        self.assertEqual(self.compare("fast", "again").stdout, self.compare("fast", "again").stdout)

    def test_short_runs_are_compared_but_not_judged(self):
        outcome = self.compare("brief", "brief")
        self.assert_ended(outcome, 0, "too short", "A and B are the same run.")
        outcome = self.compare("fast", "brief", "--max-regression", "p50:20%")
        self.assert_ended(outcome, 2, "  ?     p50:20%", "nothing can be said about p50 (too short)", "[no-interval]")

    def test_files_that_are_none(self):
        whole = (self.files / "fast.json").read_text(encoding="utf-8")
        for name, text, said in (("torn", whole[:len(whole) // 2], "it is no JSON, or not all of it."), ("empty", "", "it is no JSON"),
                                 ("other", '{"metrics": {"p95": 3}}', "it is JSON of something else."),
                                 ("future", whole.replace('"schema": 1', '"schema": 7', 1), "its schema is 7"),
                                 ("damaged", whole.replace('"success": ', '"success": -', 1), "it is damaged")):
            with self.subTest(name):
                (self.files / f"{name}.json").write_text(text, encoding="utf-8")
                outcome = self.compare("fast", name)
                self.assert_ended(outcome, 2, f"{name}.json cannot be compared: ", said, "[result]")
                self.assertEqual(outcome.stdout, "")

    def test_what_is_not_there(self):
        self.assert_ended(self.compare("fast", "nowhere"), 2, "there is no such file, and it is no name of a run", "[result]")
        self.assert_ended(self.runner.run("--compare", str(self.files), str(self.files)), 2, "it is a folder", "[result]")
        self.assert_ended(self.runner.run("--compare", "0123abcd", "0123abce"), 4, "[no-broker]")

    def test_options_that_make_no_sense(self):
        fast = str(self.files / "fast.json")
        for arguments, said in ((("--compare", fast), "it takes two runs, A and B"), (("--compare", fast, fast, "visits.Visits.front_page"), "--compare goes with no test"),
                                (("--compare", fast, fast, "--runs"), "--compare goes with no test"),
                                (("--compare", fast, fast, "--max-regression", "p95"), "Write METRIC:PERCENT%"),
                                (("--compare", fast, fast, "--max-regression", "p95:1%", "--max-regression", "p95:2%"), "two limits of p95"),
                                (("--compare", fast, fast, "--max-regression", "speed:1%"), "there is no metric"),
                                (("visits.Visits.front_page", "--max-regression", "p95:10%"), "--max-regression goes with --compare A B")):
            with self.subTest(arguments):
                self.assert_ended(self.runner.run(*arguments), 2, said, "[options]")


if __name__ == "__main__":
    support.main()
