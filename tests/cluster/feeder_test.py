#!/usr/bin/env python3
"""Data feeders at several agents: the file travels, and no two of them take the same row."""

import json
import os
import shutil

import cluster
import support


class FeederTest(cluster.ClusterTest):
    agents = 3

    def run_fed(self, test, *arguments, below=""):
        """Runs a test of the module fed, in a folder with data of 72 rows; gives the outcome, and how often each row was taken."""
        folder = self.scratch()
        (folder / below / "data").mkdir(parents=True)
        shutil.copy(support.HERE / "modules" / "fed.cpp", folder / below)
        (folder / below / "data/rows.csv").write_text("name\n" + "".join(f"{i}\n" for i in range(72)), encoding="utf-8")
        (folder / below / "data/rows.json").write_text(json.dumps([{"name": i} for i in range(72)]), encoding="utf-8")
        runner = support.Commands(self.bin_dir, str(folder)).with_environment(**self.runner.environment)
        outcome, result = runner.measure(test, "--agents", str(self.agents), *arguments, *self.at_target())
        return outcome, {request["name"]: request["hits"] for request in result["requests"]}

    def test_unique_rows_are_taken_once_by_all_agents(self):
        outcome, taken = self.run_fed("fed.Unique.visits", "--include-file", "data", "-u", "2:4", "-c", "3")
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.field("Success"), 54, str(outcome))
        self.assertEqual((len(taken), set(taken.values())), (54, {1}))

    def test_each_agent_takes_its_own_rows(self):
        outcome, taken = self.run_fed("fed.OfAgents.visits", "--include-file", os.path.join("data", "*.json"), "-c", "100")
        self.assert_ended(outcome, 0)
        self.assertEqual((len(taken), set(taken.values())), (72, {1}))

    def test_a_file_beside_a_test_in_another_folder_is_found(self):
        outcome, taken = self.run_fed("shop/fed.cpp:Unique.visits", "--include-file", "shop/data", "-c", "2", below="shop")
        self.assert_ended(outcome, 0)
        self.assertEqual((len(taken), set(taken.values())), (6, {1}))

    def test_a_file_that_was_not_taken_along_is_an_error_that_says_so(self):
        outcome, taken = self.run_fed("fed.Circular.visits", "-c", "2")
        self.assert_ended(outcome, 1)
        self.assertIn('no data file "data/rows.csv" (agents get it by --include-file): looked in', " ".join(outcome.stdout.split()))
        self.assertEqual((taken, outcome.field("Errors")), ({}, 3), str(outcome))


if __name__ == "__main__":
    cluster.main()
