#!/usr/bin/env python3
"""The figures of a report, against a target whose delays, sizes and counts are known."""

import support


class FiguresTest(support.CommandTest):
    def measure(self, *arguments):
        outcome, result = self.runner.measure(*arguments, *self.at_target())
        self.assert_ended(outcome, 0)
        return outcome, result

    def test_percentiles_are_the_targets_delays(self):
        _, result = self.measure("figures.Figures.delays", "-u", "3", "-c", "10")
        for name, delay in {"short": 0.020, "middle": 0.060, "long": 0.120}.items():
            times = next(each for each in result["requests"] if each["name"] == name)["response_time"]
            self.assertEqual(times["count"], 30)
            # The target never answers early; a busy machine may make it late. The histogram is exact to 0.1 %.
            for figure in ("min", "p50", "p90", "p95", "max", "mean"):
                self.assertGreaterEqual(times[figure], delay * 0.999, f"{figure} of {name}")
            self.assertLess(times["p50"], delay + 0.060, name)
            self.assertLessEqual(times["p50"], times["p90"] * 1.001)
            self.assertLessEqual(times["p95"], times["max"] * 1.001)
            self.assertIsNone(times["p99"], "too few to tell")
        self.assertGreaterEqual(result["phases"]["wait"], 0.060, "the delay is waiting")

    def test_the_names_of_the_table(self):
        outcome, _ = self.measure("figures.Figures.delays", "-c", "2")
        for name in ("all", "short", "middle", "long"):
            self.assertRegex(outcome.stdout, rf"(?m)^  {name} +{6 if name == 'all' else 2} ")

    def test_bytes(self):
        _, result = self.measure("figures.Figures.sizes", "-u", "2", "-c", "3")
        received = {each["name"]: each["bytes_received"] / 6 for each in result["requests"]}
        for name, body in {"GET /bytes/100000": 100000, "GET /chunked/30000": 30000, "HEAD /bytes/5000": 0}.items():
            self.assertTrue(body + 50 <= received[name] <= body + 2000, f"{name}: body and head are {received[name]}")
        self.assertEqual(result["totals"]["bytes_received"], sum(each["bytes_received"] for each in result["requests"]))
        self.assertTrue(6 * 3 * 50 < result["totals"]["bytes_sent"] < 6 * 3 * 500)

    def test_status_codes(self):
        outcome, result = self.measure("figures.Figures.statuses", "-u", "3", "-c", "7")
        self.assertEqual(result["status_codes"], {"201": 21, "204": 21, "404": 21, "503": 21})
        self.assertEqual((outcome.field("Hits"), outcome.field("Success")), (84, 21))
        self.assertEqual(result["response_time"]["count"], 42, "of the successful ones")

    def test_own_figures_of_many_users_on_several_threads(self):
        _, result = self.measure("figures.Figures.own_figures", "-u", "50", "-c", "10", "--threads", "4")
        self.assertEqual(result["counters"], {"visits": 500, "parts": 1500})
        self.assertEqual(result["checks"], {"is even": {"passed": 250, "failed": 250}})
        runs = result["trends"]["run"]
        self.assertEqual((runs["count"], runs["mean"], runs["min"], runs["max"]), (500, 5.5, 1, 10))
        self.assertAlmostEqual(runs["p90"], 9, delta=0.009)  # the precision of the histogram

    def test_steps(self):
        before = self.target.answered()
        outcome, result = self.measure("visits.Visits.front_page", "-u", "10:20:30", "--hits", "20")
        self.assertEqual((outcome.field("Hits"), self.target.answered() - before), (1200, 1200), str(outcome))
        self.assertEqual([(step["step"], step["users"], step["hits"], step["test_runs"]["success"]) for step in result["steps"]],
                         [(1, 10, 200, 200), (2, 20, 400, 400), (3, 30, 600, 600)])
        self.assertLessEqual(sum(step["duration"] for step in result["steps"]), result["run"]["duration"])
        for step, users, hits in ((1, 10, 200), (2, 20, 400), (3, 30, 600)):
            self.assertRegex(outcome.stdout, rf"(?m)^ +{step} +{users} +\d+\.\d\ds +{hits} ")

    def test_users_times_hits_steps(self):
        before = self.target.answered()
        _, result = self.measure("visits.Visits.front_page", "-u", "2:3", "--hits", "4:5")
        self.assertEqual([step["hits"] for step in result["steps"]], [8, 10, 12, 15])
        self.assertEqual(self.target.answered() - before, 45)

    def test_a_duration_per_step(self):
        _, result = self.measure("visits.Visits.short_pause", "-u", "2:4", "-d", "700ms")
        self.assertEqual(len(result["steps"]), 2)
        for step in result["steps"]:
            self.assertTrue(0.7 <= step["duration"] < 5, step["duration"])

    def test_connections_are_kept(self):
        _, result = self.measure("visits.Visits.front_page", "-u", "7", "-c", "30")
        self.assertEqual(result["totals"]["connections"], 7)

    def test_every_user_is_there_once(self):
        before = self.target.statistics()["by_status"].get("200", 0)
        _, result = self.measure("figures.Figures.who", "-u", "1000", "--threads", "3")
        self.assertEqual((result["totals"]["hits"], result["totals"]["connections"]), (1000, 1000))
        self.assertEqual(self.target.statistics()["by_status"]["200"] - before, 1000)

    def test_ramp_up_starts_users_one_after_another(self):
        process = self.runner.start("visits.Visits.long_pause", "-u", "10", "--ramp-up", "2s", *self.at_target())
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        before, seen = self.target.answered(), []

        def all_have_begun():
            seen.append(self.target.answered() - before)
            return seen[-1] == 10

        self.wait_until(all_have_begun, "all users have begun")
        self.assertGreaterEqual(len(set(seen) - {0, 10}), 4, f"they came {sorted(set(seen))} at a time")

    def test_a_class_runs_its_tests(self):
        before = self.target.answered()
        outcome = self.runner.run("figures.Figures", "-c", "40", "--seed", "1", *self.at_target())
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome))


if __name__ == "__main__":
    support.main()
