#!/usr/bin/env python3
"""Options from the command line, the environment and a file: which of them counts, and how they may be written."""

import re

import support


class OptionsTest(support.CommandTest):
    def config(self, text):
        path = self.scratch() / "loads.ini"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def shown(self, runner, *arguments):
        """--show-config as {option: (value, where it came from)}."""
        outcome = runner.run(*arguments, "--show-config")
        self.assert_ended(outcome, 0)
        rows = [re.split(r" {2,}", line) for line in outcome.stdout.splitlines()]
        return {name: (value, source) for name, value, source in rows}

    def test_the_command_line_outweighs_the_environment_and_that_the_file(self):
        path = self.config("[loads]\nusers = 2\nhits = 2\nthreads = 2\ntimeout = 2s\n")
        runner = self.runner.with_environment(LOADS_OPT_USERS="3", LOADS_OPT_HITS="3", LOADS_OPT_SEED="3")
        shown = self.shown(runner, "visits.Visits", "-u", "4", "--config", path)
        self.assertEqual(shown["users"], ("4", "command line"))
        self.assertEqual(shown["hits"], ("3", "LOADS_OPT_HITS"))
        self.assertEqual(shown["seed"], ("3", "LOADS_OPT_SEED"))
        self.assertEqual(shown["threads"], ("2", f"{path}:4"))
        self.assertEqual(shown["timeout"], ("2s", f"{path}:5"))
        self.assertEqual(shown["stop-timeout"], ("10s", "default"))

    def test_they_count_in_a_run_as_they_are_shown(self):
        path = self.config("[loads]\nusers = 2\nhits = 7\n")
        before = self.target.answered()
        outcome = self.runner.with_environment(LOADS_OPT_USERS="3").run("visits.Visits.front_page", "--config", path, *self.at_target())
        self.assert_ended(outcome, 0, "Plan: 3 users x 7 hits = 21 hits of visits.Visits.front_page")
        self.assertEqual((outcome.field("Hits"), self.target.answered() - before), (21, 21))

    def test_the_test_itself_may_come_from_a_file(self):
        path = self.config(f"[loads]\ntest = visits.Visits.front_page\nserver_url = {self.target.url}\n")
        outcome = self.runner.run("--config", path)
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.field("Hits"), 1)

    def test_a_file_takes_underscores_and_lists(self):
        path = self.config("# a comment\n[loads]\nserver_url = http://127.0.0.1:1\nstop-timeout = 3s\nheader = A: b\n    C: d\n"
                           "[other]\nx = y\n")
        shown = self.shown(self.runner, "visits.Visits", "--config", path)
        self.assertEqual((shown["server-url"][0], shown["stop-timeout"][0], shown["header"][0]), ("http://127.0.0.1:1", "3s", "A: b, C: d"))

    def test_every_long_option_has_an_underscore_spelling(self):
        shown = self.shown(self.runner, "visits.Visits", "--server_url", "http://127.0.0.1:1", "--stop_timeout=3s", "--ramp_up", "1s",
                           "--exit_code_on_failure", "9", "--no_dns_resolve")
        self.assertEqual([shown[name][0] for name in ("server-url", "stop-timeout", "ramp-up", "exit-code-on-failure", "no-dns-resolve")],
                         ["http://127.0.0.1:1", "3s", "1s", "9", "true"])

    def test_show_config_sends_nothing(self):
        before = self.target.statistics()["requests"]
        self.shown(self.runner, self.target.url + "/", "-u", "10")
        self.assertEqual(self.target.statistics()["requests"], before)

    def test_options_without_effect_are_noted(self):
        outcome = self.runner.run(self.target.url + "/", "--batched")
        self.assert_ended(outcome, 0)
        notes = [line for line in outcome.stderr.splitlines() if "without effect" in line]
        self.assertEqual(notes, ["--batched is accepted without effect: results always travel in batches."])

    def test_what_needs_a_broker_says_so(self):
        runner = self.runner.with_environment(XDG_RUNTIME_DIR=str(self.scratch()))
        for arguments in ([self.target.url + "/", "--agents=3"], ["--attach"], ["--attach", "4f"], ["--ping-broker"], ["--purge-broker"],
                          ["--health-check"], ["--check-cluster"], ["--runs"], ["--stop", "4f"], ["--report", "4f"]):
            with self.subTest(arguments):
                self.assert_ended(runner.run(*arguments), 4, "Can't reach the broker at ipc://", "the socket file does not exist", "[no-broker]")

    def test_detaching_needs_agents(self):
        self.assert_ended(self.runner.run(self.target.url + "/", "--detach"), 2, "--agents N", "[options]")

    def test_a_test_that_is_not_there_is_told_before_a_broker_is_looked_for(self):
        self.assert_ended(self.runner.run("visits.Visits.nobody", "--agents=3"), 3, "[no-such-test]")

    def test_a_dry_run_with_agents_needs_no_broker(self):
        outcome = self.runner.run("visits.Visits.two_pages", "-u", "10:20:30", "-c", "20", "--agents", "5", "--dry-run")
        self.assert_ended(outcome, 0, "Plan: 5 agents x (10, 20, 30 users) x 20 hits = 6000 hits of visits.Visits.two_pages\n", "Nothing was sent.")

    def test_headers_and_variables_reach_the_target(self):
        outcome = self.runner.run(self.target.url + "/echo", "-H", "X-Team: blue", "--data", "a body", "--trace=full")
        self.assert_ended(outcome, 0, "> POST /echo HTTP/1.1", "> X-Team: blue", "> a body", "< a body")

    def test_the_exit_code_on_failure(self):
        outcome = self.runner.run("visits.Visits.fails", "--exit-code-on-failure", "9", *self.at_target())
        self.assert_ended(outcome, 9)


if __name__ == "__main__":
    support.main()
