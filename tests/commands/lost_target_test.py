#!/usr/bin/env python3
"""Targets that die, refuse, or are reached by another way than 127.0.0.1."""

import json
import signal
import socket
import threading
import time
import unittest

import support


class CountingProxy:
    """Passes requests on to a target, and counts the answers that came through whole. It dies with its target: then it refuses as well."""

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.passed = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        try:
            while True:
                client = self.listener.accept()[0]
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()
        except OSError:  # closed
            return

    def serve(self, client):
        with client:
            try:
                with socket.create_connection(self.target) as target:
                    self.pass_on(client, target)
            except OSError:
                self.close()

    def pass_on(self, client, target):
        while request := client.recv(4096):  # without a body, so in one piece
            target.sendall(request)
            answer = self.whole_answer(target)
            if not answer:
                return self.close()
            client.sendall(answer)
            with self.lock:
                self.passed += 1

    @staticmethod
    def whole_answer(target):
        answer = b""
        while b"\r\n\r\n" not in answer or len(answer) < answer.index(b"\r\n\r\n") + 4 + 1000:  # of /bytes/1000
            piece = target.recv(4096)
            if not piece:
                return b""
            answer += piece
        return answer

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        except OSError:
            pass
        self.listener.close()


class LostTargetTest(support.CommandTest):
    USERS = 5

    def kill_target_during(self, url, target):
        """A run of 4 seconds whose target is killed in its midst. Gives the outcome and the JSON."""
        path = self.scratch() / "result.json"
        process = self.runner.start(url, "-u", str(self.USERS), "-d", "4s", "--json", str(path))
        self.wait_until(lambda: target.answered() >= 50, "some answers")
        target.process.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        target.process.wait()
        outcome = self.runner.finish(process)
        self.assertLess(time.monotonic() - killed, 12, f"it hung\n{outcome}")
        return outcome, json.loads(path.read_text(encoding="utf-8"))

    def assert_classed(self, outcome, result):
        self.assert_ended(outcome, 1, "connection refused", "FAILED: ")
        self.assertNotIn("nothing was answered", outcome.stdout)
        causes = {each["cause"]: each for each in result["no_answer"]}
        self.assertLessEqual(set(causes), {"connection refused", "connection closed"}, str(outcome))
        self.assertEqual({each["class"] for each in causes.values()}, {"target"})
        # 10 ms, doubling to 1 s: nine attempts in four seconds, with some to spare.
        self.assertTrue(self.USERS <= causes["connection refused"]["count"] <= 15 * self.USERS, str(outcome))
        self.assertLessEqual(causes.get("connection closed", {"count": 0})["count"], self.USERS, str(outcome))
        runs = result["totals"]["test_runs"]
        self.assertEqual(runs["success"], result["totals"]["hits"], str(outcome))
        self.assertEqual(runs["errors"], result["totals"]["no_answer"], str(outcome))

    def test_a_target_that_is_killed(self):
        with support.Target(self.bin_dir) as target:
            outcome, result = self.kill_target_during(target.url + "/slow/10", target)
        self.assert_classed(outcome, result)
        self.assertGreaterEqual(outcome.field("Hits"), 50, str(outcome))

    def test_hits_are_the_answers_that_came_through(self):
        with support.Target(self.bin_dir) as target:
            proxy = CountingProxy(target.port)
            self.addCleanup(proxy.close)
            outcome, result = self.kill_target_during(proxy.url + "/bytes/1000", target)
        self.assert_classed(outcome, result)
        self.assertEqual(outcome.field("Hits"), proxy.passed, str(outcome))

    def test_a_target_that_comes_back(self):
        with support.Target(self.bin_dir) as target:
            port = target.port
            process = self.runner.start(target.url + "/slow/10", "-u", "3", "-d", "5s")
            self.wait_until(lambda: target.answered() >= 20, "some answers")
            target.process.send_signal(signal.SIGKILL)
            target.process.wait()
        time.sleep(0.5)
        with support.Target(self.bin_dir, port=port) as target:
            outcome = self.runner.finish(process)
            self.assert_ended(outcome, 1, "connection refused")
            self.assertGreater(target.answered(), 20, f"its users came again\n{outcome}")

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        outcome, result = self.runner.measure(f"http://127.0.0.1:{port}/", "-u", "3", "-c", "2")
        self.assert_ended(outcome, 1, f"6x  error    connect: connection refused 127.0.0.1:{port}",
                          "FAILED: 6 errors, nothing was answered")
        self.assertLessEqual(outcome.stderr.count("connection refused"), 1, f"said once while it runs\n{outcome}")
        self.assertEqual(result["no_answer"], [{"cause": "connection refused", "class": "target", "count": 6}])
        self.assertIsNone(result["response_time"]["p50"])
        self.assertEqual((outcome.field("Hits"), outcome.field("Approximate Average RPS")), (0, 0))

    def test_a_name_that_nobody_has(self):
        outcome, result = self.runner.measure("http://nosuch.invalid/", "-u", "3", "-c", "2")
        self.assert_ended(outcome, 1, '6x  error    cannot resolve "nosuch.invalid"', "What went wrong (1 kind)", "nothing was answered")
        self.assertLessEqual(outcome.stderr.count("cannot resolve"), 1, f"said once while it runs\n{outcome}")
        self.assertEqual([(each["cause"], each["count"]) for each in result["no_answer"]], [("cannot resolve the name", 6)])

    def test_answers_that_are_none(self):
        for path, cause in {"reset": "connection closed", "truncated": "connection closed", "malformed": "malformed answer",
                            "endless-head": "malformed answer"}.items():
            with self.subTest(path):
                outcome, result = self.runner.measure(f"{self.target.url}/{path}", "-u", "2", "-c", "2")
                self.assert_ended(outcome, 1, "FAILED: 4 errors, nothing was answered")
                self.assertEqual(result["no_answer"], [{"cause": cause, "class": "target", "count": 4}], str(outcome))

    def test_answers_that_do_not_end_in_time(self):
        for path in ("stall", "endless", "drip/100/100"):
            with self.subTest(path):
                since = time.monotonic()
                outcome, result = self.runner.measure(f"{self.target.url}/{path}", "-u", "2", "--timeout", "500ms")
                self.assertLess(time.monotonic() - since, 10)
                self.assert_ended(outcome, 1)
                self.assertEqual(result["no_answer"], [{"cause": "timed out", "class": "target", "count": 2}], str(outcome))


class AddressTest(support.CommandTest):
    target_address = "::1"

    @classmethod
    def setUpClass(cls):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError as reason:
            raise unittest.SkipTest("no IPv6 here") from reason
        super().setUpClass()

    def test_load_over_ipv6(self):
        before = self.target.answered()
        outcome = self.runner.run(self.target.url + "/", "-u", "10", "-c", "20")
        self.assert_ended(outcome, 0)
        self.assertEqual((outcome.field("Hits"), self.target.answered() - before), (200, 200), str(outcome))

    def test_a_server_url_with_an_ipv6_address(self):
        outcome = self.runner.run("visits.Visits.front_page", "-c", "3", *self.at_target())
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.field("Hits"), 3, str(outcome))


if __name__ == "__main__":
    support.main()
