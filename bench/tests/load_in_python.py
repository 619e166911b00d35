"""What bench/run measures of tests in Python."""

import itertools
import os
import time

from loads.case import TestCase


URL = os.environ.get("BENCH_URL", "http://localhost:9200") + "/"


class Load(TestCase):
    numbers = itertools.count()

    def test_get(self):
        answer = self.session.get(URL)
        self.assertEqual(answer.status_code, 200)

    def test_changing(self):
        answer = self.session.get(f"{URL}?page={next(self.numbers)}")
        self.assertEqual(answer.status_code, 200)

    def test_post(self):
        answer = self.session.post(URL, json={"item": next(self.numbers)}, headers={"X-Token": "abc"})
        self.assertEqual(answer.status_code, 200)

    def test_get_and_stay(self):
        self.test_get()
        time.sleep(60)
