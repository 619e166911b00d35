#!/usr/bin/env python3
"""A broker without agents: what can be asked of it, and what it refuses."""

import cluster


class BrokerTest(cluster.ClusterTest):
    agents = 0

    def test_ping(self):
        outcome = self.runner.run("--ping-broker")
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.stdout, f"Broker running on pid {self.cluster.broker.pid}\n0 agents registered\nNothing is running right now.\n")

    def test_too_few_agents(self):
        outcome = self.runner.run(self.target.url + "/", "--agents", "3")
        self.assert_ended(outcome, 5, "Not enough agents running on that broker. Asked: 3, Got: 0", "[not-enough-agents]")

    def test_agents_that_do_not_come(self):
        outcome = self.runner.run(self.target.url + "/", "--agents", "3", "--wait-agents", "1s")
        self.assert_ended(self.runner.run(self.target.url + "/", "--agents", "1", "--wait-agents", "1s"), 5, "Waiting for 1 free agent.")
        self.assert_ended(outcome, 5, "Waiting for 3 free agents.", "no 3 agents were free within 1s", "[not-enough-agents]")

    def test_a_run_that_waits_can_be_stopped(self):
        process = self.runner.start(self.target.url + "/", "--agents", "3", "--wait-agents", "1m")
        self.wait_until(lambda: "queued" in self.runner.run("--runs").stdout, "the run is queued")
        name = self.runner.run("--runs").stdout.split("\n")[1].split()[0]
        self.assert_ended(self.runner.run("--stop", name[:4]), 0, "Stopping run " + name[:4])
        self.assert_ended(self.runner.finish(process), 130, "STOPPED from another console after 0% of the plan")
        self.assert_ended(self.runner.run("--runs"), 0, "Ended, the latest first:", name + "  stopped")

    def test_attaching_to_nothing(self):
        self.assert_ended(self.runner.run("--attach"), 2, "Nothing is running on that broker.", "[no-such-run]")
        self.assert_ended(self.runner.run("--attach", "00000000"), 2, "There is no run 00000000 on that broker.", "[no-such-run]")
        self.assert_ended(self.runner.run("--report", "00000000"), 2, "[no-such-run]")
        self.assert_ended(self.runner.run("--stop", "00000000"), 2, "[no-such-run]")

    def test_nothing_to_purge(self):
        outcome = self.runner.run("--purge-broker")
        self.assertEqual((outcome.exit_code, outcome.stdout), (0, "Nothing to purge.\n"), str(outcome))

    def test_a_cluster_without_agents_is_not_well(self):
        self.assert_ended(self.runner.run("--health-check"), 5, "0 agents registered", "No agent is free.")

    def test_an_agent_without_a_broker_says_so_and_goes_on_when_it_comes(self):
        lonely = cluster.Cluster(self.bin_dir)
        self.addCleanup(lonely.stop)
        lonely.start_agents(1)
        self.wait_until(lambda: f"warning: no broker answers at ipc://{lonely.folder.name}/loads/backend.ipc (the socket file does not exist), "
                        "trying on" in str(lonely), "the agent has told")
        lonely.start_broker()
        self.wait_until(lambda: "info: the broker answers" in str(lonely), "it has told that, too")

    def test_an_agent_that_ends_without_a_broker_says_so(self):
        lonely = cluster.Cluster(self.bin_dir)
        self.addCleanup(lonely.stop)
        agent = lonely.start("loads-agent", "--backend", "tcp://nosuch.invalid:7781", "--insecure-no-auth", "--end-without-broker", "5s")
        lonely.agents.append(agent)
        self.assertEqual(agent.wait(timeout=60), 0)
        self.assertIn("no broker answers at tcp://nosuch.invalid:7781 (cannot resolve nosuch.invalid), trying on", str(lonely))
        self.assertIn("ending: no broker was heard for 5s", str(lonely))

    def test_a_broker_that_is_there_already_is_left_alone(self):
        other = self.cluster.start("loads-broker", "--state", str(self.scratch()))
        self.assertEqual(other.wait(timeout=60), 6)
        self.assertIn("Stop it, or name another folder: loads-broker --bind ipc://FOLDER", str(self.cluster))

    def test_a_broker_that_does_not_answer(self):
        runner = self.runner.with_environment(XDG_RUNTIME_DIR=str(self.scratch()))
        self.assert_ended(runner.run("--ping-broker"), 4, "the socket file does not exist", "Start one: loads-broker", "[no-broker]")
        self.assert_ended(self.runner.run("--ping-broker", "--broker", "tcp://127.0.0.1:1", "--insecure-no-auth"), 4, "connection refused")
        self.assert_ended(self.runner.run("--ping-broker", "--broker", "tcp://127.0.0.1:1"), 2, "--enroll runner NAME", "[keys]")


if __name__ == "__main__":
    cluster.main()
