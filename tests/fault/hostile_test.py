#!/usr/bin/env python3
"""Whoever reaches the broker's sockets may send what he likes: the run that goes on does not notice."""

import subprocess
import sys
import time

import cluster

MESSAGES = 500_000 if cluster.LONG else 20_000
MOST_GROWTH = 16 << 20  # bytes of the broker's memory
GOLDEN = cluster.HERE.parent / "unit/proto/golden"


def python_with_zeromq():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import zmq"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    return None


class HostileTest(cluster.FaultTest):
    @classmethod
    def setUpClass(cls):
        cls.python = python_with_zeromq()
        if cls.python is None:
            cls.skipTest(cls, "python3-zmq is not installed")

    def peer(self, name, *arguments):
        return subprocess.Popen([self.python, str(cluster.HERE / name), *arguments], text=True, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=cluster.die_with_parent)

    def end_of(self, peer, given=""):
        stdout, stderr = peer.communicate(given, timeout=120)
        self.assertEqual(peer.returncode, 0, stderr)
        return stdout

    def test_noise_bombs_and_forged_figures_change_nothing(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "4", "-d", "600s" if cluster.LONG else "16s")
            run = console.run_name()
            self.wait_for_load()
            time.sleep(1)
            before = loads.broker.rss()
            peers = [self.peer("hostile_peer.py", f"ipc://{loads.home}/loads/{door}.ipc", str(self.random.randrange(1 << 32)),
                               str(MESSAGES // 2), run, str(GOLDEN)) for door in ("frontend", "backend")]
            for peer in peers:
                self.end_of(peer)
            growth = loads.broker.rss() - before
            print(f"{MESSAGES} messages, the broker has grown by {growth >> 10} KiB")
            self.assertLess(growth, MOST_GROWTH)
            self.assertIsNone(console.process.poll(), "all of it came while the run went on")
            if cluster.LONG:
                loads.run("--stop", run)
            outcome = console.finish()
            self.assertNotIn("lost", outcome.stderr, str(outcome))
            self.assert_equal_counts(outcome)

    def test_an_order_that_is_replayed_is_one_run(self):
        with self.cluster() as loads:
            folder = loads.home / "recorder"
            folder.mkdir()
            recorder = self.peer("recorder.py", str(folder))
            recorder.stdout.readline()
            console = loads.load(f"{self.target.url}/", "-u", "2", "-c", "50", "--broker", f"ipc://{folder}")
            order = self.end_of(recorder).strip()
            console.abandon()
            self.end_of(self.peer("replayer.py", f"ipc://{loads.home}/loads/frontend.ipc", "50"), order)
            self.wait_until(lambda: "finished" in loads.run("--runs").stdout, "the run has ended")
            self.end_of(self.peer("replayer.py", f"ipc://{loads.home}/loads/frontend.ipc", "50"), order)
            loads.broker.kill()
            loads.broker.start()
            loads.wait_for_agents()
            self.end_of(self.peer("replayer.py", f"ipc://{loads.home}/loads/frontend.ipc", "50"), order)
            runs = loads.run("--runs").stdout
            self.assertEqual((runs.count("finished"), runs.count(" agents  ")), (1, 1), runs)
            self.assertEqual(self.target.answered(), 3 * 2 * 50, runs)


if __name__ == "__main__":
    cluster.main()
