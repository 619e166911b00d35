#!/usr/bin/env python3
"""Agents that may connect to some targets only: loads-agent --allow-target."""

import os
import subprocess

import cluster


class AllowTargetTest(cluster.ClusterTest):
    agents = 0

    def start_agent(self, *options):
        """An agent with these options, and no other."""
        for agent in self.cluster.agents:
            agent.terminate()
            agent.wait()
        self.cluster.agents.clear()
        self.wait_until(lambda: " free " not in self.runner.run("--ping-broker").stdout, "the agent is gone")
        self.cluster.agents.append(self.cluster.start("loads-agent", *options))
        self.cluster.wait_for(self.runner, r"(?m) free ")

    def assert_refused(self, url, *said):
        before = self.target.answered()
        outcome, result = self.runner.measure(url, "-u", "2", "-c", "3", "--agents", "1")
        self.assert_ended(outcome, 1)
        for text in said:
            self.assertIn(text, result["errors"][0]["message"], str(outcome))
        self.assertEqual(self.target.answered(), before)
        self.assertEqual(result["no_answer"], [{"cause": "not allowed to connect there", "class": "generator", "count": 6}])
        self.assertEqual(result["totals"]["hits"], 0)
        self.assertEqual([warning["message"] for warning in result["warnings"] if warning["id"] == "target-not-allowed"],
                         ["6 requests were not sent: this machine is not allowed to connect there."])
        self.assertEqual({error["class"] for error in result["errors"]}, {"generator"})

    def assert_reached(self, url):
        outcome = self.runner.run(url, "-u", "2", "-c", "3", "--agents", "1")
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.field("Hits"), 6, str(outcome))

    def test_what_is_not_on_the_list_is_refused(self):
        port = self.target.port
        self.start_agent("--allow-target", f"127.0.0.1:{port}", "--allow-target", "10.0.0.0/8")
        self.assert_reached(self.target.url + "/")
        self.assert_reached(f"http://[::ffff:127.0.0.1]:{port}/")
        self.start_agent("--allow-target", "10.0.0.0/8")
        self.assert_refused(self.target.url + "/", f"this agent may not connect to 127.0.0.1:{port}: it is not among the agent's --allow-target")
        self.start_agent("--allow-target", f"localhost:{port}")
        self.assert_reached(f"http://localhost:{port}/")
        self.assert_refused(self.target.url + "/", "it is not among the agent's --allow-target")

    def test_the_list_may_stand_in_a_file(self):
        config = self.scratch() / "agent.ini"
        config.write_text("[agent]\nallow-target = 10.0.0.0/8\n    192.168.0.0/16\n", encoding="utf-8")
        self.start_agent("--config", str(config))
        self.assert_refused(self.target.url + "/", "it is not among the agent's --allow-target")

    def test_no_agent_connects_to_a_clouds_metadata(self):
        self.start_agent()
        self.assert_refused("http://169.254.169.254/latest/meta-data/",
                            "this agent may not connect to 169.254.169.254:80: it is a cloud's metadata service, which no agent connects to")
        self.assert_refused("http://[::ffff:169.254.169.254]/", "it is a cloud's metadata service")
        self.assert_refused("http://224.0.0.1/", "it is a multicast address")
        self.assert_reached(self.target.url + "/")

    def test_what_is_no_target_is_told(self):
        done = subprocess.run([os.path.join(self.bin_dir, "loads-agent"), "--allow-target", "10.0.0.0/33"], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual(done.returncode, 2, done)
        self.assertIn('--allow-target: "10.0.0.0/33" is no host, address or network', done.stderr)


if __name__ == "__main__":
    cluster.main()
