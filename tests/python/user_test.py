"""What a test knows of the user who runs it, and the data that it is dealt."""

import json
import pathlib
import unittest

from package_support import PythonTest


class UserTest(PythonTest):
    def test_who_runs_the_test(self):
        self.write("""
            from loads.case import TestCase
            class TestWebSite(TestCase):
                def test_it(self):
                    user = self.user
                    self.assertLess(user.index, user.users)
                    self.assertEqual((user.users, user.agent, user.agents, user.variable("name"), user.variable("no", "other")),
                                     (3, 0, 1, "größer", "other"))
                    self.incr_counter(f"user {user.index} run {user.runs}")
                    self.trend("number", user.random.random())
                    self.check("holds", True)
                    self.sleep_between(0, 0.001)
            """)
        runs = [self.load_measured("example.TestWebSite.test_it", "-u", "3", "-c", "2", "-e", "name=größer", "--seed", "7") for _ in range(2)]
        for outcome, figures in runs:
            self.assert_runs(outcome, success=6)
            self.assertEqual(figures["counters"], {f"user {user} run {run}": 1 for user in range(3) for run in (1, 2)})
        self.assertEqual(runs[0][1]["trends"], runs[1][1]["trends"])

    def test_the_server_of_a_class(self):
        self.write("""
            from loads.case import TestCase
            class TestWebSite(TestCase):
                server_url = "http://localhost:9200"
                def test_it(self):
                    self.session.get("/")
                    self.app.get("/")
                    self.create_ws("/ws").close()
            class TestOther(TestWebSite):
                server_url = "http://127.0.0.1:1"
            """)
        self.assert_runs(self.load("example.TestWebSite.test_it", server=False), success=1)
        self.assert_runs(self.load("example.TestOther.test_it"), success=1)
        self.unittest("example.TestWebSite", LOADS_OPT_SERVER_URL="")


class FeederTest(PythonTest):
    def setUp(self):
        super().setUp()
        pathlib.Path(self.folder, "users.csv").write_text('name,word\nanna,"a,b"\nbert,größer\ncarl,x\n', encoding="utf-8")
        pathlib.Path(self.folder, "users.json").write_text(json.dumps([{"name": "anna", "age": 3}, {"name": "bert", "tags": ["x"]}]), encoding="utf-8")

    def write_test(self, feeder, *lines):
        body = "".join(f"                    {line}\n" for line in lines)
        self.write(f"""
            from loads import feeder
            from loads.case import TestCase
            class TestWebSite(TestCase):
                rows = feeder.{feeder}
                def test_it(self):
{body}""")

    def test_rows_in_their_order(self):
        self.write_test('csv("users.csv")', "self.incr_counter(self.rows.next()['name'])")
        _, figures = self.load_measured("example.TestWebSite.test_it", "-u", "2", "-c", "4")
        self.assertEqual(figures["counters"], {"anna": 4, "bert": 2, "carl": 2})

    def test_rows_that_are_taken_once(self):
        self.write_test('csv("users.csv", order="unique")', "self.incr_counter(self.rows.next()['name'])")
        outcome, figures = self.load_measured("example.TestWebSite.test_it", "-u", "3", "-c", "2")
        self.assertEqual(figures["counters"], {"anna": 1, "bert": 1, "carl": 1})
        self.assert_runs(outcome, success=3, errors=3)

    def test_rows_until_they_end(self):
        self.write_test('csv("users.csv", order="sequential", split="users")', "self.incr_counter(self.rows.next()['name'])")
        outcome, figures = self.load_measured("example.TestWebSite.test_it", "-u", "2", "-c", "5")
        self.assertEqual(figures["counters"], {"anna": 1, "bert": 1, "carl": 1})
        self.assert_runs(outcome, success=3)
        self.assertEqual(outcome.exit_code, 0, str(outcome))

    def test_any_rows_are_the_same_with_the_same_seed(self):
        self.write_test('csv("users.csv", order="random")', "self.incr_counter(self.rows.next()['name'])")
        counts = [self.load_measured("example.TestWebSite.test_it", "-c", "20", "--seed", "3")[1]["counters"] for _ in range(2)]
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(sum(counts[0].values()), 20)

    def test_what_a_row_is(self):
        self.write_test('csv("users.csv")', "row = self.rows[0]", "self.assertEqual(dict(row), {'name': 'anna', 'word': 'a,b'})",
                        "self.assertEqual((row.index, len(self.rows), [r['word'] for r in self.rows]), (0, 3, ['a,b', 'größer', 'x']))",
                        "with self.assertRaisesRegex(feeder.FeedError, 'which has name, word'):", "    row['age']",
                        "with self.assertRaises(feeder.FeedError):", "    self.rows[7]", "self.assertTrue(self.rows.has_next())")
        self.assert_runs(self.load("example.TestWebSite.test_it"), success=1)
        self.unittest("example")

    def test_rows_of_json(self):
        self.write_test('json("users.json")', "self.assertEqual([dict(row) for row in self.rows], [{'name': 'anna', 'age': 3}, {'name': 'bert', 'tags': ['x']}])")
        self.unittest("example")

    def test_what_cannot_be_used_is_named(self):
        for feeder, shown in (('csv("no.csv")', 'no data file "no.csv"'), ('csv("users.csv", order="any")', "order is one of circular, sequential, random, unique")):
            with self.subTest(feeder):
                self.write_test(feeder, "pass")
                self.assertIn(shown, self.load("example.TestWebSite.test_it", exit_code=3).stderr)


if __name__ == "__main__":
    unittest.main()
