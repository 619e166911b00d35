#!/usr/bin/env python3
"""Who is told of the end of a run on this machine: a webhook, an email's recipients, a command."""

import json
import signal

import observed
import support


class ObserverTest(support.CommandTest):
    def run_observed(self, *arguments, test="visits.Visits.front_page", hits=7):
        return self.runner.measure(test, "-c", str(hits), *self.at_target(), *arguments)

    def test_a_webhook_is_told(self):
        with observed.Webhook() as webhook:
            outcome, result = self.run_observed("--observer", "webhook", "--observer-webhook-url", webhook.url)
            self.assert_ended(outcome, 0)
            (path, headers, told), = webhook.requests
        self.assertEqual(path, "/hooks/loads?token=a%20b")
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(headers["Idempotency-Key"], result["run"]["id"] + "-finished")
        self.assertEqual({name: told[name] for name in ("run", "test", "state", "exit_code", "hits", "errors", "failures", "message")},
                         {"run": result["run"]["id"], "test": "visits.Visits.front_page", "state": "finished", "exit_code": 0, "hits": 7,
                          "errors": 0, "failures": 0, "message": ""})
        self.assertIn("@", told["user"])
        self.assertEqual(told["duration"], result["run"]["duration"])

    def test_a_run_with_failures_and_one_that_is_stopped_are_told_too(self):
        with observed.Webhook() as webhook:
            self.run_observed("--observer", "webhook", "--observer-webhook-url", webhook.url, test="visits.Visits.fails")
            before = self.target.answered()
            process = self.runner.start("visits.Visits.two_pages", "-d", "30s", *self.at_target(), "--observer", "webhook",
                                        "--observer-webhook-url", webhook.url)
            self.wait_until(lambda: self.target.answered() > before, "the run has begun")
            process.send_signal(signal.SIGINT)
            self.assert_ended(self.runner.finish(process), 130)
            failed, stopped = webhook.told()
        self.assertEqual((failed["state"], failed["exit_code"], failed["failures"]), ("finished", 1, 7))
        self.assertEqual((stopped["state"], stopped["exit_code"]), ("stopped", 130))

    def test_what_the_figures_are_worth_is_told(self):
        path = self.scratch() / "told"
        with observed.Webhook() as webhook:
            self.run_observed("--observer", "webhook", "--observer-webhook-url", webhook.url)
            outcome = self.runner.run("figures.Figures.hogs", "-d", "3s", *self.at_target(), "--threshold", "hits>=1",
                                      "--exit-code-on-invalid", "98", "--observer", "webhook",
                                      "--observer", "command", "--observer-webhook-url", webhook.url, "--observer-command-line",
                                      f'echo "$LOADS_VALIDITY $LOADS_EXIT_CODE" > {path}')
            self.assert_ended(outcome, 98, "INVALID: thresholds cannot be judged")
            good, bad = webhook.told()
        self.assertEqual((good["validity"], good["exit_code"]), ("valid", 0))
        self.assertEqual((bad["validity"], bad["exit_code"]), ("invalid", 98))
        self.assertEqual(path.read_text(encoding="utf-8"), "invalid 98\n")

    def test_a_webhook_in_trouble_is_tried_again(self):
        with observed.Webhook(503, 200) as webhook:
            outcome, _ = self.run_observed("--observer", "webhook", "--observer-webhook-url", webhook.url)
            self.assert_ended(outcome, 0)
            self.assertEqual(len(webhook.told()), 2)
        self.assertNotIn("[observer]", outcome.stderr)

    def test_after_a_crash_a_webhook_in_trouble_is_tried_again_too(self):
        with observed.Webhook(503, 503, 200) as webhook:
            outcome, _ = self.run_observed("--observer", "webhook", "--observer-webhook-url", webhook.url, test="crashes.Crashes.null_dereference")
            self.assert_ended(outcome, 3, "CRASHED")
            self.assertEqual([told["exit_code"] for told in webhook.told()], [3, 3, 3])
        self.assertNotIn("[observer]", outcome.stderr)

    def test_a_webhook_that_does_not_want_it_is_not_and_the_run_is_what_it_was(self):
        with observed.Webhook(404) as webhook:
            outcome, _ = self.run_observed("--observer", "webhook", "--observer-webhook-url", webhook.url)
            self.assert_ended(outcome, 0, "the webhook answered 404 [observer]")
            self.assertEqual(len(webhook.told()), 1)

    def test_an_email_is_sent(self):
        with observed.MailServer() as server:
            outcome, result = self.run_observed("--observer", "email", "--observer-email-recipient", "a@example.org",
                                                "--observer-email-recipient", "b@example.org", "--observer-email-server", server.address,
                                                "--observer-email-sender", "ci@example.org")
            self.assert_ended(outcome, 0)
            (sender, recipients, text), = server.mails
        self.assertEqual((sender, recipients), ("ci@example.org", ["a@example.org", "b@example.org"]))
        head, _, body = text.partition("\r\n\r\n")
        self.assertIn(f"Subject: loads: run {result['run']['id']} finished: 7 hits, 0 errors, 0 failures in ", head)
        self.assertIn("To: a@example.org, b@example.org\r\n", head)
        self.assertEqual(json.loads(body[body.index("{"):body.rindex("}") + 1])["hits"], 7)

    def test_a_recipient_that_is_refused_is_told(self):
        with observed.MailServer() as server:
            outcome, _ = self.run_observed("--observer", "email", "--observer-email-recipient", "nobody@example.org",
                                           "--observer-email-server", server.address)
            self.assert_ended(outcome, 0, "the mail server did not take the message", "550", "[observer]")
            self.assertEqual(server.mails, [])

    def test_a_command_is_run(self):
        path = self.scratch() / "told"
        outcome, result = self.run_observed("--observer", "command", "--observer-command-line",
                                            f'cat > {path}.json && echo "$LOADS_RUN $LOADS_STATE $LOADS_HITS $LOADS_EXIT_CODE" > {path}')
        self.assert_ended(outcome, 0)
        self.assertEqual(path.read_text(encoding="utf-8"), f"{result['run']['id']} finished 7 0\n")
        self.assertEqual(json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["run"], result["run"]["id"])

    def test_a_command_that_fails_is_told_with_its_last_words(self):
        count = self.scratch() / "count"
        outcome, _ = self.run_observed("--observer", "command", "--observer-command-line",
                                       f"echo x >> {count}; [ $(wc -l < {count}) = 2 ] && exit 0; echo no way >&2; exit 3")
        self.assert_ended(outcome, 0)
        self.assertEqual(count.read_text(encoding="utf-8"), "x\nx\n", "it is run again, and then it is done")

    def test_several_observers(self):
        path = self.scratch() / "told"
        with observed.Webhook() as webhook:
            outcome, _ = self.run_observed("--observer", "webhook", "--observer-webhook-url", webhook.url, "--observer", "command",
                                           "--observer-command-line", f"touch {path}")
            self.assert_ended(outcome, 0)
            self.assertEqual(len(webhook.told()), 1)
        self.assertTrue(path.exists())

    def test_ctrl_c_ends_the_waiting_for_an_observer(self):
        with observed.Webhook(hold=True) as webhook:
            process = self.runner.start(self.target.url + "/", "--observer", "webhook", "--observer-webhook-url", webhook.url)
            self.wait_until(webhook.told, "the webhook is asked")
            self.assertTrue(any(line.startswith("Telling the observers") for line in process.stderr))  # reads up to that line
            process.send_signal(signal.SIGINT)
            self.assert_ended(self.runner.finish(process), 0, "not every observer was told [observer]")

    def test_what_is_missing_or_makes_no_sense_is_told_before_anything_is_sent(self):
        before = self.target.answered()
        for arguments, text in (
                (("--observer", "irc"), 'there is no observer "irc": it is webhook, email or command'),
                (("--observer", "webhok"), "Did you mean webhook?"),
                (("--observer", "webhook"), "--observer webhook needs --observer-webhook-url"),
                (("--observer", "webhook", "--observer-webhook-url", "file:///etc/passwd"), "is no URL"),
                (("--observer", "email", "--observer-email-recipient", "a@b"), "needs --observer-email-server"),
                (("--observer", "email", "--observer-email-recipient", "a@b\r\nBcc: c@d", "--observer-email-server", "h:25"), "is no address"),
                (("--observer", "email", "--observer-email-recipient", "a@b", "--observer-email-server", "http://h/"), "is no mail server"),
                (("--observer", "command"), "needs --observer-command-line")):
            with self.subTest(arguments):
                self.assert_ended(self.runner.run(self.target.url + "/", *arguments), 2, text, "[observer]")
        self.assertEqual(self.target.answered(), before)


if __name__ == "__main__":
    support.main()
