"""Thresholds that a class of Python names: they hold beside the command line's, on this machine and on agents."""

import sys
import unittest

from package_support import BIN_DIR, HERE, PythonTest

sys.path.insert(0, str(HERE.parent / "cluster"))

from cluster import Cluster  # noqa: E402

JUDGED = """
    from loads.case import TestCase

    class TestShop(TestCase):
        thresholds = ["hits>=1000", "p50{GET /}<10s"]

        def test_page(self):
            self.session.get("/")

    class TestOther(TestCase):
        def test_page(self):
            self.session.get("/")

    class TestDerived(TestShop):
        pass
"""


class ThresholdTest(PythonTest):
    def expressions(self, result):
        return [(one["expression"], one["passed"]) for one in result["thresholds"]]

    def judge(self, *arguments):
        return self.runner.measure(*arguments, "--server-url", self.target.url)

    def test_they_hold_beside_those_of_the_command_line(self):
        self.write(JUDGED)
        # Named in full nobody lists the module before it is run; as a class it is listed.
        for name in ("example.TestShop.test_page", "example.TestShop"):
            with self.subTest(name):
                outcome, result = self.judge(name, "-c", "5", "--threshold", "errors<1%")
                self.assertEqual(outcome.exit_code, 99, str(outcome))
                self.assertIn("FAILED: 1 of 3 thresholds crossed (exit code 99)", outcome.stdout)
                self.assertEqual(self.expressions(result), [("hits>=1000", False), ("p50{GET /}<10s", True), ("errors<1%", True)])

    def test_they_belong_to_their_class_and_to_those_that_derive_from_it(self):
        self.write(JUDGED)
        outcome, result = self.judge("example.TestOther.test_page")
        self.assertEqual((outcome.exit_code, result["thresholds"]), (0, []), str(outcome))
        outcome, result = self.judge("example.TestDerived.test_page")
        self.assertEqual((outcome.exit_code, len(result["thresholds"])), (99, 2), str(outcome))

    def test_on_agents_they_are_part_of_the_order(self):
        self.write(JUDGED)
        cluster = Cluster(BIN_DIR)
        self.addCleanup(cluster.stop)
        cluster.environment["PATH"] = self.runner.environment["PATH"]
        self.runner = self.runner.with_environment(**cluster.environment)
        cluster.start_broker()
        cluster.start_agents(2)
        cluster.wait_for(self.runner, "2 agents registered")
        outcome, result = self.judge("example.TestShop.test_page", "-c", "2", "--agents", "2")
        self.assertEqual(outcome.exit_code, 99, str(outcome) + str(cluster))
        self.assertEqual(self.expressions(result), [("hits>=1000", False), ("p50{GET /}<10s", True)])
        self.assertEqual(result["thresholds"][0]["value"], 4)
        report, later = self.runner.measure("--report", result["run"]["id"])
        self.assertEqual((report.exit_code, later["thresholds"]), (99, result["thresholds"]), str(report))

    def test_what_cannot_be_read_is_told_before_anything_is_sent(self):
        before = self.target.answered()
        for thresholds, complaint in (('["erors<1%"]', 'there is no metric "erors". Did you mean errors?'),
                                      ('"p95<1"', '"1" lacks its unit'),
                                      ("{'p95': 1}", "TestShop.thresholds is a list of texts"),
                                      ('["p95<1s\\n"]', "TestShop.thresholds is a list of texts")):
            for name in ("example.TestShop.test_page", "example.TestShop"):
                with self.subTest(thresholds, name=name):
                    self.write(JUDGED.replace('["hits>=1000", "p50{GET /}<10s"]', thresholds))
                    outcome = self.load(name, exit_code=3)
                    self.assertIn(complaint, outcome.stderr)
                    self.assertIn("[threshold]", outcome.stderr)
        self.assertEqual(self.target.answered(), before)

    def test_a_single_text_is_one_threshold(self):
        self.write(JUDGED.replace('["hits>=1000", "p50{GET /}<10s"]', '"hits<1000"'))
        outcome, result = self.judge("example.TestShop.test_page")
        self.assertEqual((outcome.exit_code, self.expressions(result)), (0, [("hits<1000", True)]), str(outcome))


if __name__ == "__main__":
    unittest.main()
