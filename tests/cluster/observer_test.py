#!/usr/bin/env python3
"""Who is told of the end of a distributed run: by the broker, whatever becomes of consoles and of the broker itself."""

import contextlib
import json
import os
import sqlite3

import cluster
import keys_test

import observed


class Observed(cluster.ClusterTest):
    """A cluster whose broker has the options that open_observers() gives."""

    agents = 2

    @classmethod
    def setUpClass(cls):
        cls.webhook = observed.Webhook()
        cls.webhook.__enter__()
        cls.addClassCleanup(cls.webhook.__exit__)
        super().setUpClass()

    def told(self, webhook, run, count=1):
        """What the webhook was told of a run, once it was told so often."""
        self.wait_until(lambda: len([one for one in webhook.told() if one["run"] == run]) >= count, f"{run} is told {count} times")
        return [one for one in webhook.told() if one["run"] == run]

    def warnings_of(self, run):
        _, result = self.runner.measure("--report", run, "--output", "null")
        return [warning["message"] for warning in result["warnings"] if warning["id"] == "observer"]

    def restart_broker(self):
        self.cluster.kill_broker()
        self.cluster.start_broker()
        self.cluster.wait_for(self.runner, f"{self.agents} agents? registered")


class ConsolesObservers(Observed):
    def test_a_webhook_is_told_of_a_run_whose_console_is_gone(self):
        before = self.target.answered()
        run = self.start_detached("visits.Visits.front_page", "-c", "50", "--agents", "2", *self.at_target(), "--observer", "webhook",
                                  "--observer-webhook-url", self.webhook.url)
        told, = self.told(self.webhook, run)
        self.assertEqual((told["state"], told["exit_code"], told["hits"], told["errors"]), ("finished", 0, 100, 0))
        self.assertEqual(told["hits"], self.target.answered() - before)
        self.assertEqual(told["test"], "visits.Visits.front_page")
        self.assertEqual(self.warnings_of(run), [])

    def test_runs_that_are_stopped_and_such_that_fail_are_told(self):
        hook = ("--observer", "webhook", "--observer-webhook-url", self.webhook.url)
        run = self.start_detached("visits.Visits.front_page", "-d", "60s", "--agents", "2", *self.at_target(), *hook)
        self.assert_ended(self.runner.run("--stop", run), 0)
        told, = self.told(self.webhook, run)
        self.assertEqual((told["state"], told["exit_code"]), ("stopped", 130))
        process = self.runner.start(self.target.url + "/", "--agents", "9", "--wait-agents", "1s", *hook)
        run = self.run_of(self.runner.finish(process))
        told, = self.told(self.webhook, run)
        self.assertEqual((told["state"], told["exit_code"], told["hits"]), ("failed", 5, 0))
        self.assertIn("no 9 agents were free within 1s", told["message"])

    def test_figures_that_are_invalid_are_told_and_listed_so(self):
        run = self.start_detached("figures.Figures.hogs", "-d", "3s", "--agents", "2", *self.at_target(),
                                  "--threshold", "hits>=1", "--exit-code-on-invalid", "97", "--observer", "webhook", "--observer-webhook-url",
                                  self.webhook.url, "--tag", "a hog")
        told, = self.told(self.webhook, run)
        self.assertEqual((told["state"], told["validity"], told["exit_code"], told["tag"]), ("finished", "invalid", 97, "a hog"))
        self.assertRegex(self.runner.run("--runs").stdout, rf"(?m)^  {run}  finished    invalid  ")
        self.assert_ended(self.runner.run("--report", run, "--exit-code-on-invalid", "98"), 98, "Can these numbers be trusted? INVALID")

    def test_an_email_is_sent(self):
        with observed.MailServer() as server:
            run = self.start_detached("visits.Visits.front_page", "-c", "5", "--agents", "2", *self.at_target(), "--observer", "email",
                                      "--observer-email-recipient", "a@example.org", "--observer-email-server", server.address)
            self.wait_until(lambda: server.mails, "the mail has come")
            _, recipients, text = server.mails[0]
        self.assertEqual(recipients, ["a@example.org"])
        self.assertIn(f"Subject: loads: run {run} finished: 10 hits, 0 errors, 0 failures in ", text)

    def test_trouble_is_kept_with_the_run(self):
        with observed.Webhook(404) as webhook:
            run = self.start_detached("visits.Visits.front_page", "-c", "5", "--agents", "2", *self.at_target(), "--observer", "webhook",
                                      "--observer-webhook-url", webhook.url)
            self.wait_until(lambda: self.runner.run("--report", run).exit_code == 0 and self.warnings_of(run), "the run is warned")
        self.assertEqual(self.warnings_of(run), ["the webhook answered 404"])
        self.assertEqual(self.runner.measure("--report", run, "--output", "null")[1]["validity"], "valid", "its figures are as good as ever")
        self.assert_ended(self.runner.run("--report", run), 0, "the webhook answered 404")

    def test_a_broker_runs_no_commands_of_consoles(self):
        path = self.scratch() / "told"
        outcome = self.runner.run(self.target.url + "/", "--agents", "2", "--observer", "command", "--observer-command-line", f"touch {path}")
        self.assert_ended(outcome, 2, "the broker runs no commands of consoles", "loads-broker --observer command", "[observer]")
        self.assertFalse(path.exists())

    def test_a_broker_that_is_killed_before_it_has_told_tells_after_its_next_start(self):
        with observed.Webhook(hold=True) as webhook:
            run = self.start_detached("visits.Visits.front_page", "-c", "5", "--agents", "2", *self.at_target(), "--observer", "webhook",
                                      "--observer-webhook-url", webhook.url)
            self.told(webhook, run)
            self.restart_broker()
            first, second = self.told(webhook, run, 2)[:2]
            webhook.release()
            self.assertEqual(first, second)
            self.assertEqual(set(webhook.keys()), {run + "-finished"}, "who is told twice can know it")
            self.wait_until(lambda: self.is_marked_as_told(run), f"{run} is marked as told")
            known = len(webhook.told())
            self.restart_broker()
            other = self.start_detached("visits.Visits.front_page", "-c", "5", "--agents", "2", *self.at_target(), "--observer", "webhook",
                                        "--observer-webhook-url", webhook.url)
            self.told(webhook, other)
            self.assertEqual([told["run"] for told in webhook.told()[known:]], [other])

    def is_marked_as_told(self, run):
        store = os.path.join(self.cluster.environment["XDG_STATE_HOME"], "loads/broker/runs.db")
        with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
            return database.execute("SELECT state FROM told WHERE run = ?", (run,)).fetchall() == [("finished",)]


class BrokersObservers(Observed):
    agents = 1

    def test_the_broker_tells_its_own_of_every_run(self):
        folder = self.scratch()
        config = folder / "broker.ini"
        config.write_text(f"[broker]\nobserver = webhook\n    command\nobserver-webhook-url = {self.webhook.url}\n"
                          f"observer_command_line = cat > {folder}/$LOADS_RUN\n", encoding="utf-8")
        self.cluster.kill_broker()
        self.cluster.start_broker("--config", str(config))
        self.cluster.wait_for(self.runner, "1 agent registered")
        run = self.start_detached("visits.Visits.front_page", "-c", "5", "--agents", "1", *self.at_target())
        told, = self.told(self.webhook, run)
        self.wait_until((folder / run).exists, "the command has run")
        self.wait_until(lambda: (folder / run).read_text(encoding="utf-8").endswith("}\n"), "the command has ended")
        self.assertEqual(json.loads((folder / run).read_text(encoding="utf-8")), told)


class OverTcp(Observed):
    agents = 0

    def test_consoles_over_tcp_have_hosts_told_that_the_broker_allows(self):
        address = f"tcp://127.0.0.1:{keys_test.free_port()}"
        state = os.path.join(self.cluster.folder.name, "tcp-broker")
        self.cluster.agents.append(self.cluster.start("loads-broker", "--bind", address, "--state", state, "--insecure-no-auth",
                                                      "--allow-observer", f"127.0.0.1:{self.webhook.port}"))
        self.cluster.agents.append(self.cluster.start("loads-agent", "--broker", address, "--insecure-no-auth"))
        self.runner = self.runner.with_environment(LOADS_OPT_BROKER=address, LOADS_OPT_INSECURE_NO_AUTH="1")
        self.cluster.wait_for(self.runner, "1 agent registered")
        outcome = self.runner.run(self.target.url + "/", "--agents", "1", "--observer", "webhook", "--observer-webhook-url",
                                  self.target.url + "/admin")
        self.assert_ended(outcome, 2, f"the broker does not go to 127.0.0.1:{self.target.port} for a console", "--allow-observer", "[observer]")
        outcome = self.runner.run(self.target.url + "/", "--agents", "1", "--observer", "webhook", "--observer-webhook-url", self.webhook.url)
        self.assert_ended(outcome, 0)
        self.told(self.webhook, self.run_of(outcome))



if __name__ == "__main__":
    cluster.main()
