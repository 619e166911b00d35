#!/usr/bin/env python3
"""Data feeders in runs of one machine: which rows are taken, how often, and what is said of files that are not right."""

import json
import shutil

import support

FED = support.HERE / "modules"


class FeederTest(support.CommandTest):
    def folder_with(self, module, rows=None, where="data"):
        """A folder with a module, and its data below `where`."""
        folder = self.scratch()
        shutil.copy(FED / f"{module}.cpp", folder)
        if rows is not None:
            (folder / where).mkdir()
            (folder / where / "rows.csv").write_text("name,word\n" + "".join(f"{i},x\n" for i in range(rows)), encoding="utf-8")
        return folder

    def assert_ended(self, outcome, exit_code, *texts):
        """The summary breaks long messages into lines, at any blank."""
        super().assert_ended(outcome, exit_code)
        said = " ".join((outcome.stdout + outcome.stderr).split())
        for text in texts:
            self.assertIn(text, said, str(outcome))

    def run_in(self, folder, *arguments):
        runner = support.Commands(self.bin_dir, str(folder)).with_environment(XDG_CACHE_HOME=self.runner.environment["XDG_CACHE_HOME"])
        outcome, result = runner.measure(*arguments, *self.at_target())
        return outcome, {request["name"]: request["hits"] for request in result["requests"] if request["name"].startswith("row ")}

    def test_a_file_beside_the_test_is_found_from_elsewhere(self):
        folder = self.folder_with("fed", rows=3)
        elsewhere = self.scratch()
        outcome, taken = self.run_in(elsewhere, f"{folder}/fed.cpp:Circular.visits", "-u", "2", "-c", "4")
        self.assert_ended(outcome, 0)
        self.assertEqual(taken, {"row 0": 4, "row 1": 2, "row 2": 2})

    def test_sequential_rows_end_their_users(self):
        outcome, taken = self.run_in(self.folder_with("fed", rows=3), "fed.Sequential.visits", "-u", "2", "-d", "1m")
        self.assert_ended(outcome, 0)
        self.assertEqual(taken, {"row 0": 2, "row 1": 2, "row 2": 2})
        self.assertEqual((outcome.field("Success"), outcome.field("Skipped")), (6, 2), str(outcome))

    def test_unique_rows_are_taken_once(self):
        folder = self.folder_with("fed", rows=50)
        outcome, taken = self.run_in(folder, "fed.Unique.visits", "-u", "1:5", "-c", "5")
        self.assert_ended(outcome, 0)
        self.assertEqual(len(taken), 30)
        self.assertEqual(set(taken.values()), {1})

    def test_unique_rows_that_are_used_up_are_errors(self):
        outcome, taken = self.run_in(self.folder_with("fed", rows=5), "fed.Unique.visits", "-u", "2", "-d", "1m")
        self.assert_ended(outcome, 1, "data/rows.csv has 5 rows for 2 users, and this user's are used up")
        self.assertEqual((len(taken), outcome.field("Errors")), (5, 2), str(outcome))

    def test_a_global_feeder(self):
        outcome, taken = self.run_in(self.folder_with("fed_by_a_global", rows=8), "fed_by_a_global", "-u", "2", "-c", "4")
        self.assert_ended(outcome, 0)
        self.assertEqual(set(taken.values()), {1})

    def test_a_file_that_is_missing(self):
        outcome, _ = self.run_in(self.folder_with("fed"), "fed.Circular.visits", "-u", "2", "-c", "5")
        self.assert_ended(outcome, 1, 'no data file "data/rows.csv" (agents get it by --include-file): looked in ')
        self.assertNotIn(" and in ", outcome.stdout, "both places are the same")
        self.assertEqual(outcome.field("Errors"), 2, str(outcome))

    def test_a_file_that_a_global_misses_is_found_out_before_anything_is_sent(self):
        folder = self.folder_with("fed_by_a_global")
        runner = support.Commands(self.bin_dir, str(folder))
        self.assert_ended(runner.run("fed_by_a_global", *self.at_target()), 3, 'no data file "data/rows.csv"')

    def test_a_ragged_file(self):
        folder = self.folder_with("fed", rows=2)
        with open(folder / "data/rows.csv", "a", encoding="utf-8") as file:
            file.write("only one\n")
        outcome, _ = self.run_in(folder, "fed.Circular.visits")
        self.assert_ended(outcome, 1, "data/rows.csv: line 4: 1 fields, and there are 2 columns")

    def test_rows_of_json(self):
        folder = self.folder_with("fed", rows=0)
        (folder / "data/rows.json").write_text(json.dumps([{"name": "a"}, {"name": 7}]), encoding="utf-8")
        outcome, taken = self.run_in(folder, "fed.OfAgents.visits", "-c", "9")
        self.assert_ended(outcome, 0)
        self.assertEqual(taken, {"row a": 1, "row 7": 1})


if __name__ == "__main__":
    support.main()
