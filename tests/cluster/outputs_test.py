#!/usr/bin/env python3
"""The files for other programs, of a run on agents: at its end, and of --report."""

import csv
import xml.etree.ElementTree

import cluster


class OutputsTest(cluster.ClusterTest):
    agents = 2

    def files(self, folder):
        return ("--csv", str(folder / "csv"), "--junit", str(folder / "junit"), "--hgrm", str(folder / "hgrm"), "--hlog", str(folder / "hlog"))

    def check(self, folder, hits):
        with open(folder / "csv_requests.csv", encoding="utf-8", newline="") as file:
            self.assertEqual([int(row["hits"]) for row in csv.DictReader(file)], [hits, hits])
        with open(folder / "csv_seconds.csv", encoding="utf-8", newline="") as file:
            self.assertEqual(sum(int(row["hits"]) for row in csv.DictReader(file)), hits)
        suite = xml.etree.ElementTree.parse(folder / "junit").getroot().find("testsuite")
        self.assertEqual([(case.get("name"), case.find("failure") is None) for case in suite.findall("testcase")],
                         [(self.target.url + "/", True), ("threshold hits>=1000000", False)])
        self.assertIn(f"Total count    = {hits:12}]", (folder / "hgrm").read_text(encoding="utf-8"))
        lines = [line.split(",")[0] for line in (folder / "hlog").read_text(encoding="utf-8").splitlines() if line[0] not in '#"']
        self.assertEqual([line.startswith("Tag=") for line in lines], [False, True] * 2, "two steps")

    def test_at_the_end_and_of_a_report(self):
        first, later = self.scratch(), self.scratch()
        outcome = self.runner.run(self.target.url + "/", "-u", "1:2", "-c", "20", "--agents", "2", "--threshold", "hits>=1000000",
                                  *self.files(first))
        self.assert_ended(outcome, 99)
        self.check(first, 120)
        self.assert_ended(self.runner.run("--report", self.run_of(outcome), *self.files(later)), 99)
        self.check(later, 120)
        for name in ("csv_requests.csv", "csv_seconds.csv", "hgrm", "hlog"):
            self.assertEqual((first / name).read_text(encoding="utf-8"), (later / name).read_text(encoding="utf-8"), name)

    def test_a_note_stays_with_its_run(self):
        outcome, result = self.runner.measure(self.target.url + "/", "--agents", "2", "--tag", "before the change")
        self.assert_ended(outcome, 0, "\nTag: before the change\n")
        self.assertEqual(result["run"]["tag"], "before the change")
        self.assertRegex(self.runner.run("--runs").stdout, rf"\n  {self.run_of(outcome)} .*  tag before the change\n")
        report, result = self.runner.measure("--report", self.run_of(outcome))
        self.assertIn("\nTag: before the change\n", report.stdout)
        self.assertEqual(result["run"]["tag"], "before the change")
        self.assert_ended(self.runner.run(self.target.url + "/", "--agents", "2", "--tag", "x" * 501), 2, "a note has 500 bytes at most")
        _, local = self.runner.measure(self.target.url + "/", "--tag", "here")
        self.assertEqual(local["run"]["tag"], "here")

    def test_a_file_that_cannot_be_written_starts_no_run(self):
        before = self.target.statistics()["requests"]
        outcome = self.runner.run(self.target.url + "/", "--agents", "2", "--junit", "/nosuch/file")
        self.assert_ended(outcome, 6, "cannot write /nosuch/file: No such file or directory.")
        self.assertEqual(self.target.statistics()["requests"], before)


if __name__ == "__main__":
    cluster.main()
