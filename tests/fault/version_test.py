#!/usr/bin/env python3
"""Parts of other versions: a minor one works with this one, a major one is refused by both, each of which names both."""

import json
import re
import time

import cluster
import peers


class VersionTest(cluster.FaultTest):
    def begin(self, program, *arguments):
        peer = peers.start(program, *map(str, arguments))
        self.assertEqual(peer.stdout.readline(), "ready\n")
        return peer

    def ask(self, loads, door, major, minor, kind, *fields):
        return json.loads(peers.finish(peers.start("ask.py", f"ipc://{loads.home}/loads/{door}.ipc", str(major), str(minor), kind, *fields)))

    def test_a_later_minor_version(self):
        """Agents and console are that for the broker, and the broker for them."""
        with self.cluster(agents=0) as loads:
            folder = loads.home / "between"
            between = self.begin("other_minor.py", folder, loads.home / "loads", 9)
            agents = [loads.agent(number, "--broker", f"ipc://{folder}").start() for number in range(3)]
            loads.agents.extend(agents)
            loads.wait_for_agents()
            outcome = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "3s", "--broker", f"ipc://{folder}").finish()
            self.assert_equal_counts(outcome)
            passed = int(peers.finish(between))
            print(f"{passed} messages of minor version 9")
            self.assertGreater(passed, 50)

    def test_a_broker_that_comes_back_as_a_later_minor_version(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "8s")
            self.wait_for_load(100)
            loads.broker.kill()
            loads.broker.command += ["--bind", f"ipc://{loads.home}/moved"]
            loads.broker.start()
            between = self.begin("other_minor.py", loads.home / "loads", loads.home / "moved", 9)
            self.assert_equal_counts(console.finish())
            loads.wait_for_agents()
            peers.finish(between)

    def test_an_agent_and_a_console_of_another_major_version_are_refused(self):
        both = "it speaks protocol 2.3, this is protocol 1."
        with self.cluster(agents=1) as loads:
            refusal = self.ask(loads, "backend", 2, 3, "hello", "major=2", "minor=3")
            self.assertEqual((refusal["type"], refusal["body"]["id"]), ("refused", "version"))
            self.assertIn(both, refusal["body"]["message"])
            self.assertIn(both, loads.broker.logged())
            refusal = self.ask(loads, "frontend", 2, 3, "ping", "request=1")
            self.assertEqual((refusal["type"], refusal["body"]["id"], refusal["body"]["exit_code"]), ("error", "version", 4))
            self.assertIn(both, refusal["body"]["message"])
            self.assert_equal_counts(loads.load(f"{self.target.url}/", "-c", "10").finish())

    def test_a_broker_that_comes_back_as_another_major_version(self):
        """The agents end their load, keep what they have measured, and say why; the right broker gets it."""
        both = re.compile(r"it speaks protocol 2\.5, this is protocol 1\.")
        with self.cluster() as loads:
            run = loads.detach(f"{self.target.url}/slow/5", "-u", "4", "-d", "60s", "--on-broker-loss", "continue:3s")
            self.wait_for_load(100)
            loads.broker.kill()
            other = self.begin("other_major.py", loads.home / "loads")
            outcome = loads.run("--ping-broker")
            self.assertEqual(outcome.exit_code, 4, str(outcome))
            self.assertRegex(outcome.stderr, both)
            for agent in loads.agents:
                self.wait_until(lambda: both.search(agent.logged()), "the agent has said what is wrong")
                self.wait_until(lambda: "stopping the load" in agent.logged(), "the agent ends its load")
            answered = -1
            while answered != (answered := self.target.answered()):
                time.sleep(1)
            peers.finish(other)
            loads.broker.start()
            loads.wait_for_state(run, "incomplete")
            self.assert_equal_counts(loads.report(run), exit_code=5)


if __name__ == "__main__":
    cluster.main()
