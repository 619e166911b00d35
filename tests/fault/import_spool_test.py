#!/usr/bin/env python3
"""The broker is gone for good, and the agents cannot bring what they have measured: it is imported from their folders."""

import shutil
import subprocess
import time

import cluster


class ImportSpoolTest(cluster.FaultTest):
    def lose_the_broker(self, loads, *options):
        """Its name, once the agents of a run have stopped by themselves, and are stopped."""
        run = loads.detach(f"{self.target.url}/slow/5", "-u", "4", *options)
        self.wait_for_load(200)
        time.sleep(1.5)  # so that a part of it is at the broker
        loads.broker.kill()
        self.wait_until(lambda: not any(agent.workers() for agent in loads.agents), "the load has ended")
        for agent in loads.agents:
            agent.ask_to_end()
        for agent in loads.agents:
            agent.wait()
        return run

    def import_from(self, loads, *folders, state=None):
        command = [loads.broker.command[0], "--state", str(state or loads.broker_state)]
        for folder in folders:
            command += ["--import-spool", str(folder)]
        return subprocess.run(command, env=loads.environment, capture_output=True, text=True, timeout=60,
                              preexec_fn=cluster.die_with_parent)

    def copy_of(self, loads, agent):
        """Its state folder, as it would come from another host."""
        return shutil.copytree(loads.home / f"state/agent{agent}", loads.home / f"copies/{agent}")

    def report_of(self, loads, run):
        loads.broker.start()
        self.wait_until(lambda: "Broker running" in loads.ping(), "the broker answers")
        outcome = loads.report(run)
        loads.broker.ask_to_end()
        loads.broker.wait()
        return outcome

    def test_what_agents_have_kept_is_counted_once(self):
        with self.cluster(agents=3) as loads:
            run = self.lose_the_broker(loads, "-d", "60s", "--on-broker-loss", "continue:3s")
            copies = [self.copy_of(loads, agent) for agent in range(3)]
            done = self.import_from(loads, copies[0].parent)
            self.assertEqual(done.returncode, 0, done)
            self.assertRegex(done.stdout, rf"(?m)^run {run}, agent \S+: \d+ batches imported, \d+ (was|were) here already\.$")
            self.assertIn(f"run {run} is incomplete.", done.stdout)  # the load ended before its time
            self.assert_equal_counts(self.report_of(loads, run), exit_code=5)
            again = self.import_from(loads, *copies)
            self.assertEqual(again.stdout.count(": 0 batches imported"), 3, again)
            self.assert_equal_counts(self.report_of(loads, run), exit_code=5)

    def test_a_run_that_came_to_its_end_is_finished_and_the_agents_are_told_so(self):
        with self.cluster(agents=2) as loads:
            run = self.lose_the_broker(loads, "-d", "6s", "--on-broker-loss", "continue")
            one = self.import_from(loads, self.copy_of(loads, 0))
            self.assertIn(f"run {run} has agents that have not ended", one.stdout)
            done = self.import_from(loads, self.copy_of(loads, 1))
            self.assertIn(f"run {run} is finished.", done.stdout)
            self.assert_equal_counts(self.report_of(loads, run))
            # The agents come after all: nothing is counted twice, and they let go of what they have kept.
            for process in (loads.broker, *loads.agents):
                process.start()
            loads.wait_for_agents()
            self.wait_until(lambda: not any(any((loads.home / f"state/agent{i}/leases").iterdir()) for i in range(2)), "the leases are dropped")
            self.assert_equal_counts(loads.report(run))

    def test_what_cannot_be_imported_is_refused(self):
        with self.cluster(agents=2) as loads:
            run = self.lose_the_broker(loads, "-d", "60s", "--on-broker-loss", "continue:1s")
            copy = self.copy_of(loads, 0)
            done = self.import_from(loads, copy, state=loads.home / "state/other")
            self.assertEqual(done.returncode, 5, done)
            self.assertIn(f"refused: this broker does not know run {run}.", done.stdout)
            identity = copy / "identity"
            identity.write_text("0" * 32 + " 1\n", encoding="ascii")
            done = self.import_from(loads, copy)
            self.assertEqual(done.returncode, 5, done)
            self.assertIn(f"refused: run {run} has not given this share to this agent.", done.stdout)
            done = self.import_from(loads, loads.home / "copies/0/leases")
            self.assertEqual(done.returncode, 2, done)
            self.assertIn("is no agent's state folder, and there is none in it", done.stderr)
            self.assertIn("[import-spool]", done.stderr)

    def test_neither_the_broker_nor_the_agent_may_run(self):
        with self.cluster(agents=1) as loads:
            done = self.import_from(loads, loads.home / "state/agent0")
            self.assertEqual(done.returncode, 6, done)
            self.assertIn(f"is in use by the broker with pid {loads.broker.pid}. Stop it", done.stderr)
            done = self.import_from(loads, loads.home / "state/agent0", state=loads.home / "state/other")
            self.assertEqual(done.returncode, 6, done)
            self.assertIn(f"is in use by the agent with pid {loads.agents[0].pid}. Stop it", done.stderr)


if __name__ == "__main__":
    cluster.main()
