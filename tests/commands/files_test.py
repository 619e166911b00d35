#!/usr/bin/env python3
"""The files for other programs, read by such programs: what they say is what the JSON result of the same run says."""

import base64
import csv
import json
import os
import re
import shutil
import subprocess
import unittest
import urllib.parse
import xml.etree.ElementTree
import zlib

import support

JUNIT_SCHEMA = support.ROOT / "docs" / "schema" / "junit.xsd"
HDR_JAR = "/usr/share/java/hdrhistogram.jar"  # Debian's libhdrhistogram-java
HAS_HDR = shutil.which("java") is not None and os.path.exists(HDR_JAR)


def rows_of_distribution(text):
    """(value, percentile, count) of each row of HdrHistogram's text."""
    return [tuple(float(word) for word in line.split()[:3]) for line in text.splitlines() if re.match(r" +\d", line)]


class FilesTest(support.CommandTest):
    def run_with_files(self, *arguments):
        """The outcome, the JSON result, and the folder with a file of each kind."""
        folder = self.scratch()
        outcome = self.runner.run(*arguments, "--json", str(folder / "json"), "--csv", str(folder / "csv"), "--junit", str(folder / "junit"),
                                  "--hgrm", str(folder / "hgrm"), "--hlog", str(folder / "hlog"))
        with open(folder / "json", encoding="utf-8") as file:
            return outcome, json.load(file), folder

    def steps(self):
        return self.run_with_files("figures.Figures.statuses", "-u", "1:2", "-c", "30", *self.at_target())

    def test_csv_of_requests_is_what_json_says(self):
        _, result, folder = self.steps()
        with open(folder / "csv_requests.csv", encoding="utf-8", newline="") as file:
            rows = {row["name"]: row for row in csv.DictReader(file, strict=True)}
        self.assertEqual(list(rows), ["all", *(request["name"] for request in result["requests"])])
        self.assertEqual(int(rows["all"]["hits"]), result["totals"]["hits"])
        self.assertAlmostEqual(float(rows["all"]["rps"]), result["totals"]["requests_per_second"], 2)
        for request in result["requests"]:
            row = rows[request["name"]]
            self.assertEqual((int(row["hits"]), int(row["successful"])), (request["hits"], request["response_time"]["count"]))
            for figure in ("mean", "min", "p50", "p95", "p99_9", "max"):
                value = request["response_time"][figure]
                self.assertAlmostEqual(float(row[figure]) if row[figure] else None, value, 6, msg=figure) if value is not None else (
                    self.assertEqual(row[figure], ""))

    def test_csv_of_seconds_is_what_json_says(self):
        _, result, folder = self.run_with_files(self.target.url + "/", "-d", "2s", "-u", "2")
        with open(folder / "csv_seconds.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        # A machine that stands still for a second leaves one without answers, and without percentiles.
        self.assertEqual([(float(row["time"]), int(row["hits"]), float(row["p99"]) if row["p99"] else None) for row in rows],
                         [(second["start"], second["hits"], second["p99"]) for second in result["per_second"]])
        self.assertEqual(sum(int(row["hits"]) for row in rows), result["totals"]["hits"])

    def check_junit(self, path):
        if shutil.which("xmllint") is None:
            self.skipTest("xmllint (Debian: libxml2-utils) is not here")
        checked = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", JUNIT_SCHEMA, path], capture_output=True, text=True, timeout=60)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        return xml.etree.ElementTree.parse(path).getroot()

    def test_junit_of_every_ending_is_valid(self):
        at = self.at_target()
        for arguments, trouble in (((self.target.url + "/?a=1&b=2",), None), (("visits.Visits.fails", "-c", "3", *at), "failure"),
                                   (("crashes.Crashes.aborts", "-c", "5", *at), "error"), (("crashes.Crashes.throws_int", *at), "failure"),
                                   (("http://127.0.0.1:1/",), "failure")):
            with self.subTest(arguments):
                outcome, _, folder = self.run_with_files(*arguments)
                suite = self.check_junit(folder / "junit").find("testsuite")
                found = [child.tag for child in suite.find("testcase") if child.tag != "system-out"]
                self.assertEqual(found, [trouble] if trouble else [], str(outcome))
                self.assertIn("\nHits: ", suite.find("testcase").find("system-out").text)
                self.assertEqual((suite.get("failures"), suite.get("errors")),
                                 ("1" if trouble == "failure" else "0", "1" if trouble == "error" else "0"))

    def hdr(self, path, *arguments):
        """What HdrHistogram's own reader of logs says."""
        if not HAS_HDR:
            self.skipTest("HdrHistogram's log reader (Debian: libhdrhistogram-java, and a java) is not here")
        command = ["java", "-cp", HDR_JAR, "org.HdrHistogram.HistogramLogProcessor", "-i", path, "-outputValueUnitRatio", "1000", *arguments]
        read = subprocess.run(command, capture_output=True, text=True, timeout=120)
        self.assertEqual((read.returncode, read.stderr), (0, ""))
        return read.stdout

    def test_the_log_has_both_steps_and_the_distribution_is_that_of_hdrhistogram(self):
        _, result, folder = self.steps()
        text = self.hdr(folder / "hlog")
        ours, theirs = rows_of_distribution((folder / "hgrm").read_text(encoding="utf-8")), rows_of_distribution(text)
        self.assertEqual(len(ours), len(theirs))
        for row, other in zip(ours, theirs):
            self.assertEqual(row[2], other[2])
            self.assertAlmostEqual(row[1], other[1], 11)
            self.assertAlmostEqual(row[0], other[0], delta=other[0] / 1000 + 0.001, msg="three digits: our longest one is exact")
        self.assertIn(f"Total count    = {result['response_time']['count']:12}]", text)
        self.assertAlmostEqual(ours[-1][0], result["response_time"]["max"] * 1000, 3)

    def test_two_results_do_not_go_to_one_file(self):
        folder = self.scratch()
        outcome = self.runner.run(self.target.url + "/", "--csv", str(folder / "x"), "--hgrm", str(folder / "x_requests.csv"))
        self.assert_ended(outcome, 2, "two results would be written to", "x_requests.csv", "[options]")
        self.assert_ended(self.runner.run(self.target.url + "/", "--junit", "/dev/null", "--hgrm", "/dev/null"), 0)

    def test_the_log_is_tagged_with_names(self):
        _, result, folder = self.steps()
        for request in result["requests"]:
            if request["response_time"]["count"] > 0:
                text = self.hdr(folder / "hlog", "-tag", urllib.parse.quote(request["name"], safe="/?=&:"))
                self.assertIn(f"Total count    = {request['response_time']['count']:12}]", text)

    def test_the_log_holds_the_histograms_of_the_json_result(self):
        """Without HdrHistogram: an interval's histogram is zlib's stream of what JSON has, but for our own sums."""
        _, result, folder = self.run_with_files(self.target.url + "/", "-c", "50")
        lines = (folder / "hlog").read_text(encoding="utf-8").splitlines()
        start, length, longest, packed = next(line for line in lines if line[0].isdigit()).split(",")
        self.assertAlmostEqual(float(longest), result["response_time"]["max"] * 1000, 3)
        histogram = zlib.decompress(base64.b64decode(packed)[8:])
        self.assertEqual(histogram, base64.b64decode(result["response_time"]["histogram"])[:-24])

    def test_every_file_says_what_the_figures_are_worth(self):
        """A test that keeps its thread to itself makes them invalid. Each file is read by who reads such files."""
        judged = ("--threshold", "max<60s", "--threshold", "hits>=1")
        for arguments, validity, trouble, code in (((self.target.url + "/", "-c", "20", *judged), "suspect", [], 0),
                                                   (("figures.Figures.hogs", "-d", "3s", *self.at_target(), *judged,
                                                     "--exit-code-on-invalid", "42"), "invalid", ["error"], 42)):
            with self.subTest(validity):
                outcome, result, folder = self.run_with_files(*arguments)
                self.assert_ended(outcome, code)
                self.assertEqual(result["validity"], validity)
                for name in ("csv_requests.csv", "csv_seconds.csv"):
                    with open(folder / name, encoding="utf-8", newline="") as file:
                        self.assertEqual({row["validity"] for row in csv.DictReader(file)} | {validity}, {validity})
                suite = self.check_junit(folder / "junit").find("testsuite")
                self.assertEqual({one.get("name"): one.get("value") for one in suite.find("properties")}["validity"], validity)
                test, *thresholds = suite.findall("testcase")
                self.assertEqual([child.tag for child in test if child.tag != "system-out"], trouble)
                self.assertEqual([[child.tag for child in one] for one in thresholds], [["skipped"] if trouble else []] * 2)
                self.assertIn(f"Validity       = {validity:>12}]\n", (folder / "hgrm").read_text(encoding="utf-8"))
                self.assertIn(f"#[Validity: {validity}]\n", (folder / "hlog").read_text(encoding="utf-8"))
                if validity == "suspect":
                    self.assertIn(f"Total count    = {20:12}]", self.hdr(folder / "hlog"), "its own reader passes over the comment")

    def test_files_that_cannot_be_written_are_told_before_anything_is_sent(self):
        before = self.target.statistics()["requests"]
        for option, suffix in (("--csv", "_requests.csv"), ("--junit", ""), ("--hgrm", ""), ("--hlog", "")):
            path = self.scratch() / "nosuch" / "file"
            self.assert_ended(self.runner.run(self.target.url + "/", option, str(path)), 6,
                              f"cannot write {path}{suffix}: No such file or directory. Name a file that can be written. [unwritable]")
        self.assertEqual(self.target.statistics()["requests"], before)

    def test_stdout_is_for_json_alone(self):
        self.assert_ended(self.runner.run(self.target.url + "/", "--junit", "-"), 2,
                          "--junit: it needs a file's name; only --json writes to stdout. [options]")


class GitHubTest(support.CommandTest):
    def run_in_job(self, *arguments):
        page = self.scratch() / "summary.md"
        page.write_text("before\n", encoding="utf-8")
        outcome = self.runner.with_environment(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(page)).run(*arguments)
        return outcome, page.read_text(encoding="utf-8")

    def test_a_failed_run_is_annotated_where_it_failed(self):
        outcome, page = self.run_in_job("visits.Visits.fails", "-c", "3", "--json", "-", *self.at_target())
        self.assert_ended(outcome, 1)
        self.assertRegex(outcome.stderr, r"(?m)^::error title=Load test%3A visits\.Visits\.fails::FAILED: 3 failures \(exit code 1\)$")
        self.assertRegex(outcome.stderr, r"(?m)^::error file=visits\.cpp,line=\d+,title=Load test%3A what went wrong::3x failure: ")
        json.loads(outcome.stdout)
        self.assertTrue(page.startswith("before\n## ❌ Load test visits&#46;Visits&#46;fails\n"), page)

    def test_a_passed_run_is_a_notice(self):
        outcome, page = self.run_in_job(self.target.url + "/")
        self.assert_ended(outcome, 0, "::notice title=Load test passed%3A ", "::1 hit, ")
        self.assertIn("| GET / | 1 |", page)

    def test_it_can_be_switched_off_and_on(self):
        outcome, page = self.run_in_job(self.target.url + "/", "--github", "never")
        self.assertNotIn("::notice", outcome.stderr)
        self.assertEqual(page, "before\n")
        self.assertNotIn("::", self.runner.run(self.target.url + "/").stderr)
        self.assertIn("::notice", self.runner.run(self.target.url + "/", "--github", "always").stderr)

    def test_a_page_that_cannot_be_written_takes_nothing_from_the_run(self):
        runner = self.runner.with_environment(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY="/nosuch/summary.md")
        self.assert_ended(runner.run(self.target.url + "/"), 0, "cannot write the step summary to /nosuch/summary.md: it is left out.")


if __name__ == "__main__":
    support.main()
