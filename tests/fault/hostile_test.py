#!/usr/bin/env python3
"""Whoever reaches the broker's sockets may send what he likes: the run that goes on does not notice."""

import time

import cluster
import peers

MESSAGES = 500_000 if cluster.LONG else 20_000
MOST_GROWTH = 16 << 20  # bytes of the broker's memory
GOLDEN = cluster.HERE.parent / "unit/proto/golden"


class HostileTest(cluster.FaultTest):
    def test_noise_bombs_and_forged_figures_change_nothing(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "600s" if cluster.LONG else "16s")
            run = console.run_name()
            self.wait_for_load()
            time.sleep(1)
            before = loads.broker.rss()
            hostile = [peers.start("hostile_peer.py", f"ipc://{loads.home}/loads/{door}.ipc", str(self.random.randrange(1 << 32)),
                                   str(MESSAGES // 2), run, str(GOLDEN)) for door in ("frontend", "backend")]
            for peer in hostile:
                peers.finish(peer)
            self.assert_grown_less(loads.broker, before, MOST_GROWTH)
            self.assertIsNone(console.process.poll(), "all of it came while the run went on")
            if cluster.LONG:
                loads.run("--stop", run)
            outcome = console.finish()
            self.assertNotIn("lost", outcome.stderr, str(outcome))
            self.assert_equal_counts(outcome, exit_code=130 if cluster.LONG else 0)  # which was stopped then

    def test_an_order_that_is_replayed_is_one_run(self):
        with self.cluster() as loads:
            folder = loads.home / "recorder"
            folder.mkdir()
            recorder = peers.start("recorder.py", str(folder))
            recorder.stdout.readline()
            console = loads.load(f"{self.target.url}/", "-u", "2", "-c", "50", "--broker", f"ipc://{folder}")
            order = peers.finish(recorder).strip()
            console.abandon()
            peers.finish(peers.start("replayer.py", f"ipc://{loads.home}/loads/frontend.ipc", "50"), order)
            self.wait_until(lambda: "finished" in loads.run("--runs").stdout, "the run has ended")
            peers.finish(peers.start("replayer.py", f"ipc://{loads.home}/loads/frontend.ipc", "50"), order)
            loads.broker.kill()
            loads.broker.start()
            loads.wait_for_agents()
            peers.finish(peers.start("replayer.py", f"ipc://{loads.home}/loads/frontend.ipc", "50"), order)
            runs = loads.run("--runs").stdout
            self.assertEqual((runs.count("finished"), runs.count(" agents  ")), (1, 1), runs)
            self.assertEqual(self.target.answered(), 3 * 2 * 50, runs)


if __name__ == "__main__":
    cluster.main()
