#!/usr/bin/env python3
"""Installs a build into a folder of its own, and uses it from there as a test's author does.

    install_test.py BUILD_DIR [unittest's arguments]
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

from commands import Runner, Target

PROJECT = """cmake_minimum_required(VERSION 3.25)
project(author LANGUAGES CXX)
enable_testing()
find_package(loads 1.0 REQUIRED)
loads_add_test(example example.cpp more.cpp)
"""
EXAMPLE = """#include <loads/loads.h>
struct TestWebSite : loads::TestCase {};
LOADS_TEST(TestWebSite, test_es) { EXPECT_EQ(session.get("%(url)s").status_code(), 200); }
"""
MORE = """#include <loads/loads.h>
struct TestMore : loads::TestCase {};
LOADS_TEST(TestMore, test_missing) { EXPECT_EQ(session.get("%(url)s/status/404").status_code(), 404); }
"""


def call(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class InstallTest(unittest.TestCase):
    build_dir = ""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.prefix, cls.author = folder.name + "/prefix", folder.name + "/author"
        cls.bin_dir = cls.prefix + "/bin"
        os.mkdir(cls.author)
        call("cmake", "--install", cls.build_dir, "--prefix", cls.prefix)
        cls.target = Target(cls.bin_dir)
        cls.target.__enter__()
        cls.addClassCleanup(cls.target.__exit__)
        for name, text in (("CMakeLists.txt", PROJECT), ("example.cpp", EXAMPLE), ("more.cpp", MORE)):
            with open(f"{cls.author}/{name}", "w", encoding="utf-8") as file:
                file.write(text.replace("%(url)s", cls.target.url))

    def run_once(self, runner, *arguments):
        before = self.target.answered()
        outcome = runner.run(*arguments)
        self.assertEqual((outcome.exit_code, outcome.field("Hits"), self.target.answered() - before), (0, 1, 1), str(outcome))

    def test_an_authors_project(self):
        build = self.author + "/build"
        call("cmake", "-S", self.author, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror")
        call("cmake", "--build", build)
        before = self.target.answered()
        listed = call("ctest", "--output-on-failure", cwd=build)
        self.assertIn("example.TestWebSite.test_es", listed)
        self.assertIn("example.TestMore.test_missing", listed)
        self.assertEqual(self.target.answered() - before, 2)

        # Only the module is there: the source is not what is run.
        self.assertTrue(os.path.exists(build + "/example.so"))
        runner = Runner(self.bin_dir, build)
        self.run_once(runner, "example.TestWebSite.test_es")
        self.run_once(runner, "example.TestMore.test_missing")

    def test_a_source_is_compiled_with_the_installed_headers(self):
        self.run_once(Runner(self.bin_dir, self.author), "example.TestWebSite.test_es")

    def test_the_shipped_example_is_found_from_anywhere(self):
        runner = Runner(self.bin_dir, self.author)
        self.run_once(runner, "loads.examples.test_blog.TestWebSite.test_something", "--server-url", self.target.url)

    def test_both_names_of_the_runner(self):
        for name in ("loads-runner", "load-runner"):
            outcome = Runner(self.bin_dir, self.author, name).run("--version")
            self.assertEqual(outcome.exit_code, 0, str(outcome))

    def test_a_test_in_python(self):
        with open(f"{self.author}/in_python.py", "w", encoding="utf-8") as file:
            file.write("from loads.case import TestCase\nclass TestSite(TestCase):\n    def test_it(self):\n        self.session.get('/')\n")
        self.run_once(Runner(self.bin_dir, self.author), "in_python.TestSite.test_it", "--server-url", self.target.url)
        path = call(f"{self.bin_dir}/loads-runner", "--python-path").strip()
        self.assertTrue(path.startswith(self.prefix), path)
        before = self.target.answered()
        call("/usr/bin/python3", "-m", "unittest", "in_python", cwd=self.author,
             env={**os.environ, "PYTHONPATH": path, "LOADS_OPT_SERVER_URL": self.target.url})
        self.assertEqual(self.target.answered() - before, 1)

    def test_broker_and_agent(self):
        for program in ("loads-broker", "loads-agent"):
            self.assertIn(f"{program} 1.", call(f"{self.bin_dir}/{program}", "--version"))
        environment = {**os.environ, "XDG_RUNTIME_DIR": self.author, "XDG_STATE_HOME": self.author + "/state"}
        with subprocess.Popen([f"{self.bin_dir}/loads-broker", "--local-agents", "2"], env=environment, stderr=subprocess.DEVNULL) as broker:
            try:
                runner = Runner(self.bin_dir, self.author)
                runner.environment.update(environment)
                before = self.target.answered()
                outcome = runner.run(self.target.url + "/", "-c", "5", "--agents", "2", "--wait-agents", "1m", "--broker", f"ipc://{self.author}/loads")
                self.assertEqual((outcome.exit_code, self.target.answered() - before), (0, 10), str(outcome))
            finally:
                broker.terminate()
        self.assertEqual(broker.returncode, 0)

    def test_units_name_the_installed_executables(self):
        folder = self.prefix + "/lib/systemd/system"
        self.assertEqual(sorted(os.listdir(folder)), ["loads-agent@.service", "loads-broker.service"])
        for unit in os.listdir(folder):
            with open(f"{folder}/{unit}", encoding="utf-8") as file:
                text = file.read()
            self.assertNotIn("@prefix@", text)
            paths = re.findall(r"^(?:ExecStart=|Documentation=file:)(\S+)", text, re.MULTILINE)
            self.assertEqual([path for path in paths if not (path.startswith(self.prefix) and os.path.exists(path))], [], text)
            self.assertEqual(len(paths), 2)

    def test_files_for_a_cluster_and_the_pages_are_there(self):
        for path in ("loads/conf/loads.ini", "loads/deploy/nftables/loads-broker.nft", "loads/deploy/sysctl/90-loads-agent.conf",
                     "loads/deploy/limits/90-loads.conf", "doc/loads/guide.md", "doc/loads/deployment.md", "doc/loads/schema/summary-1.json"):
            self.assertTrue(os.path.exists(f"{self.prefix}/share/{path}"), path)

    def test_headers_speak_of_nothing_that_is_not_installed(self):
        call("g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{self.prefix}/include", "-xc++", "-", input="#include <loads/loads.h>\n")


if __name__ == "__main__":
    InstallTest.build_dir = os.path.abspath(sys.argv.pop(1))
    unittest.main()
