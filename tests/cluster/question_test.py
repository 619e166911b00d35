#!/usr/bin/env python3
"""Ctrl-C at a terminal: stop or detach?"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "commands"))

import cluster  # noqa: E402
import terminal_test  # noqa: E402

QUESTION = "Do you want to (s)top the test or (d)etach ? "


class QuestionTest(cluster.ClusterTest):
    agents = 2

    def setUp(self):
        # A slow page that the test before has cut off is still answered by the target, to nobody.
        self.wait_until(lambda: self.target.statistics()["open"] == 1, "the target has only this connection")
        self.before = self.target.answered()

    def asked(self, *arguments):
        """A run at a terminal whose user has pressed Ctrl-C and sees the question."""
        arguments = arguments or ("visits.Visits.two_pages", "-u", "2", "-d", "1m", "--agents", "2", *self.at_target())
        terminal = terminal_test.Terminal(self.runner, 80, *arguments)
        terminal.read_until("agents 2/2")
        terminal.type(b"\x03")
        terminal.read_until(QUESTION)
        return terminal

    def finish(self, terminal, exit_code):
        self.assertEqual(terminal.finish(), exit_code, terminal.text)
        return terminal_test.ESCAPE.sub("", terminal.text).replace("\r\n", "\n")

    def test_the_guides_block_comes_before_the_question(self):
        terminal = self.asked()
        terminal.type(b"s\n")
        text = self.finish(terminal, 130)
        block = text[: text.index(QUESTION)]
        for line in (r"\[=* *\]  +\d+%", r"Hits: \d+", r"Started: ", r"Duration: [\d.]+ seconds", r"Approximate Average RPS: [\d.]+", r"Success: \d+",
                     r"Errors: 0", r"Failures: 0"):
            self.assertRegex(block, rf"(?m)^{line}", text)

    def test_s_stops(self):
        terminal = self.asked()
        terminal.type(b"s\n")
        text = self.finish(terminal, 130)
        self.assertIn("STOPPED by Ctrl-C after", text)
        hits = re.findall(r"^Hits: (\d+)$", text, re.MULTILINE)
        self.assertEqual(int(hits[-1]), self.target.answered() - self.before, text)

    def test_d_detaches_and_the_run_goes_on(self):
        terminal = self.asked()
        terminal.type(b"d\n")
        text = self.finish(terminal, 0)
        self.assertIn("Detached. run --attach to reattach", text)
        name = re.search(r"loads-runner --attach ([0-9a-f]{8})", text).group(1)
        self.assert_ended(self.runner.run("--runs"), 0, name + "  running")
        again = self.asked("--attach")
        again.type(b"s\n")
        text = self.finish(again, 130)
        hits = re.findall(r"^Hits: (\d+)$", text, re.MULTILINE)
        self.assertEqual(int(hits[-1]), self.target.answered() - self.before, text)

    def test_another_answer_is_asked_again(self):
        terminal = self.asked()
        terminal.type(b"\nperhaps\nd\n")
        text = self.finish(terminal, 0)
        self.assertEqual(text.count(QUESTION), 3, text)

    def test_ctrl_c_at_the_question_stops(self):
        terminal = self.asked()
        terminal.type(b"\x03")
        self.assertIn("STOPPED by Ctrl-C after", self.finish(terminal, 130))

    def test_ctrl_d_at_the_question_detaches(self):
        terminal = self.asked()
        terminal.type(b"\x04")
        self.assertIn("Detached. run --attach to reattach", self.finish(terminal, 0))

    def test_a_closed_terminal_leaves_the_run_alone(self):
        terminal = terminal_test.Terminal(self.runner, 80, self.target.url + "/slow/10", "-d", "1m", "--agents", "2")
        terminal.read_until("agents 2/2")
        cluster.os.close(terminal.master)
        terminal.process.wait(timeout=30)
        self.assert_ended(self.runner.run("--runs"), 0, "  running ")


if __name__ == "__main__":
    cluster.main()
