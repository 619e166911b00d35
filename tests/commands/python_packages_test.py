#!/usr/bin/env python3
"""--python-dep and virtual environments: which packages a test in Python has. Everything is installed from wheels of our own."""

import socket
import subprocess
import textwrap

import support
import wheels

EXAMPLE = """
    import loads_first
    from loads.case import TestCase

    class TestSite(TestCase):
        def test_it(self):
            self.session.get('/', name=loads_first.NAME)
"""


class PackagesTest(support.CommandTest):
    def setUp(self):
        self.home = self.scratch()
        self.write("example.py", EXAMPLE)
        self.wheels = self.home / "wheels"
        # Nothing is asked of the network: an index that is not there says so at once.
        self.runner = support.Commands(self.bin_dir, str(self.home)).with_environment(PIP_INDEX_URL="http://127.0.0.1:1/", PIP_RETRIES="0")

    def write(self, name, text):
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def first(self, version="1.0", name="first", requires=()):
        return wheels.write(self.wheels, "loads_first", f"NAME = {name!r}\n", version, requires)

    def run_test(self, *arguments, runner=None):
        return (runner or self.runner).measure("example.TestSite.test_it", *self.at_target(), *arguments)

    def assert_named(self, ran, name):
        outcome, result = ran
        self.assert_ended(outcome, 0)
        self.assertEqual([request["name"] for request in result["requests"]], [name], str(outcome))
        return outcome

    def test_a_wheel_is_installed_once(self):
        wheel = str(self.first())
        self.assertIn("Installing the packages", self.assert_named(self.run_test("--python-dep", wheel), "first").stderr)
        self.assertNotIn("Installing", self.assert_named(self.run_test("--python-dep", wheel), "first").stderr)

    def test_a_wheel_that_has_changed_is_installed_anew(self):
        self.assert_named(self.run_test("--python-dep", str(self.first())), "first")
        self.assert_named(self.run_test("--python-dep", str(self.first(name="changed"))), "changed")

    def test_a_folder_is_all_there_is(self):
        self.first(requires=["loads_second"])
        wheels.write(self.wheels, "loads_second", "")
        self.assert_named(self.run_test("--python-dep", str(self.wheels)), "first")

    def test_what_pip_says_is_shown(self):
        self.first(requires=["loads_third"])
        outcome = self.runner.run("example.TestSite.test_it", "--python-dep", str(self.wheels))
        self.assert_ended(outcome, 3, "the packages of --python-dep cannot be installed", "No matching distribution found for loads_third", "[python-dep]")

    def test_one_that_failed_is_tried_again(self):
        self.first(requires=["loads_second"])
        self.assert_ended(self.runner.run("example.TestSite.test_it", "--python-dep", str(self.wheels)), 3)
        wheels.write(self.wheels, "loads_second", "")
        self.assert_named(self.run_test("--python-dep", str(self.wheels)), "first")

    def test_two_at_once_install_once(self):
        wheel = str(self.first())
        running = [self.runner.start("example.TestSite.test_it", *self.at_target(), "--python-dep", wheel) for _ in range(3)]
        outcomes = [self.runner.finish(process) for process in running]
        for outcome in outcomes:
            self.assert_ended(outcome, 0)
        self.assertEqual(sum("Installing" in outcome.stderr for outcome in outcomes), 1)

    def test_what_is_no_package(self):
        for name, words in (("--index-url=http://127.0.0.1", "neither the name of a package"), ("../somewhere", "neither the name of a package"),
                            ("gone.whl", "there is no such file"), (str(self.scratch()), "the folder has no wheels")):
            with self.subTest(name):
                self.assert_ended(self.runner.run("example.TestSite.test_it", f"--python-dep={name}"), 2, words, "[python-dep]")

    def test_what_has_no_use_for_packages(self):
        self.write("example.cpp", "")
        for arguments in (("http://127.0.0.1:1/",), ("example.cpp",), ("--test-runner", "true", "test")):
            with self.subTest(arguments):
                self.assert_ended(self.runner.run(*arguments, "--python-dep", "httpx"), 2, f"and {arguments[-1]} is none", "[python-dep]")

    def test_pip_ends_with_loads_runner(self):
        with socket.create_server(("127.0.0.1", 0)) as index:
            index.settimeout(60)
            runner = self.runner.with_environment(PIP_INDEX_URL=f"http://127.0.0.1:{index.getsockname()[1]}/")
            process = runner.start("example.TestSite.test_it", "--python-dep", "loads_first")
            connection, _ = index.accept()
            with connection:
                connection.settimeout(60)
                self.assertTrue(connection.recv(1000))
                process.kill()
                runner.finish(process)
                self.assertEqual(connection.recv(1), b"", "pip waits for its answer")

    def test_an_import_error_names_the_option(self):
        self.assert_ended(self.runner.run("example.TestSite.test_it"), 3, "--python-dep loads_first", "[import-error]")

    def test_the_active_environment(self):
        """Which has its own packages, those of the system, and those of --python-dep on top."""
        venv = self.home / "venv"
        subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", "--system-site-packages", venv], check=True)
        wheel = self.first(name="of the environment")
        subprocess.run([venv / "bin/python3", "-m", "pip", "install", "--quiet", "--no-index", wheel], check=True)
        inside = self.runner.with_environment(VIRTUAL_ENV=str(venv))
        self.assert_named(self.run_test(runner=inside), "of the environment")
        self.write("example.py", EXAMPLE.replace("import loads_first", "import loads_first, loads_second"))
        self.assert_ended(self.runner.run("example.TestSite.test_it"), 3, "No module named 'loads_first'")
        second = wheels.write(self.wheels, "loads_second", "")
        self.assert_named(self.run_test("--python-dep", str(second), runner=inside), "of the environment")
        self.assert_ended(inside.run("example.TestSite.test_it"), 3, "No module named 'loads_second'")


if __name__ == "__main__":
    support.main()
