#!/usr/bin/env python3
"""Tests in Python on agents: what is printed is what was answered, and what the test needs travels."""

import textwrap

import cluster
import support
import wheels

EXAMPLE = """
    from loads.case import TestCase

    class TestSite(TestCase):
        def test_get(self):
            self.session.get('/')

        def test_fails(self):
            self.assertEqual(self.session.get('/').status_code, 404)
"""


class PythonTest(cluster.ClusterTest):
    agents = 2

    def setUp(self):
        self.home = self.scratch()
        self.write("example.py", EXAMPLE)
        environment = self.runner.environment
        self.runner = support.Commands(self.bin_dir, str(self.home))
        self.runner.environment = environment
        self.before = self.target.answered()

    def write(self, name, text):
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")

    def run_test(self, test, *arguments):
        return self.runner.measure(test, *self.at_target(), "--agents", "2", *arguments)

    def assert_counts(self, outcome, hits):
        self.assertEqual((outcome.field("Hits"), self.target.answered() - self.before), (hits, hits), str(outcome))

    def test_steps_users_and_processes(self):
        outcome, result = self.run_test("example.TestSite.test_get", "-u", "10:20:3", "-c", "20", "--threads", "2")
        self.assert_ended(outcome, 0, "Plan: 2 agents x (10, 20, 3 users) x 20 hits = 1320 hits of example.TestSite.test_get\n")
        self.assert_counts(outcome, 1320)
        self.assertEqual([step["users"] for step in result["steps"]], [20, 40, 6])
        self.assertEqual([agent["end"] for agent in result["agents"]], ["completed"] * 2)

    def test_failures_name_their_lines(self):
        outcome, _ = self.run_test("example.TestSite.test_fails", "-c", "2")
        self.assert_ended(outcome, 1, "FAILED: 4 failures", "200 != 404", "example.py:9")

    def test_a_package_and_what_lies_beside_it_travel(self):
        self.write("shop/__init__.py", "")
        self.write("shop/paths.py", "import json, os\nFRONT = json.load(open(os.path.join(os.path.dirname(__file__), 'paths.json')))['front']\n")
        self.write("shop/paths.json", '{"front": "/"}')
        self.write("shop/__pycache__/left.out", "")
        self.write("beside.py", "import below.deep\nNAME = open('data/name.txt').read()\n")
        self.write("below/deep.py", "")
        self.write("data/name.txt", "from a file")
        self.write("shop/test_shop.py", """
            import beside
            from loads.case import TestCase
            from . import paths

            class TestShop(TestCase):
                def test_it(self):
                    self.session.get(paths.FRONT, name=beside.NAME)
        """)
        outcome, result = self.run_test("shop.test_shop.TestShop.test_it", "--include-file", "data/*")
        self.assert_ended(outcome, 0)
        self.assertEqual([(request["name"], request["hits"]) for request in result["requests"]], [("from a file", 2)])

    def test_packages_are_installed_at_the_agents(self):
        wheel = wheels.write(self.home / "wheels", "loads_first", "NAME = 'of a wheel'\n")
        self.write("example.py", EXAMPLE.replace("from loads.case", "import loads_first\n    from loads.case").replace("'/')\n", "'/', name=loads_first.NAME)\n"))
        for given in (wheel, wheel.parent):
            with self.subTest(given):
                outcome, result = self.run_test("example.TestSite.test_get", "--python-dep", str(given))
                self.assert_ended(outcome, 0)
                self.assertEqual([request["name"] for request in result["requests"]], ["of a wheel"])

    def test_a_module_that_agents_cannot_import(self):
        self.write("example.py", "import os\nos.environ['ONLY_HERE']\n" + textwrap.dedent(EXAMPLE))
        outcome = self.runner.with_environment(ONLY_HERE="1").run("example.TestSite.test_get", "--agents", "2")
        self.assert_ended(outcome, 3, "KeyError: 'ONLY_HERE'", "[import-error]")
        self.assertEqual(self.target.answered(), self.before)

    def test_the_standard_library_as_it_is(self):
        self.write("sleeps.py", """
            import time
            from loads.case import TestCase

            class TestSleeps(TestCase):
                def test_it(self):
                    self.incr_counter('patched', 'loads' in time.sleep.__module__)
        """)
        for option, patched in (((), 1), (("--no-patching",), 0)):
            with self.subTest(option):
                outcome, result = self.run_test("sleeps.TestSleeps.test_it", *option)
                self.assert_ended(outcome, 0)
                self.assertEqual(result["counters"], {"patched": 2 * patched})

    def test_a_detached_run(self):
        name = self.start_detached("example.TestSite.test_get", *self.at_target(), "-u", "2", "-d", "6s", "--agents", "2")
        outcome = self.runner.run("--attach")
        self.assert_ended(outcome, 0, f"Run {name}.")
        self.assertGreater(outcome.field("Hits"), 0)
        self.assertEqual(outcome.field("Hits"), self.target.answered() - self.before, str(outcome))


class AgentsPythonTest(cluster.ClusterTest):
    """Which Python an agent has, and where its workers may connect."""

    agents = 0

    def start_agent(self, *options):
        for agent in self.cluster.agents:
            agent.terminate()
            agent.wait()
        self.cluster.agents.clear()
        self.wait_until(lambda: " free " not in self.runner.run("--ping-broker").stdout, "the agent is gone")
        self.cluster.agents.append(self.cluster.start("loads-agent", *options))
        self.cluster.wait_for(self.runner, r"(?m) free ")

    def setUp(self):
        self.home = self.scratch()
        (self.home / "example.py").write_text(textwrap.dedent(EXAMPLE), encoding="utf-8")
        environment = self.runner.environment
        self.runner = support.Commands(self.bin_dir, str(self.home))
        self.runner.environment = environment

    def run_test(self):
        return self.runner.run("example.TestSite.test_get", *self.at_target(), "-u", "2", "-c", "3", "--agents", "1")

    def test_its_own(self):
        lacking = self.home / "python"
        lacking.write_text("#!/bin/sh\nexec /usr/bin/python3 -S \"$@\"\n", encoding="ascii")
        lacking.chmod(0o700)
        self.start_agent("--python", str(lacking))
        self.assert_ended(self.run_test(), 3, f"{lacking} cannot run tests", "[no-python]")
        self.start_agent("--python", "/usr/bin/python3")
        self.assert_ended(self.run_test(), 0)

    def test_where_it_may_connect(self):
        self.start_agent("--allow-target", "10.0.0.0/8")
        before = self.target.answered()
        self.assert_ended(self.run_test(), 1, "it is not among the agent's --allow-target")
        self.assertEqual(self.target.answered(), before)

    def test_how_many_processes_it_may_be(self):
        self.start_agent("--worker-processes", "2")
        outcome = self.runner.run("example.TestSite.test_get", *self.at_target(), "-u", "4", "-d", "20s", "--threads", "3", "--agents", "1")
        self.assert_ended(outcome, 3, "with all that it has started it is", "processes, and may be 2 (loads-agent --worker-processes)")


if __name__ == "__main__":
    cluster.main()
