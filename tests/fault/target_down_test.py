#!/usr/bin/env python3
"""The target fails: every request that was begun is in the report under what became of it."""

import socket
import threading

import cluster


class Blackhole:
    """A port that takes connections, reads, and does what `act` does with them."""

    def __init__(self, act):
        self.listener, self.act = socket.create_server(("127.0.0.1", 0)), act
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.requests, self.kept = 0, []
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        for peer in self.kept:
            peer.close()

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            self.requests += 1
            self.act(peer)
            self.kept.append(peer)


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    peer.close()


class TargetDownTest(cluster.FaultTest):
    def assert_all_classified(self, loads, url, runs, *options):
        outcome = loads.load(url, "-u", "5", "-c", str(runs), *options).finish()
        self.assertEqual(outcome.exit_code, 1, str(outcome))
        totals, every = outcome.result["totals"], 3 * 5 * runs
        self.assertEqual(totals["hits"] + totals["no_answer"], every, str(outcome))
        self.assertEqual(sum(totals["test_runs"].values()), every, str(outcome))
        self.assertEqual(totals["test_runs"]["errors"], totals["no_answer"], str(outcome))
        self.assertEqual([agent["end"] for agent in outcome.result["agents"]], ["completed"] * 3, str(outcome))
        return totals

    def test_each_fault_of_a_target(self):
        with self.cluster() as loads, Blackhole(reset) as resets, Blackhole(lambda peer: None) as silent, \
                Blackhole(lambda peer: peer.shutdown(socket.SHUT_WR)) as half:
            closed = socket.create_server(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
            closed.close()
            cases = {"refused": (url, 4), "reset": (resets.url, 4), "silent": (silent.url, 1), "half closed": (half.url, 4),
                     "no such name": ("http://nobody.invalid/", 2), "truncated": (self.target.url + "/truncated", 4),
                     "malformed": (self.target.url + "/malformed", 4), "slow drip": (self.target.url + "/drip/1000/100", 1)}
            for name, (url, runs) in cases.items():
                with self.subTest(name):
                    totals = self.assert_all_classified(loads, url, runs, "--timeout", "1s")
                    self.assertEqual(totals["hits"], 0, name)

    def test_a_target_that_dies_in_the_middle(self):
        with self.cluster() as loads:
            console = loads.load(f"{self.target.url}/slow/5", "-u", "5", "-d", "6s")
            self.wait_for_load(500)
            answered = self.target.answered()
            self.target.process.kill()
            outcome = console.finish()
            totals = outcome.result["totals"]
            self.assertEqual(outcome.exit_code, 1, str(outcome))
            self.assertGreaterEqual(totals["hits"], answered, str(outcome))
            self.assertGreater(totals["no_answer"], 0, str(outcome))
            self.assertEqual(totals["test_runs"]["success"], totals["hits"], str(outcome))
            self.assertEqual(totals["test_runs"]["errors"], totals["no_answer"], str(outcome))


if __name__ == "__main__":
    cluster.main()
