#!/usr/bin/env python3
"""Somebody, or the disk, changes what the broker has kept of a run: it is not taken for figures, and the run says that some are missing."""

import shutil

import cluster


class DamageTest(cluster.FaultTest):
    def test_a_journal_that_is_damaged_and_then_taken_away(self):
        with self.cluster() as loads:
            run = loads.detach(f"{self.target.url}/slow/5", "-u", "4", "-d", "9s")
            folder = loads.broker_state / "runs" / run
            # More than one commit, so that agents have been told that they need not keep what is lost.
            self.wait_until(lambda: any(journal.stat().st_size > 10_000 for journal in folder.glob("*.journal")), "the journal has grown")
            loads.broker.kill()
            journal = min(folder.glob("*.journal"))
            with open(journal, "r+b") as file:
                file.seek(100)
                file.write(b"damage")
            (folder / "00000002.journal").write_bytes(b"")  # what is damaged is not the unfinished end of the last one
            loads.broker.start()
            self.wait_until(lambda: "Broker running" in loads.ping(), "the broker answers")
            health = loads.run("--health-check")
            self.assertEqual(health.exit_code, 4, str(health))
            self.assertIn(f"{journal} is damaged at byte ", health.stdout + health.stderr)
            loads.broker.kill()
            shutil.move(folder, loads.home / "damaged")
            loads.broker.start()
            loads.wait_for_state(run, "incomplete")
            outcome = loads.report(run)
            self.assertEqual(outcome.exit_code, 5, str(outcome))
            self.assertIn("the broker's disk has lost figures of this run: all that it had is gone", outcome.stdout, str(outcome))
            hits = outcome.result["totals"]["hits"]
            self.assertTrue(0 < hits < self.target.answered(), str(outcome))
            self.assertEqual(loads.report(run).exit_code, 5, "and it stays so")
            loads.wait_for_agents()


if __name__ == "__main__":
    cluster.main()
