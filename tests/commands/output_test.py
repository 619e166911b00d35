#!/usr/bin/env python3
"""What is written where: summary, JSON, traces, lists, and nothing but text where no terminal is."""

import json
import subprocess
import unittest

import support

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = support.ROOT / "docs" / "schema" / "summary-1.json"


class OutputTest(support.CommandTest):
    def url(self, *arguments):
        return (self.target.url + "/", *arguments)

    def assert_valid(self, result):
        if jsonschema is None:
            return
        jsonschema.validate(result, json.loads(SCHEMA.read_text(encoding="utf-8")))

    def test_json_on_stdout_moves_the_summary(self):
        outcome = self.runner.run(*self.url("-u", "2", "-c", "3", "--json", "-"))
        self.assert_ended(outcome, 0)
        result = json.loads(outcome.stdout)
        self.assertEqual((result["totals"]["hits"], result["exit_code"], result["verdict"]), (6, 0, "passed"))
        self.assertIn("\nHits: 6\n", outcome.stderr)
        self.assert_valid(result)

    def test_what_a_test_prints_is_not_in_the_way_of_json_on_stdout(self):
        home = self.scratch()
        (home / "says.py").write_text("from loads.case import TestCase\nprint('at import')\nclass TestSays(TestCase):\n"
                                      "    def test_it(self): print('in a test')\n", encoding="utf-8")
        (home / "says.sh").write_text("echo of a process\n", encoding="utf-8")
        runner = support.Commands(self.bin_dir, str(home))
        for arguments, said in ((("says.TestSays",), ("at import\n", "in a test\n")), (("--test-runner", "sh says.sh", "test"), ("of a process\n",))):
            with self.subTest(arguments):
                outcome = runner.run(*arguments, "--json", "-")
                self.assertIn("verdict", json.loads(outcome.stdout))
                for text in said:
                    self.assertIn(text, outcome.stderr)

    def test_json_in_a_file(self):
        outcome, result = self.runner.measure(*self.url("-c", "4"))
        self.assert_ended(outcome, 0, "\nHits: 4\n")
        self.assertEqual(result["totals"]["hits"], 4)

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not here")
    def test_every_ending_has_valid_json(self):
        at = self.at_target()
        for arguments in ((*self.url("-u", "1:2", "-c", "2"),), ("visits.Visits.fails", *at), ("crashes.Crashes.aborts", "-c", "5", *at),
                          ("crashes.Crashes.throws_int", *at), ("http://127.0.0.1:1/",), ("figures.Figures.own_figures", "-c", "3", *at),
                          ("figures.Figures.statuses", *at), (*self.url("-d", "200ms", "--ramp-up", "100ms"),)):
            with self.subTest(arguments):
                self.assert_valid(self.runner.measure(*arguments)[1])

    def test_the_password_of_a_url_is_sent_and_nothing_more(self):
        folder = self.scratch()
        url = self.target.url.replace("http://", "http://anna:secret@")
        outcome = self.runner.run(url + "/basic", "--json", f"{folder}/run.json", "--junit", f"{folder}/run.xml", "--csv", f"{folder}/run")
        self.assert_ended(outcome, 0, "hit of " + self.target.url + "/basic", "200 1")
        shown = outcome.stdout + outcome.stderr + "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())
        self.assertNotIn("secret", shown)
        self.assertNotIn("secret", str(self.runner.run(url, "--show-config").stdout))
        self.assertNotIn("secret", self.runner.run(url, url).stderr)

    def test_a_json_file_is_replaced(self):
        path = self.scratch() / "result.json"
        path.write_text("x" * 100000, encoding="utf-8")
        self.assert_ended(self.runner.run(*self.url("--json", str(path))), 0)
        self.assertEqual(json.loads(path.read_text(encoding="utf-8"))["totals"]["hits"], 1)

    def test_quiet(self):
        outcome = self.runner.run(*self.url("--quiet", "-d", "500ms"))
        self.assert_ended(outcome, 0, "Hits: ")
        self.assertEqual(outcome.stderr, "")

    def test_summaries_of_each_size(self):
        lines = {}
        for size in ("seed", "compact", "full"):
            outcome = self.runner.run("figures.Figures.own_figures", "-u", "1:2", "-c", "3", "--summary", size, *self.at_target())
            self.assert_ended(outcome, 0)
            lines[size] = outcome.stdout.splitlines()
        self.assertEqual(lines["seed"][-1], "Failures: 0")
        self.assertEqual(len(lines["seed"]), 13)
        self.assertIn("Response times (successful requests)", lines["compact"])
        self.assertNotIn("Steps", lines["compact"])
        self.assertIn("Steps", lines["full"])
        self.assertIn("Custom metrics:", lines["full"])
        self.assertLessEqual(max(len(line) for line in lines["full"]), 80)

    def test_the_summary_in_a_file_or_nowhere(self):
        path = self.scratch() / "summary.txt"
        outcome = self.runner.run(*self.url("--output", "file", "--output-file-filename", str(path)))
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.stdout, "")
        self.assertIn("\nHits: 1\n", path.read_text(encoding="utf-8"))
        self.assertEqual(self.runner.run(*self.url("--output", "null")).stdout, "")

    def test_no_escape_codes_where_no_terminal_is(self):
        for arguments in (self.url("-d", "1s"), self.url("-d", "1s", "--trace"), ("http://127.0.0.1:1/",),
                          ("visits.Visits.fails", "-c", "3", *self.at_target()), ("visits.Visits.nothing",), ("--help",)):
            with self.subTest(arguments):
                outcome = self.runner.with_environment(TERM="xterm-256color").run(*arguments)
                self.assertNotRegex(outcome.stdout + outcome.stderr, r"[\x1b\r]")

    def test_colours_where_they_are_asked_for(self):
        outcome = self.runner.run("visits.Visits.fails", "--color", "always", *self.at_target())
        self.assertIn("\x1b[", outcome.stdout)

    def test_a_reader_that_goes_away_is_no_crash(self):
        process = subprocess.Popen([self.runner.path, *self.url("--json", "-", "-d", "500ms")], cwd=self.folder,
                                   env=self.runner.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process.stdout.close()
        stderr = process.stderr.read()
        process.stderr.close()
        self.assertEqual(process.wait(timeout=60), 6, stderr)
        self.assertNotIn("internal", stderr)

    def test_json_is_written_though_nobody_reads_the_progress(self):
        process = subprocess.Popen([self.runner.path, *self.url("--json", "result.json", "-d", "500ms")], cwd=self.folder,
                                   env=self.runner.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        process.stderr.close()
        self.assertEqual(process.wait(timeout=60), 0)
        with open(self.folder + "/result.json", encoding="utf-8") as file:
            self.assertEqual(json.load(file)["exit_code"], 0)


class OtherCommandsTest(support.CommandTest):
    def test_trace_shows_requests_and_answers_and_no_secrets(self):
        outcome = self.runner.run(self.target.url + "/echo", "--data", "name=anna", "-H", "Authorization: Bearer hushhush", "-H",
                                  "Cookie: id=hushhush", "-H", "X-Seen: yes", "--trace")
        self.assert_ended(outcome, 0, "> POST /echo HTTP/1.1\n", "> Authorization: [hidden]\n", "> Cookie: [hidden]\n", "> X-Seen: yes\n",
                          "< HTTP/1.1 200 OK\n", "* 9 bytes of body\n")
        self.assertNotIn("hushhush", outcome.stdout + outcome.stderr)
        self.assertNotIn("name=anna", outcome.stdout + outcome.stderr)
        self.assertNotIn("> POST", outcome.stdout, "it is no part of the result")

    def test_trace_in_full_hides_cookies_of_the_answer(self):
        outcome = self.runner.run(self.target.url + "/cookie", "--trace=full")
        self.assert_ended(outcome, 0, "< Set-Cookie: [hidden]\n")

    def test_list(self):
        outcome = self.runner.run("--list", "figures")
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.stdout.splitlines()[0], "Figures.delays       figures.cpp:8")
        self.assertEqual([line.split()[0] for line in outcome.stdout.splitlines()],
                         [f"Figures.{test}" for test in ("delays", "sizes", "statuses", "own_figures", "who", "hogs")])

    def test_dry_run_sends_nothing(self):
        before = self.target.statistics()
        for test, says in {"figures.Figures.who": "figures.cpp loads:\n", self.target.url + "/": "The URL is valid.\n"}.items():
            outcome = self.runner.run(test, "-u", "10:20:30", "--hits", "20", "--dry-run", *self.at_target())
            self.assert_ended(outcome, 0, "Plan: (10, 20, 30 users) x 20 hits = 1200 hits of " + test, says, "Nothing was sent.\n")
        after = self.target.statistics()
        self.assertEqual((after["requests"], after["connections"]), (before["requests"], before["connections"] + 1), "ours, to ask")

    def test_what_init_writes_can_be_run(self):
        runner = support.Commands(self.bin_dir, str(self.scratch()))
        self.assert_ended(runner.run("--init", "first.cpp"), 0, "first.cpp", "loads-runner first.TestWebSite.test_es")
        outcome = runner.run("first.TestWebSite.test_es", "-u", "3", "-c", "4", *self.at_target())
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.field("Hits"), 12)
        self.assert_ended(runner.run("--init", "first.cpp"), 2, "[init-exists]")

    def test_version_and_help(self):
        self.assertRegex(self.runner.run("--version").stdout, r"^loads-runner \d+\.\d+\.\d+\n$")
        text = self.runner.run("--help").stdout
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 80)
        self.assert_ended(self.runner.run(), 2)


if __name__ == "__main__":
    support.main()
