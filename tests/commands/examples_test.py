#!/usr/bin/env python3
"""The examples do what they say, in a copy of their folder as a user would have it."""

import shutil

import support


class ExamplesTest(support.CommandTest):
    def run_example(self, hits, test, *arguments):
        """Runs a test of examples/, which has to make that many hits and to succeed."""
        folder = self.scratch()
        shutil.copytree(support.ROOT / "examples", folder / "examples")
        runner = support.Commands(self.bin_dir, str(folder / "examples")).with_environment(XDG_CACHE_HOME=self.runner.environment["XDG_CACHE_HOME"])
        before = self.target.answered()
        outcome = runner.run(test, *arguments, *self.at_target())
        self.assert_ended(outcome, 0)
        self.assertEqual((outcome.field("Hits"), self.target.answered() - before), (hits, hits), str(outcome))
        return outcome

    def test_app(self):
        self.run_example(1, "app.TestWebSite.test_something")
        self.run_example(10 * 10, "app.TestWebSite", "-u", "10", "-e", f"new_server={self.target.url}")  # 1 + 1 + 3 + 4 + 1 requests

    def test_app_without_a_server(self):
        folder = self.scratch()
        shutil.copy(support.ROOT / "examples/app.cpp", folder)
        outcome = support.Commands(self.bin_dir, str(folder)).run("app.TestWebSite.test_something", "-c", "2")
        self.assert_ended(outcome, 1, "app has no server to talk to: give")
        self.assertEqual((outcome.field("Hits"), outcome.field("Errors")), (0, 2), str(outcome))

    def test_feeder(self):
        self.run_example(6, "feeder.Login", "-u", "3", "-c", "2")


if __name__ == "__main__":
    support.main()
