#!/usr/bin/env python3
"""What machines can do: loads-agent --calibrate, and the notes of a broker whose agents know it."""

import pathlib
import re
import subprocess

import cluster


class CalibrateTest(cluster.ClusterTest):
    agents = 0

    def start_agent(self, state):
        for agent in self.cluster.agents:
            agent.terminate()
            agent.wait()
        self.cluster.agents.clear()
        self.wait_until(lambda: " free " not in self.runner.run("--ping-broker").stdout, "the agent is gone")
        self.cluster.agents.append(self.cluster.start("loads-agent", "--state", str(state)))
        self.cluster.wait_for(self.runner, r"(?m) free ")

    def log_of_agent(self):
        return sorted(pathlib.Path(self.cluster.folder.name).glob("*-loads-agent.log"), key=lambda path: int(path.name.split("-")[0]))[-1]

    def calibrate(self, state):
        return subprocess.run([f"{self.bin_dir}/loads-agent", "--calibrate", "--state", str(state)], capture_output=True, text=True, timeout=120,
                              check=False)

    def calibrated(self):
        """A folder with the calibration of this machine."""
        state = self.scratch() / "state"
        outcome = self.calibrate(state)
        self.assertEqual(outcome.returncode, 0, outcome)
        return state, outcome

    def notes(self, result):
        return [warning["message"] for warning in result["warnings"] if warning["id"] == "beyond-calibration"]

    def change(self, state, key, value):
        path = state / "calibration.ini"
        text, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", path.read_text(encoding="utf-8"))
        self.assertEqual(count, 1)
        path.write_text(text, encoding="utf-8")

    def test_a_machine_is_measured_and_plans_beyond_it_are_noted(self):
        state, outcome = self.calibrated()
        self.assertRegex(outcome.stdout, r"(?m)^  \d{4,} plain requests a second")
        self.assertRegex(outcome.stdout, r"(?m)^  \d+ open files, \d+ local ports to one address$")
        self.assertIn(f"Kept in {state}/calibration.ini\n", outcome.stdout)
        self.start_agent(state)
        _, result = self.runner.measure(self.target.url + "/", "--rate", "20/s", "-d", "1s", "--agents", "1")
        self.assertEqual(self.notes(result), [], "a modest plan")
        self.change(state, "rate", 7)
        self.start_agent(state)
        outcome, result = self.runner.measure(self.target.url + "/", "--rate", "20/s", "-d", "1s", "--agents", "1")
        self.assert_ended(outcome, 0, "note: machine ", " is to begin 20 test runs a second, and can send 7 plain requests")
        self.assertEqual(len(self.notes(result)), 1)
        self.assertEqual(outcome.stderr.count("note: machine"), 1)

    def test_a_calibration_that_is_old_or_damaged_is_said(self):
        state, _ = self.calibrated()
        self.change(state, "kernel", "2.6.32")
        self.change(state, "files", 3)
        self.start_agent(state)
        self.assertRegex(self.log_of_agent().read_text(encoding="utf-8"), r"may hold no longer \(open files: 3 then, .*kernel: 2\.6\.32 then, ")
        _, result = self.runner.measure(self.target.url + "/", "-u", "5", "-c", "2", "--agents", "1")
        note, = self.notes(result)
        self.assertRegex(note, r" is to have 5 users, and connections for 3 by its calibration.*may hold no longer \(open files: 3 then")
        (state / "calibration.ini").write_text("[calibration]\nformat = 1\nrate = fast\n", encoding="utf-8")
        self.start_agent(state)
        self.assertIn("calibration.ini: it says nothing about measured. Calibrate again", self.log_of_agent().read_text(encoding="utf-8"))
        self.assertEqual(self.notes(self.runner.measure(self.target.url + "/", "-u", "5", "-c", "2", "--agents", "1")[1]), [])

    def test_a_folder_that_cannot_be_written_is_a_failure(self):
        outcome = self.calibrate("/proc/nosuch")
        self.assertEqual(outcome.returncode, 6, outcome)
        self.assertIn("cannot write /proc/nosuch/calibration.ini", outcome.stderr)


if __name__ == "__main__":
    cluster.main()
