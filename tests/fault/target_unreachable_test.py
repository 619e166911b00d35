#!/usr/bin/env python3
"""The way to the target fails: packets vanish, or no name server has an answer. Every request is classified, and nobody turns in circles."""

import contextlib
import ctypes
import os
import pathlib
import subprocess
import tempfile
import time

import cluster
import network
import peers

CLONE_NEWNS = 0x20000
SECONDS = 5
MOST_CPU = 1  # second of a worker whose users wait; its start is the most of it


class TargetUnreachableTest(cluster.FaultTest):
    target_options = (network.CENTRE, 0)

    @classmethod
    def setUpClass(cls):
        cls.network = cls.enterClassContext(network.Network(agents=0))

    def most_cpu(self, loads, console):
        """Of the workers, the processor time of the one that uses most, in seconds, until the console ends."""
        used = 0
        while console.process.poll() is None:
            for worker in [pid for agent in loads.agents for pid in agent.workers()]:
                with contextlib.suppress(OSError):  # it has just ended
                    used = max(used, cluster.cpu_of(worker))
            time.sleep(0.1)
        return used

    def assert_all_fail(self, loads, url, cause, *options):
        """All that is begun gets no answer for that cause, and costs next to nothing. How many requests that were."""
        console = loads.load(url, "-u", "5", "-d", f"{SECONDS}s", *options)
        used = self.most_cpu(loads, console)
        outcome = console.finish()
        self.assertEqual(outcome.exit_code, 1, str(outcome))
        totals = outcome.result["totals"]
        self.assertEqual(totals["hits"], 0, str(outcome))
        self.assertEqual([(one["cause"], one["count"]) for one in outcome.result["no_answer"]], [(cause, totals["no_answer"])], str(outcome))
        self.assertEqual(totals["test_runs"]["errors"], totals["no_answer"], str(outcome))
        self.assertEqual(sum(totals["test_runs"].values()), totals["no_answer"], str(outcome))
        self.assertEqual([(agent["end"], agent["in_flight"]) for agent in outcome.result["agents"]], [("completed", 0)] * 3, str(outcome))
        print(f"{cause}: {totals['no_answer']} requests, {used:.2f} s of a worker's processor time")
        self.assertTrue(0 < used < MOST_CPU, str(outcome))
        return totals["no_answer"]

    def test_packets_that_vanish(self):
        self.network.drop_at_centre(9)
        self.addCleanup(self.network.heal)
        with self.cluster() as loads:
            requests = self.assert_all_fail(loads, f"http://{network.CENTRE}:9/", "connecting timed out", "--timeout", "1s")
            self.assertLessEqual(requests, 3 * 5 * (SECONDS + 1), "one a second and user")

    def test_a_name_server_that_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            self.use_name_server(pathlib.Path(folder))
            server = peers.start("name_server.py")
            try:
                self.assertEqual(server.stdout.readline(), "ready\n")
                with self.cluster() as loads:
                    requests = self.assert_all_fail(loads, "http://target.example.org/", "cannot resolve the name", "--no-dns-resolve")
                    self.assertLessEqual(requests, 3 * 5 * (7 + SECONDS), "after 0.01 s, 0.02 s, 0.04 s ... and at last once a second")
            finally:
                questions = int(peers.finish(server))
            print(f"{questions} questions")
            self.assertGreater(questions, 0)

    def use_name_server(self, folder):
        """This process and its children ask 127.0.0.1 for names."""
        libc = ctypes.CDLL(None, use_errno=True)
        self.assertEqual(libc.unshare(CLONE_NEWNS), 0, os.strerror(ctypes.get_errno()))
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        for name, text in (("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"), ("nsswitch.conf", "hosts: files dns\n")):
            (folder / name).write_text(text, encoding="ascii")
            if os.path.exists(f"/etc/{name}"):
                subprocess.run(["mount", "--bind", str(folder / name), f"/etc/{name}"], check=True)


if __name__ == "__main__":
    cluster.main()
