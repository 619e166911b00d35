"""What bench/run measures of tests in Python."""

import os

from loads.case import TestCase

URL = os.environ.get("BENCH_URL", "http://localhost:9200") + "/"


class Load(TestCase):
    def test_get(self):
        r = self.session.get(URL)
        self.assertEqual(r.status_code, 200)

    def test_changing(self):
        self.number = getattr(self, "number", 0) + 1
        r = self.session.get(URL + "?page=%d" % self.number)
        self.assertEqual(r.status_code, 200)

    def test_post(self):
        r = self.session.post(URL, json={"name": "cup", "size": 3}, headers={"X-Token": "abc"})
        self.assertEqual(r.status_code, 200)

    def test_text(self):
        r = self.session.get(URL)
        self.assertEqual(r.status_code, 200)
        self.assertEqual(r.headers["Content-Type"], "text/plain")
        self.assertIn("k", r.text)

    def test_stay(self):
        self.session.get(URL)
        from loads import _engine

        _engine.sleep(60)
