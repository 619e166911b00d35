#!/usr/bin/env python3
"""loads-runner at a terminal: the bar is redrawn, fits, and leaves nothing behind; Ctrl-C is typed."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

import support

ESCAPE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")


class Screen:
    """What a terminal of that many columns shows after `text`; of the control sequences it knows those of a progress bar."""

    def __init__(self, columns, text):
        self.columns, self.lines, self.row, self.column, self.wrapped = columns, [""], 0, 0, 0
        place = 0
        while place < len(text):
            if found := ESCAPE.match(text, place):
                self.obey(*found.groups())
                place = found.end()
            else:
                self.show(text[place])
                place += 1

    def obey(self, number, command):
        if command == "K":
            self.lines[self.row] = self.lines[self.row][: self.column]
        elif command == "A":
            self.row = max(0, self.row - int(number or 1))
        elif command != "m":
            raise AssertionError(f"unknown escape sequence {number}{command}")

    def show(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.next_row()
        else:
            if self.column == self.columns:
                self.wrapped += 1
                self.column = 0
                self.next_row()
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + character + line[self.column + 1 :]
            self.column += 1

    def next_row(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")


class Terminal:
    """A command at a pseudo terminal of its own: all that it printed is in `text`."""

    def __init__(self, runner, columns, *arguments, **variables):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {**runner.environment, "TERM": "xterm-256color", **variables}
        self.process = subprocess.Popen([runner.path, *arguments], cwd=runner.folder, env=environment, stdin=slave, stdout=slave,
                                        stderr=slave, start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.text = ""

    def read_until(self, words, seconds=30):
        """Reads until `words` were printed; None: to the end."""
        deadline = time.monotonic() + seconds
        while words is None or words not in self.text:
            if not select.select([self.master], [], [], max(0.0, deadline - time.monotonic()))[0]:
                self.close()
                raise AssertionError(f"waited {seconds} s for {words!r} in {self.text!r}")
            try:
                self.text += os.read(self.master, 65536).decode()
            except OSError:  # EIO: the program has ended
                break
        return self.text

    def type(self, keys):
        os.write(self.master, keys)

    def finish(self):
        self.read_until(None, 60)
        exit_code = self.process.wait(timeout=60)
        os.close(self.master)
        return exit_code

    def close(self):
        self.process.kill()
        self.process.wait()


class TerminalTest(support.CommandTest):
    def run_at(self, columns, *arguments, **variables):
        terminal = Terminal(self.runner, columns, *arguments, **variables)
        exit_code = terminal.finish()
        return exit_code, terminal.text

    def run_for_two_seconds(self, columns, **variables):
        exit_code, text = self.run_at(columns, self.target.url + "/slow/10", "-u", "3", "-d", "2s", **variables)
        self.assertEqual(exit_code, 0, text)
        return text

    def test_the_bar_is_redrawn_in_its_place(self):
        text = self.run_for_two_seconds(80)
        self.assertGreaterEqual(text.count("]  "), 5, f"about four times a second\n{text}")
        self.assertRegex(text, r"00:01/00:02  users 3  hits \d+  \d+/s  p50 ")
        screen = Screen(80, text)
        bars = [line for line in screen.lines if line.startswith("[")]
        self.assertEqual(bars, ["[" + 70 * "=" + "]  100%"], "\n".join(screen.lines))
        self.assertNotIn("users 3  hits", "\n".join(screen.lines), "no status line is left")
        self.assertEqual((screen.column, screen.wrapped), (0, 0), "the cursor is at the beginning of a line")

    def test_the_cursor_is_never_hidden(self):
        self.assertNotIn("\x1b[?", self.run_for_two_seconds(80))

    def test_a_narrow_terminal_does_not_wrap_what_is_redrawn(self):
        text = self.run_for_two_seconds(20)
        live = text[text.index("\x1b[K") : text.rindex("\x1b[K")]
        for line in re.split(r"[\r\n]+", ESCAPE.sub("", live)):
            self.assertLess(len(line), 20, repr(line))
        self.assertGreaterEqual(live.count("[="), 2, text)

    def test_no_color(self):
        coloured = self.run_at(80, "visits.Visits.fails", *self.at_target())[1]
        self.assertRegex(coloured, r"\x1b\[[0-9;]*m")
        plain = self.run_at(80, "visits.Visits.fails", *self.at_target(), NO_COLOR="1")[1]
        self.assertNotRegex(plain, r"\x1b\[[0-9;]*m")
        self.assertNotRegex(self.run_at(80, "visits.Visits.fails", "--color", "never", *self.at_target())[1], r"\x1b\[[0-9;]*m")

    def test_a_terminal_without_abilities_gets_lines(self):
        self.assertNotIn("\x1b[K", self.run_for_two_seconds(80, TERM="dumb"))

    def test_errors_stand_above_the_bar(self):
        exit_code, text = self.run_at(80, self.target.url + "/reset", "-u", "2", "-d", "2s")
        self.assertEqual(exit_code, 1)
        lines = Screen(80, text).lines
        self.assertEqual(len([line for line in lines if line.startswith("error: ")]), 1, "\n".join(lines))
        self.assertEqual(len([line for line in lines if line.startswith("[")]), 1, "\n".join(lines))

    def test_ctrl_c_is_typed(self):
        before = self.target.answered()
        terminal = Terminal(self.runner, 80, "visits.Visits.two_pages", "-u", "3", "-d", "30s", *self.at_target())
        terminal.read_until("users 3")
        self.wait_until(lambda: self.target.answered() >= before + 6, "some answers")
        terminal.type(b"\x03")
        self.assertEqual(terminal.finish(), 130)
        screen = Screen(80, terminal.text)
        shown = "\n".join(screen.lines)
        self.assertIn("Stopping: test runs have 10s to end by themselves.", terminal.text)
        self.assertIn("STOPPED by Ctrl-C after", shown)
        self.assertIn(f"\nHits: {self.target.answered() - before}\n", shown)
        self.assertEqual(screen.column, 0)

    def test_ctrl_c_typed_twice(self):
        terminal = Terminal(self.runner, 80, self.target.url + "/stall", "-u", "3")
        terminal.read_until("users 3")
        terminal.type(b"\x03")
        terminal.read_until("Stopping:")
        terminal.type(b"\x03")
        since = time.monotonic()
        self.assertEqual(terminal.finish(), 130)
        self.assertLess(time.monotonic() - since, 4)
        self.assertIn("Cut off: 3", ESCAPE.sub("", terminal.text))

    def test_the_result_in_a_file_and_progress_on_the_terminal(self):
        path = self.scratch() / "out"
        terminal = Terminal(self.runner, 80, self.target.url + "/slow/10", "-d", "1s", "--output", "file",
                            "--output-file-filename", str(path))
        self.assertEqual(terminal.finish(), 0)
        self.assertNotIn("\x1b", path.read_text(encoding="utf-8"))
        self.assertIn("Hits: ", path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    support.main()
