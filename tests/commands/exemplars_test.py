#!/usr/bin/env python3
"""Single exchanges that a report keeps: the slowest, and the first of each kind that failed."""

import re

import support


class ExemplarsTest(support.CommandTest):
    def measure(self, test, *arguments, exit_code=0):
        outcome, result = self.runner.measure(f"exemplars.Exemplars.{test}", *arguments, *self.at_target())
        self.assert_ended(outcome, exit_code)
        return outcome, result["exemplars"], result

    def test_the_slow_page_is_named(self):
        outcome, kept, result = self.measure("slow_page", "-u", "4", "-c", "5")
        slowest = kept["slowest"]
        self.assertLessEqual(len(slowest), 4, "two names, two of each")
        self.assertAlmostEqual(slowest[0]["time"], result["response_time"]["max"], places=5)
        times = [each["time"] for each in slowest]
        self.assertEqual(times, sorted(times, reverse=True))
        slow = [each for each in slowest if each["name"] == "GET /slow/150"]
        self.assertEqual(len(slow), 2)
        for each in slow:
            self.assertGreaterEqual(each["phases"]["wait"], 0.150)
            self.assertEqual(each["url"], f"{self.target.url}/slow/150?id={each['user']}")
            self.assertIn(f"GET /slow/150?id={each['user']} HTTP/1.1\n", each["request"])
            self.assertTrue(each["answer"].startswith("HTTP/1.1 200 OK\n"), each["answer"])
            self.assertEqual(each["address"], self.target.url.removeprefix("http://"))
            self.assertTrue(result["run"]["started"] <= each["sent"], each["sent"])
        self.assertEqual(kept["failed"], [])
        self.assertRegex(outcome.stdout, r"(?m)^Exchanges worth a look \(--json FILE has them whole\)\n(?: .*\n)*? +[\d.]+m?s  GET /slow/150  200  at \d\d:\d\d:\d\d  (?:\w+ [\d.]+m?s, )?wait [\d.]+m?s")

    def test_a_failing_assertion_keeps_its_exchange(self):
        outcome, kept, _ = self.measure("fault_in_a_good_answer", "-u", "3", "-c", "4", exit_code=1)
        self.assertEqual(len(kept["failed"]), 1)
        failed = kept["failed"][0]
        self.assertEqual((failed["name"], failed["status"], failed["cause"]), ("GET /search", 200, None))
        self.assertIn("nothing to buy", failed["message"])
        self.assertTrue(failed["location"].startswith("exemplars.cpp:"), failed["location"])
        self.assertIn("\n\n", failed["answer"])
        self.assertRegex(outcome.stdout, r"(?m)^ .*GET /search +200  at ")

    def test_bad_statuses(self):
        outcome, kept, _ = self.measure("bad_statuses", "-u", "2", "-c", "5", exit_code=1)
        self.assertEqual([(each["name"], each["status"]) for each in kept["failed"]], [("GET /status/503", 503), ("GET /status/404", 404)])
        self.assertRegex(outcome.stdout, r"(?m)^ .*GET /status/503  503  at ")

    def test_a_request_without_an_answer_is_kept_and_said_once(self):
        outcome, result = self.runner.measure(self.target.url + "/reset", "-c", "3")
        failed = result["exemplars"]["failed"]
        self.assertEqual([(each["name"], each["status"], each["cause"]) for each in failed], [("GET /reset", None, "connection closed")])
        self.assertTrue(failed[0]["request"].startswith("GET /reset HTTP/1.1\n"))
        self.assertIsNone(failed[0]["answer"])
        self.assertEqual(len(re.findall(r"GET /reset", outcome.stdout)), 1, str(outcome))

    def test_secrets_stay_out_of_the_report(self):
        _, result = self.runner.measure(self.target.url.replace("://", "://user:secret@") + "/status/500", "-H", "X-Api-Key: secret", "-c", "2")
        failed = result["exemplars"]["failed"][0]
        self.assertIn("Authorization: [hidden]\n", failed["request"])
        self.assertNotIn("secret", str(result["exemplars"]))



if __name__ == "__main__":
    support.main()
