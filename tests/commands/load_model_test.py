#!/usr/bin/env python3
"""How much load there is when: rates, stages, profiles, think time, pacing and warm-up, against a target that counts, and one that stalls."""

import http.server
import pathlib
import signal
import tempfile
import threading
import time

import support


class StallingServer(http.server.ThreadingHTTPServer):
    """Answers at once, but for one stretch of time: who comes in it is answered at its end. It knows how long whoever came had to wait."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, begin, length):
        super().__init__(("127.0.0.1", 0), StallingHandler)
        self.begin, self.length = begin, length
        self.first = None
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.serve_forever)

    def __enter__(self):
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def stall(self):
        with self.lock:
            self.first = self.first or time.monotonic()
            since = time.monotonic() - self.first
        if self.begin <= since < self.begin + self.length:
            time.sleep(self.begin + self.length - since)


class StallingHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.stall()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class LoadModelTest(support.CommandTest):
    def measure(self, *arguments, exit_code=0):
        before = self.target.answered()
        outcome, result = self.runner.measure(*arguments, *self.at_target())
        self.assert_ended(outcome, exit_code)
        self.assertEqual(result["totals"]["hits"] + result.get("warm_up", {"hits": 0})["hits"], self.target.answered() - before, str(outcome))
        return outcome, result

    def refused(self, *arguments):
        outcome = self.runner.run(*arguments, "http://127.0.0.1:9/")
        self.assert_ended(outcome, 2)
        return outcome.stderr

    def test_a_rate_is_kept_to_the_run(self):
        for options in ([], ["--threads", "3"]):
            outcome, result = self.measure("visits.Visits.front_page", "--rate", "200/s", "-d", "2s", *options)
            begun = result["totals"]["test_runs"]["success"]
            self.assertEqual(support.due_runs(result), 400)
            self.assertEqual(begun + result["arrivals"]["missed"], 400)
            self.assertIn("all, once sent", outcome.stdout)
            self.assertEqual(result["service_time"]["count"], begun)
            self.assertLessEqual(result["service_time"]["mean"], result["response_time"]["mean"])

    def test_poissons_runs_are_those_of_the_seed(self):
        counts = [support.due_runs(self.measure("visits.Visits.front_page", "--rate", "200/s", "-d", "1s", "--arrivals", "poisson",
                                                "--seed", seed, "--threads", threads)[1])
                  for seed, threads in (("1", "1"), ("1", "4"), ("2", "1"))]
        self.assertEqual(counts[0], counts[1])
        self.assertNotEqual(counts[0], 200)

    def test_each_rate_is_a_step_and_may_be_ramped_up(self):
        outcome, result = self.measure("visits.Visits.front_page", "--rate", "100/s:200/s", "-d", "1s", "--ramp-up", "500ms")
        self.assertEqual([step["rate"] for step in result["steps"]], [100, 200])
        missed = [due - step["hits"] for due, step in zip((75, 150), result["steps"])]
        self.assertGreaterEqual(min(missed), 0)
        self.assertEqual(sum(missed), result["arrivals"]["missed"])
        self.assertIn("Plan: (100/s, 200/s) for 1s each of visits.Visits.front_page", outcome.stderr)

    def test_stages_of_rates_and_of_users(self):
        _, result = self.measure("visits.Visits.front_page", "--stages", "1s:100/s,0s:20/s,1s:20/s")
        self.assertEqual(support.due_runs(result), 50 + 20)
        _, result = self.measure("visits.Visits.front_page", "--stages", "2s:4,2s:4,0s:0,2s:0", "--think-time", "10ms")
        users = [window["users"] for window in result["per_second"]]
        self.assertLessEqual(result["totals"]["connections"], 4, "each of them has one, and there is no other user")
        self.assertGreater(users[3], users[0], "they come one after another")
        self.assertLess(users[5], users[3], "and are gone at the end")
        self.assertGreaterEqual(result["run"]["duration"], 6, "which is kept")

    def test_a_profile_out_of_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            profile = pathlib.Path(folder) / "day.csv"
            profile.write_text("seconds,rate\n0,0\n1,100\n1,300\n1.5,300\n", encoding="utf-8")
            _, result = self.measure("visits.Visits.front_page", "--profile", str(profile))
            self.assertEqual(support.due_runs(result), 50 + 150)
            self.assertEqual(result["plan"]["steps"][0]["rate_over_time"], [[0, 0], [1, 100], [1, 300], [1.5, 300]])
            profile.write_text("seconds,rate\n0,0\nsoon,100\n", encoding="utf-8")
            self.assertIn("has a time that is none, \"soon\"", self.refused("--profile", str(profile)))
            profile.write_text("seconds,hits\n0,0\n1,100\n", encoding="utf-8")
            self.assertIn("lacks the column rate or users", self.refused("--profile", str(profile)))

    def test_what_waits_for_a_user_is_told_from_what_is_late(self):
        outcome, result = self.measure(self.target.url + "/slow/400", "--rate", "20/s", "-d", "2s", "--max-users", "2", "--threads", "1")
        arrivals = result["arrivals"]
        self.assertGreater(arrivals["waited"]["count"], 0)
        self.assertGreater(arrivals["missed"], 20, "two users make five runs a second")
        self.assertEqual(arrivals["late"]["count"] + arrivals["waited"]["count"] + arrivals["missed"], 40)
        self.assertGreater(result["response_time"]["max"], 1, "the wait is in it")
        self.assertLess(result["service_time"]["p50"], result["response_time"]["p50"])
        self.assertIn("max-users", [warning["id"] for warning in result["warnings"]])

    def test_who_comes_while_the_target_stalls_is_counted_with_his_wait(self):
        with StallingServer(begin=1.0, length=1.0) as server:
            outcome, result = self.runner.measure(server.url, "--rate", "100/s", "-d", "4s", "--arrivals", "constant")
        self.assert_ended(outcome, 0)
        self.assertEqual(support.due_runs(result), 400)
        # A quarter came while it stood still, and waited for half a second on average: 90 of 100 did not.
        self.assertGreater(result["response_time"]["p90"], 0.5)
        self.assertLess(result["response_time"]["p50"], 0.5)
        with StallingServer(begin=1.0, length=1.0) as server:
            _, closed = self.runner.measure(server.url, "-u", "1", "-d", "4s", "--pacing", "10ms")
        self.assertLess(closed["response_time"]["p90"], 0.5, "the closed model sees one who waits")

    def test_pacing_and_think_time(self):
        _, paced = self.measure("visits.Visits.front_page", "-u", "2", "-d", "1s", "--pacing", "100ms")
        self.assertLessEqual(paced["totals"]["hits"], 20)
        _, thoughtful = self.measure("visits.Visits.front_page", "-u", "2", "-c", "3", "--think-time", "50ms:60ms")
        self.assertEqual(thoughtful["totals"]["hits"], 6)
        self.assertGreaterEqual(thoughtful["run"]["duration"], 0.1)

    def test_the_warm_up_is_no_part_of_the_figures(self):
        outcome, result = self.measure("visits.Visits.front_page", "--rate", "100/s", "-d", "3s", "--warm-up", "1500ms", "--threads", "2")
        self.assertEqual(result["totals"]["hits"] + result["warm_up"]["hits"] + result["arrivals"]["missed"], 300)
        self.assertGreater(result["warm_up"]["hits"], 50)
        self.assertGreater(result["totals"]["hits"], 50)
        self.assertIn(f"Warm-up: {result['warm_up']['hits']} hits", outcome.stdout)
        self.assertAlmostEqual(result["totals"]["requests_per_second"], result["totals"]["hits"] / (result["run"]["duration"] - 1.5), places=3)

    def test_stopping_a_rate_loses_nothing(self):
        before = self.target.answered()
        process = self.runner.start("visits.Visits.front_page", "--rate", "200/s", "-d", "60s", *self.at_target())
        self.wait_until(lambda: self.target.answered() > before + 50, "some runs have begun")
        process.send_signal(signal.SIGINT)
        outcome = self.runner.finish(process)
        self.assert_ended(outcome, 130)
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome))

    def test_what_excludes_each_other(self):
        self.assertIn("--rate needs a --duration", self.refused("--rate", "5/s"))
        self.assertIn("--rate and --stages exclude each other", self.refused("--rate", "5/s", "-d", "1s", "--stages", "1s:5"))
        self.assertIn("--stages and --duration exclude", self.refused("--stages", "1s:5", "-d", "1s"))
        self.assertIn("--rate and --users exclude", self.refused("--rate", "5/s", "-d", "1s", "-u", "5"))
        self.assertIn("--pacing and --think-time go with users", self.refused("--rate", "5/s", "-d", "1s", "--pacing", "1s"))
        self.assertIn("--max-users bounds the users of a rate; without one --users says", self.refused("-u", "5", "-d", "1s", "--max-users", "5"))
        self.assertIn("is not a rate such as", self.refused("--rate", "5/fortnight", "-d", "1s"))
        self.assertIn("either all of users", self.refused("--stages", "1s:5,1s:5/s"))
        self.assertIn("nothing of the first step would be measured", self.refused("-d", "1s", "--warm-up", "1s"))


if __name__ == "__main__":
    support.main()
