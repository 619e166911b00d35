#!/usr/bin/env python3
"""What is refused before anything is sent: one sentence, an id that the troubleshooting page explains, and the exit code of its kind."""

import os
import re
import resource
import subprocess

import support


class ErrorTest(support.CommandTest):
    def assert_refused(self, exit_code, message, *arguments, runner=None):
        """The command ends with this one line, word for word, and has sent nothing."""
        before = self.target.statistics()["requests"]
        outcome = (runner or self.runner).run(*arguments)
        self.assertEqual(outcome.exit_code, exit_code, str(outcome))
        self.assertEqual(outcome.stderr, f"loads-runner: {message}\n", str(outcome))
        self.assertEqual(outcome.stdout, "", str(outcome))
        self.assertEqual(self.target.statistics()["requests"], before, str(outcome))
        name = re.search(r"\[([\w-]+)\]$", message).group(1)
        page = (support.ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
        self.assertIn(f"### [{name}]\n", page, "the id is explained")

    def url(self, *arguments):
        return (self.target.url + "/", *arguments)


class NoSuchTest(ErrorTest):
    def test_no_such_test(self):
        self.assert_refused(3, 'no test "stall" in Visits (visits.cpp). Did you mean stalls? Tests there: front_page, fails, two_pages, '
                               "short_pause, long_pause, stalls, farewell, globals. [no-such-test]", "visits.Visits.stall")

    def test_no_such_class(self):
        self.assert_refused(3, 'no test class "Visit" in visits.cpp. Did you mean Visits? Classes there: Visits. [no-such-test]',
                            "visits.Visit.stalls")

    def test_several_classes(self):
        self.assert_refused(3, "crashes.cpp has several test classes: Crashes, Construction, Destruction, TearDowns. Say which: "
                               "crashes.cpp:Crashes. [no-such-test]", "crashes")

    def test_no_such_module(self):
        outcome = self.runner.run("nothing.Visits.stalls")
        self.assert_ended(outcome, 3, 'no test module "nothing". Looked for nothing.so, libnothing.so, nothing.cpp, nothing.py in ., ',
                          "Name its folder with --test-dir. [no-such-module]")

    def test_no_such_file(self):
        self.assert_refused(3, "no test module nothing.cpp: there is no such file. [no-such-module]", "nothing.cpp:Visits.stalls")

    def test_does_not_compile(self):
        outcome = self.runner.run("does_not_compile.Visits.front_page")
        self.assert_ended(outcome, 3, "loads-runner: does_not_compile.cpp does not compile.\n", "[does-not-compile]")
        shown = re.findall(r"does_not_compile\.cpp:(\d+):\d+: error: ", outcome.stderr)
        self.assertEqual(shown, ["6", "7", "8"], f"the first three errors, once each\n{outcome}")
        log = re.search(r"whole output: (\S+) \[", outcome.stderr).group(1)
        with open(log, encoding="utf-8") as whole:
            self.assertIn("fourth_error", whole.read())

    def test_python_tests(self):
        scratch = self.scratch()
        (scratch / "visits.py").write_text("", encoding="utf-8")
        outcome = support.Commands(self.bin_dir, str(scratch)).run("visits.Visits.front_page")
        self.assert_ended(outcome, 3, "visits.py has no tests", "[no-tests]")


class OptionErrorTest(ErrorTest):
    def test_hits_and_duration(self):
        self.assert_refused(2, "--hits and --duration exclude each other. Say how often each user runs the test, or for "
                               "how long. [options]",
                            *self.url("--hits", "3", "--duration", "2"))

    def test_an_unknown_option(self):
        self.assert_refused(2, "unknown option --user. Did you mean --users? [options]", *self.url("--user", "3"))
        self.assert_refused(2, "unknown option --zzz. See loads-runner --help. [options]", *self.url("--zzz"))

    def test_values_that_are_none(self):
        self.assert_refused(2, '--users: "abc" is not a whole number. [options]', *self.url("-u", "abc"))
        self.assert_refused(2, "--users: 0 is too small, the least is 1. [options]", *self.url("-u", "10:0"))
        self.assert_refused(2, '--duration: "10 parsecs" is not a time: write 90, 90s, 1m30s, 500ms or 2h. [options]',
                            *self.url("-d", "10 parsecs"))
        self.assert_refused(2, '--summary: "long" is not known: it is seed, compact or full. [options]', *self.url("--summary", "long"))

    def test_from_the_environment(self):
        runner = self.runner.with_environment(LOADS_OPT_USERS="abc")
        self.assert_refused(2, 'LOADS_OPT_USERS: "abc" is not a whole number. [options]', *self.url(), runner=runner)
        runner = self.runner.with_environment(LOADS_OPT_USER="3")
        self.assert_refused(2, "LOADS_OPT_USER in the environment is no option of loads-runner. Did you mean LOADS_OPT_USERS? [options]",
                            *self.url(), runner=runner)

    def test_from_a_file(self):
        path = self.scratch() / "loads.ini"
        path.write_text("[other]\nhitz = 1\n\n[loads]\nusers = 3\nhitz = 4\n", encoding="utf-8")
        self.assert_refused(2, f'{path}:6: "hitz" is no option of loads-runner. Did you mean hits? [config]',
                            *self.url("--config", str(path)))
        path.write_text("[loads]\n\nusers = many\n", encoding="utf-8")
        outcome = self.runner.run(*self.url("--config", str(path)))
        self.assert_ended(outcome, 2, f'{path}:3: users: "many" is not a whole number.')

    def test_no_such_file_of_options(self):
        path = self.scratch() / "loads.ini"
        outcome = self.runner.run(*self.url("--config", str(path)))
        self.assert_ended(outcome, 2, str(path), "[config]")

    def test_a_scheme_that_is_not_spoken(self):
        outcome = self.runner.run("wss://127.0.0.1/")
        self.assert_ended(outcome, 2, "neither http:// nor https://")


class ResourceTest(ErrorTest):
    def run_limited(self, files, *arguments):
        return subprocess.run([self.runner.path, *arguments], cwd=self.folder, env=self.runner.environment, text=True, capture_output=True,
                              timeout=60, check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)))

    def test_more_users_than_open_files(self):
        ended = self.run_limited(1024, *self.url("-u", "5000", "--threads", "2"))
        self.assertEqual((ended.returncode, ended.stdout), (6, ""))
        self.assertEqual(ended.stderr, "loads-runner: 5000 users need about 5100 open files, the limit here is 1024. Raise it: as root "
                                       "`ulimit -n 5100`, in a systemd unit LimitNOFILE=5100, in Docker --ulimit nofile=5100, "
                                       "or --users 900. [fds]\n")

    def test_a_rate_that_needs_more_users_than_open_files_is_no_measure_of_the_target(self):
        slow = self.target.url + "/slow/400"
        ended = self.run_limited(120, slow, "--rate", "500/s", "-d", "1s", "--threads", "1")
        self.assertIn("Can these numbers be trusted? INVALID", ended.stdout)
        self.assertRegex(" ".join(ended.stdout.split()), r"there were open files for \d0 users at once, so that \d+ test runs had to wait")
        # Ten users are enough for 20/s.
        ended = self.run_limited(120, slow, "--rate", "20/s", "-d", "1s", "--threads", "1")
        self.assertNotIn("open files", ended.stdout)

    def test_what_the_message_proposes_works(self):
        ended = self.run_limited(1024, *self.url("-u", "900", "--threads", "2"))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("\nHits: 900\n", ended.stdout)

    def test_a_dry_run_checks_it_too(self):
        self.assertEqual(self.run_limited(1024, *self.url("-u", "5000", "--dry-run")).returncode, 6)

    def test_json_that_cannot_be_written(self):
        path = self.scratch() / "nosuch" / "result.json"
        self.assert_refused(6, f"cannot write {path}: No such file or directory. Name a file that can be written. [unwritable]",
                            *self.url("--json", str(path)))

    def test_a_full_disk_is_told_after_the_summary(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        outcome = self.runner.run(*self.url("--json", "/dev/full"))
        self.assert_ended(outcome, 6, "Hits: 1", "cannot write /dev/full: No space left on device.", "[unwritable]")

    def test_one_output_that_cannot_be_written_takes_no_other_along(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        folder = self.scratch()
        outcome = self.runner.run(*self.url("--json", "/dev/full", "--csv", f"{folder}/run", "--junit", f"{folder}/run.xml"))
        self.assert_ended(outcome, 6, "Hits: 1", "cannot write /dev/full")
        self.assertEqual(sorted(os.listdir(folder)), ["run.xml", "run_requests.csv", "run_seconds.csv"])

    def test_stdout_on_a_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        for arguments in (self.url(), self.url("--json", "-"), ("--help",)):
            with self.subTest(arguments), open("/dev/full", "w", encoding="utf-8") as full:
                ended = subprocess.run([self.runner.path, *arguments], cwd=self.folder, env=self.runner.environment, text=True, timeout=60,
                                       stdout=full, stderr=subprocess.PIPE, check=False)
                self.assertEqual(ended.returncode, 6, ended.stderr)

    def test_no_folder_to_compile_in(self):
        visits = os.path.join(self.folder, "visits.cpp")
        runner = support.Commands(self.bin_dir, "/proc").with_environment(HOME="/proc", TMPDIR="/proc")
        self.assert_ended(runner.run(f"{visits}:Visits.front_page"), 6, "Set XDG_CACHE_HOME. [no-cache]")

    def test_no_compiler(self):
        scratch = self.scratch()
        (scratch / "visits.cpp").write_text("int main;", encoding="utf-8")
        outcome = support.Commands(self.bin_dir, str(scratch)).with_environment(CXX="no-such-compiler").run("visits.Visits")
        self.assert_ended(outcome, 3, "no-such-compiler", "[no-compiler]")


if __name__ == "__main__":
    support.main()
