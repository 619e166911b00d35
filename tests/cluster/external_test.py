#!/usr/bin/env python3
"""--test-runner on agents: the runner travels by --include-file."""

import shutil

import cluster
import support

EXAMPLES = support.ROOT / "examples/external"


class ExternalTest(cluster.ClusterTest):
    agents = 2

    def setUp(self):
        home = self.scratch()
        shutil.copy(EXAMPLES / "runner.py", home)
        environment = self.runner.environment
        self.runner = support.Commands(self.bin_dir, str(home))
        self.runner.environment = environment
        self.before = self.target.answered()

    def run_test(self, *arguments):
        return self.runner.run("--test-runner", "/usr/bin/python3 runner.py {test}", "/", *self.at_target(), "--agents", "2", *arguments)

    def test_counts(self):
        outcome = self.run_test("-u", "2:3", "-c", "10", "--include-file", "runner.py")
        self.assert_ended(outcome, 0, "Plan: 2 agents x (2, 3 users) x 10 hits = 100 hits of /\n")
        self.assertEqual((outcome.field("Hits"), outcome.field("Success"), self.target.answered() - self.before), (100, 100, 100), str(outcome))

    def test_a_runner_that_was_not_taken_along(self):
        outcome = self.run_test()
        self.assert_ended(outcome, 1, "the process of a user ended with exit code 2")

    def test_a_command_that_agents_have_not(self):
        outcome = self.runner.run("--test-runner", "nothing-of-that-name {test}", "/", "--agents", "2")
        self.assert_ended(outcome, 3, "there is no program \"nothing-of-that-name\"", "[no-test-runner]")


if __name__ == "__main__":
    cluster.main()
