#!/usr/bin/env python3
"""Distributed runs: what is printed is what was answered, and what other consoles and reports show."""

import json
import signal
import time

import cluster


class RunTest(cluster.ClusterTest):
    def setUp(self):
        self.before = self.target.answered()

    def answered(self):
        return self.target.answered() - self.before

    def test_the_guides_6000_hits(self):
        outcome, result = self.runner.measure("visits.Visits.front_page", "-u", "10:20:30", "-c", "20", "--agents", "5", *self.at_target())
        self.assert_ended(outcome, 0, "Plan: 5 agents x (10, 20, 30 users) x 20 hits = 6000 hits of visits.Visits.front_page\n")
        self.assertEqual((outcome.field("Hits"), outcome.field("Success"), self.answered()), (6000, 6000, 6000), str(outcome))
        self.assertEqual([step["users"] for step in result["steps"]], [50, 100, 150])
        self.assertEqual([agent["end"] for agent in result["agents"]], ["completed"] * 5)
        self.assertEqual((result["verdict"], result["exit_code"], result["run"]["ending"]), ("passed", 0, "completed"))
        self.assertIn("GET /", [request["name"] for request in result["requests"]], "the names are there, not only their sum")

    def test_a_url(self):
        outcome = self.runner.run(self.target.url + "/", "-c", "7", "--agents", "2")
        self.assert_ended(outcome, 0)
        self.assertEqual((outcome.field("Hits"), self.answered()), (14, 14))

    def test_web_sockets(self):
        outcome, result = self.runner.measure("sockets.Sockets.echo", "-u", "3", "-c", "4", "--agents", "2", *self.at_target())
        self.assert_ended(outcome, 0, "\nOpened web sockets: 24\nBytes received via web sockets : 120\n", "\nWeb sockets: 24 opened, 24 closed\n")
        sockets = result["websockets"]
        self.assertEqual((sockets["messages_sent"], sockets["messages_received"], sockets["round_trips"]["count"], sockets["errors"]), (24, 24, 24, []))

    def test_one_agent_is_distributed_too(self):
        outcome, result = self.runner.measure(self.target.url + "/", "-c", "3", "--agents", "1")
        self.assert_ended(outcome, 0, "Run ")
        self.assertEqual((outcome.field("Hits"), len(result["agents"])), (3, 1))

    def test_failures_fail(self):
        outcome = self.runner.run("visits.Visits.fails", "-c", "2", "--agents", "2", *self.at_target())
        self.assert_ended(outcome, 1, "FAILED: 4 failures")

    def test_a_test_that_is_not_there(self):
        self.assert_ended(self.runner.run("visits.Visits.nobody", "--agents", "2"), 3, "[no-such-test]")
        self.assertEqual(self.answered(), 0)

    def test_too_few_agents(self):
        outcome = self.runner.run(self.target.url + "/", "--agents", "9")
        self.assert_ended(outcome, 5, "Not enough agents running on that broker. Asked: 9, Got: 5 (5 free", "[not-enough-agents]")

    def test_detach_and_attach(self):
        name = self.start_detached("visits.Visits.two_pages", "-u", "2", "-d", "6s", "--agents", "5", *self.at_target())
        self.assert_ended(self.runner.run("--runs"), 0, name + "  r")
        outcome = self.runner.run("--attach")
        self.assert_ended(outcome, 0, f"Run {name}.")
        self.assertGreater(outcome.field("Hits"), 0)
        self.assertEqual(outcome.field("Hits"), self.answered(), str(outcome))
        self.assert_ended(self.runner.run("--runs"), 0, "Nothing is running right now.", name + "  finished")

    def test_a_report_is_what_its_console_showed(self):
        outcome, result = self.runner.measure("visits.Visits.fails", "-c", "2", "--agents", "2", *self.at_target())
        again, reported = self.runner.measure("--report", self.run_of(outcome)[:6])
        self.assertEqual((again.exit_code, again.stdout), (1, outcome.stdout))
        self.assertEqual(reported, result)

    def test_two_consoles_show_the_same_figures(self):
        first = self.runner.start("visits.Visits.two_pages", "-u", "2", "-d", "6s", "--agents", "3", *self.at_target())
        self.wait_until(lambda: self.answered() > 0, "the run has begun")
        second = self.runner.run("--attach")
        first = self.runner.finish(first)
        self.assert_ended(first, 0)
        self.assertEqual((second.exit_code, second.stdout), (0, first.stdout))
        self.assertEqual(first.field("Hits"), self.answered())

    def test_two_runs_at_once_are_apart(self):
        runs = [self.runner.start("visits.Visits.front_page", "-u", "2", "-c", str(count), "--agents", "2", *self.at_target()) for count in (30, 50)]
        outcomes = [self.runner.finish(run) for run in runs]
        self.assertEqual([outcome.field("Hits") for outcome in outcomes], [120, 200])

    def test_several_runs_have_to_be_told_apart(self):
        names = [self.start_detached(self.target.url + "/slow/10", "-d", "20s", "--agents", "1") for _ in range(2)]
        outcome = self.runner.run("--attach")
        self.assert_ended(outcome, 2, "several runs go on", *names, "[which-run]")
        self.assert_ended(self.runner.run("--report", names[0]), 2, "[still-running]")
        self.assert_ended(self.runner.run("--stop", names[0]), 0)
        self.assert_ended(self.runner.run("--attach", names[0]), 130, "STOPPED from another console")
        self.assert_ended(self.runner.run("--purge-broker"), 0, "Purged.")
        self.assert_ended(self.runner.run("--attach", names[1]), 130, "STOPPED from another console")

    def start_run(self, *arguments):
        process = self.runner.start("visits.Visits.two_pages", "-u", "2", "-d", "1m", "--agents", "2", *self.at_target(), *arguments)
        self.wait_until(lambda: self.answered() > 10, "the run has begun")
        return process

    def test_a_signal_stops_the_run(self):
        for number, code, words in ((signal.SIGINT, 130, "STOPPED by Ctrl-C"), (signal.SIGTERM, 143, "STOPPED by SIGTERM")):
            with self.subTest(number):
                self.before = self.target.answered()
                process = self.start_run()
                process.send_signal(number)
                outcome = self.runner.finish(process)
                self.assert_ended(outcome, code, "Stopping: test runs have 10s to end by themselves.", words)
                self.assertEqual(outcome.field("Hits"), self.answered(), str(outcome))
                self.assertEqual(outcome.field("Errors"), 0)

    def test_a_second_signal_cuts(self):
        before = self.target.statistics()["requests"]
        process = self.runner.start(self.target.url + "/stall", "-u", "3", "-d", "1m", "--agents", "2")
        self.wait_until(lambda: self.target.statistics()["requests"] >= before + 6, "all users have begun")
        self.signal_in_turn(process, signal.SIGINT, signal.SIGINT)
        since = time.monotonic()
        self.assert_ended(self.runner.finish(process), 130, "Cutting off what still runs.", "Cut off: 6")
        self.assertLess(time.monotonic() - since, 8)

    def test_on_interrupt_detach_and_a_closed_terminal_leave_the_run_alone(self):
        for number, arguments in ((signal.SIGINT, ["--on-interrupt", "detach"]), (signal.SIGHUP, [])):
            with self.subTest(number):
                self.before = self.target.answered()
                process = self.start_run(*arguments)
                process.send_signal(number)
                self.assert_ended(self.runner.finish(process), 0, "Detached. run --attach to reattach")
                self.assert_ended(self.runner.run("--runs"), 0, "  running ")
                self.assert_ended(self.runner.run("--purge-broker"), 0, "Purged.")
                self.wait_until_all_are_free()

    def test_a_killed_console_is_missed_by_nobody(self):
        process = self.start_run()
        process.kill()
        process.communicate()
        known = self.answered()
        self.wait_until(lambda: self.answered() > known + 20, "the run goes on")

    def test_files_of_the_test_travel(self):
        outcome = self.runner.run("visits.Visits.front_page", "--include-file", "nothing-here/*", "--agents", "1", *self.at_target())
        self.assert_ended(outcome, 2, "[include-file]")

    def test_json_to_stdout(self):
        outcome = self.runner.run(self.target.url + "/", "--agents", "1", "--json", "-", "--quiet")
        self.assertEqual(json.loads(outcome.stdout)["totals"]["hits"], 1, str(outcome))


if __name__ == "__main__":
    cluster.main()
