#!/usr/bin/env python3
"""Consoles are killed, hung up or lose their stdin: the run goes on, and every console that is left shows the same."""

import signal
import subprocess
import time

import cluster


class ConsoleGoneTest(cluster.FaultTest):
    def test_consoles_go_and_the_run_goes_on(self):
        with self.cluster() as loads:
            first = loads.load(f"{self.target.url}/slow/5", "-u", "8", "-d", "8s")
            self.wait_for_load()
            run = first.run_name()
            killed, hung_up = loads.attach(run), loads.attach(run)
            deaf = loads.console(f"--attach={run}", stdin=subprocess.PIPE)
            stays = loads.attach(run)
            for console in (killed, hung_up, deaf, stays):
                console.run_name()
            deaf.close_stdin()
            killed.signal(signal.SIGKILL)
            hung_up.signal(signal.SIGHUP)
            first.signal(signal.SIGKILL)
            outcome = hung_up.finish()
            self.assertEqual(outcome.exit_code, 0, str(outcome))
            late = loads.attach(run)
            outcomes = [console.finish() for console in (deaf, stays, late)] + [loads.report(run)]
            for outcome in outcomes:
                self.assert_equal_counts(outcome)
                self.assertEqual(outcome.result["totals"], outcomes[0].result["totals"], str(outcome))

    def test_a_console_killed_in_each_state_of_its_run(self):
        with self.cluster() as loads:
            for delay in (0.02, 0.1, 0.3, 1.5):
                with self.subTest(delay):
                    before = self.target.answered()
                    console = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "2s")
                    time.sleep(delay)
                    console.signal(signal.SIGKILL)
                    console.process.wait()
                    # Killed before it had said what it wants, it has started nothing.
                    run = self.newest_run(loads)
                    if run is None or self.is_settled_before(loads, run, before):
                        continue
                    loads.wait_for_state(run, "finished")
                    self.assert_equal_counts(loads.report(run), before)

    def newest_run(self, loads):
        lines = loads.run("--runs").stdout.splitlines()
        return lines[1].split()[0] if len(lines) > 1 else None

    def is_settled_before(self, loads, run, before):
        return loads.state_of(run) == "finished" and self.target.answered() == before

    def test_attaching_takes_no_time(self):
        with self.cluster() as loads:
            run = loads.detach(f"{self.target.url}/slow/5", "-u", "4", "-d", "6s")
            self.wait_for_load()
            consoles, took = [], []
            for _ in range(5):  # a machine that is busy keeps one of them waiting, a wait of ours would be in all of them
                began = time.monotonic()
                consoles.append(loads.attach(run))
                self.assertEqual(consoles[-1].run_name(), run)
                took.append(time.monotonic() - began)
            self.assertLess(min(took), 1, took)
            for console in consoles:
                self.assert_equal_counts(console.finish())


if __name__ == "__main__":
    cluster.main()
