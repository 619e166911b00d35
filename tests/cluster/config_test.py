#!/usr/bin/env python3
"""The --config files of loads-broker and loads-agent."""

import os
import subprocess

import cluster  # noqa: F401, it knows where support is
import support


class ConfigTest(support.CommandTest):
    def run_with(self, program, text, *arguments):
        path = self.scratch() / "loads.ini"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run([os.path.join(self.bin_dir, program), "--config", str(path), *arguments], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr.replace(str(path), "loads.ini")

    def test_what_is_wrong_is_told_with_its_place(self):
        for program, section in (("loads-broker", "broker"), ("loads-agent", "agent")):
            with self.subTest(program):
                code, said = self.run_with(program, f"[{section}]\nlogfil = x\n")
                self.assertEqual(code, 2, said)
                self.assertIn(f'loads.ini:2: "logfil" is no option of {program}. Did you mean --logfile?', said)
                code, said = self.run_with(program, f"[{section}]\nversion = true\n")
                self.assertIn('loads.ini:2: "version" belongs on the command line.', said)
                code, said = self.run_with(program, f"[{section}]\nstate = a\n    b\n")
                self.assertIn('loads.ini:2: "state" takes one value.', said)

    def test_sections_of_others_are_left_alone_and_the_command_line_goes_before(self):
        text = "[loads]\nusers = 10\n[broker]\nkeep_runs = many\nbind = tcp://127.0.0.1:1\n"
        code, said = self.run_with("loads-broker", text, "--keep-runs", "5", "--check")
        self.assertEqual(code, 2, said)
        self.assertIn("--check looks at this machine's broker", said, "bind is of the file, and keep-runs is not")
        code, said = self.run_with("loads-broker", text, "--check")
        self.assertIn("--keep-runs", said)

    def test_values_that_make_no_sense_are_refused_with_those_that_do(self):
        for program, option, value, told in (
                ("loads-broker", "--keep-runs", "abc", '"abc" is not a whole number from 0 to 1000000'),
                ("loads-broker", "--local-agents", "-1", '"-1" is not a whole number from 0 to 10000'),
                ("loads-broker", "--enroll", "agent", "--enroll"),
                ("loads-agent", "--spool-limit", "1x", '"1x" is not a size from 4096 bytes to 16777216M: write 500M or 2G'),
                ("loads-agent", "--worker-memory", "5", '"5" is not a size from 16M to 16777216M, or 0'),
                ("loads-agent", "--worker-processes", "few", '"few" is not a whole number')):
            with self.subTest(option):
                code, said = self.run_with(program, "", option, value)
                self.assertEqual(code, 2, said)
                self.assertIn(f"{program}: {option}", said)
                self.assertIn(told, said)


if __name__ == "__main__":
    support.main()
