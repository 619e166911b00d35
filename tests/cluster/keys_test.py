#!/usr/bin/env python3
"""A cluster over tcp: everybody has a key, and what it allows."""

import os
import random
import shutil
import socket
import subprocess

import cluster


def free_port():
    """The first of three that are free, outside of the range from which the system takes ports by itself."""
    while True:
        port = random.randrange(20000, 30000)
        try:
            for number in range(port, port + 3):
                with socket.socket() as taken:
                    taken.bind(("127.0.0.1", number))
            return port
        except OSError:
            continue


class KeysTest(cluster.ClusterTest):
    agents = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        config = cls.keys_folder = os.path.join(cls.cluster.environment["XDG_CONFIG_HOME"], "loads")
        cls.make("--keygen")
        for role, name in (("agent", "web-1"), ("runner", "tarek"), ("viewer", "wall")):
            cls.make("--enroll", role, name)
        shutil.copy(os.path.join(config, "credentials", "web-1.key"), os.path.join(config, "agent.key"))
        shutil.copy(os.path.join(config, "credentials", "tarek.key"), os.path.join(config, "runner.key"))
        cls.address = f"tcp://127.0.0.1:{free_port()}"
        state = os.path.join(cls.cluster.folder.name, "tcp-broker")
        cls.cluster.agents.append(cls.cluster.start("loads-broker", "--bind", cls.address, "--state", state, "--keys", config))
        cls.cluster.agents.append(cls.cluster.start("loads-agent", "--broker", cls.address, "--key", os.path.join(config, "agent.key")))
        # Root's keys are those of the machine: everybody is told theirs.
        cls.runner = cls.runner.with_environment(LOADS_OPT_BROKER=cls.address, LOADS_OPT_KEY=os.path.join(config, "runner.key"))
        cls.cluster.wait_for(cls.runner, "1 agent registered")

    @classmethod
    def make(cls, *arguments):
        environment = {**os.environ, **cls.cluster.environment}
        return subprocess.run([os.path.join(cls.bin_dir, "loads-broker"), "--keys", cls.keys_folder, *arguments], env=environment, check=True,
                              stdout=subprocess.PIPE, text=True, timeout=60).stdout

    def key_of(self, name):
        return os.path.join(self.keys_folder, "credentials", name + ".key")

    def test_a_runner_runs(self):
        outcome = self.runner.run("visits.Visits.front_page", "-c", "20", "--agents", "1", *self.at_target())
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.field("Hits"), 20)

    def test_a_viewer_only_looks(self):
        viewer = self.runner.with_environment(LOADS_OPT_KEY=os.path.join(self.keys_folder, "credentials", "wall.key"))
        self.assert_ended(viewer.run("--ping-broker"), 0, "1 agent registered")
        self.assert_ended(viewer.run(self.target.url + "/", "--agents", "1"), 4, "[keys]")
        self.assert_ended(viewer.run("--pause"), 4, "[keys]")
        self.assert_ended(viewer.run("--purge-broker"), 4, "[keys]")

    def test_a_stranger_is_not_answered(self):
        self.assert_ended(self.runner.run("--ping-broker", "--insecure-no-auth"), 4, "no answer within 2s",
                          "A broker that has keys answers nobody without one: leave out --insecure-no-auth.", "[no-broker]")

    def test_a_key_that_was_revoked_is_named(self):
        self.assertIn(" as ~/.config/loads/runner.key or", self.make("--enroll", "viewer", "left"))
        key = self.scratch() / "left.key"
        shutil.copy(self.key_of("left"), key)
        self.make("--revoke", "left")
        self.assert_ended(self.runner.run("--ping-broker", "--key", str(key)), 4, "no answer within 2s",
                          f"It may not know the key of left ({key})", "[no-broker]")

    def test_an_agents_key_is_none_for_a_console(self):
        key = self.key_of("web-1")
        self.assert_ended(self.runner.run("--ping-broker", "--key", key), 2, key + " is an agent's key", "[keys]")

    def test_what_is_no_key_is_said_to_be_none(self):
        key = self.scratch() / "a.key"
        for text in ("garbage", ""):
            key.write_text(text, encoding="utf-8")
            key.chmod(0o600)
            self.assert_ended(self.runner.run("--ping-broker", "--key", str(key)), 2, f"{key} is not the key that is needed", "[keys]")

    def test_an_agent_that_its_broker_does_not_know_says_so(self):
        self.make("--enroll", "agent", "gone")
        key = self.scratch() / "gone.key"
        shutil.copy(self.key_of("gone"), key)
        self.make("--revoke", "gone")
        agent = self.cluster.start("loads-agent", "--broker", self.address, "--key", str(key))
        self.cluster.agents.append(agent)
        self.wait_until(lambda: "(no answer: it may not know this agent's key, see loads-broker --enroll agent NAME" in str(self.cluster),
                        "the agent has told")

    def test_a_key_that_others_may_read_is_refused(self):
        key = self.scratch() / "runner.key"
        shutil.copy(os.path.join(self.keys_folder, "runner.key"), key)
        key.chmod(0o644)
        self.assert_ended(self.runner.run("--ping-broker", "--key", str(key)), 2, "[keys]")


if __name__ == "__main__":
    cluster.main()
