#!/usr/bin/env python3
"""Wall clocks are set by an hour in the middle of a run, and monotonic clocks have nothing in common: nothing changes."""

import os
import pathlib
import struct
import sys
import tempfile

import cluster

HOUR = 3600


class ClockTest(cluster.FaultTest):
    def clock(self, name):
        """What stands before a command whose wall clock is the file beside it."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        file = pathlib.Path(folder, name)
        self.set(file, 0)
        return file, self.preloaded("wall_clock", FAULT_WALL_CLOCK=file)

    def set(self, file, seconds):
        with open(file, "r+b" if file.exists() else "wb") as clock:
            clock.write(struct.pack("q", seconds))

    def test_wall_clocks_that_are_set_in_the_middle_of_a_run(self):
        broker, before_broker = self.clock("broker")
        agent, before_agent = self.clock("agent")
        with self.cluster(wrap={"broker": before_broker, "agent0": before_agent}) as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "8s")
            run = console.run_name()
            self.wait_for_load(200)
            for ahead, state in ((HOUR, "running"), (-HOUR, "running")):
                self.set(broker, ahead)
                self.set(agent, -ahead)
                self.wait_for_load(200)
                self.assertEqual(loads.state_of(run), state)
            outcome = console.finish()
            self.assert_equal_counts(outcome)
            self.assertNotIn("lost", outcome.stderr, str(outcome))
            self.assertAlmostEqual(outcome.result["run"]["duration"], 8, delta=1)
            log = loads.broker.logged()
            hours = {line[11:13] for line in log.splitlines()}
            self.assertGreaterEqual(len(hours), 2, f"the broker's clock was set\n{log}")

    def test_a_broker_that_is_killed_while_its_wall_clock_is_wrong(self):
        for ahead in (HOUR, -HOUR):
            with self.subTest(ahead):
                before = self.target.answered()
                broker, before_broker = self.clock("broker")
                with self.cluster(wrap={"broker": before_broker}) as loads:
                    console = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "6s")
                    self.wait_for_load(200)
                    loads.broker.kill()
                    self.set(broker, ahead)
                    loads.broker.start()
                    outcome = console.finish()
                    self.assert_equal_counts(outcome, before)
                    self.assertAlmostEqual(outcome.result["run"]["duration"], 6, delta=1)

    def test_monotonic_clocks_that_have_nothing_in_common(self):
        if os.geteuid() != 0:
            self.skipTest("only root can make a time namespace")
        wrap = {f"agent{number}": (sys.executable, str(cluster.HERE / "other_time.py"), str(seconds))
                for number, seconds in enumerate((30 * 24 * HOUR, 5 * HOUR))}
        with self.cluster(wrap=wrap) as loads:
            namespaces = {os.readlink(f"/proc/{process.pid}/ns/time") for process in [loads.broker, *loads.agents]}
            self.assertEqual(len(namespaces), 3, "the broker and the third agent have the machine's clock")
            outcome = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "4s").finish()
            self.assert_equal_counts(outcome)
            self.assertAlmostEqual(outcome.result["run"]["duration"], 4, delta=1)


if __name__ == "__main__":
    cluster.main()
