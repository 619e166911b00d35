"""Tests in Python that do to their processes what must not harm the counts. The target can tell the shares of a run apart by the status that
they ask for."""

import os
import signal

from loads import _engine
from loads.case import TestCase


class TestVisits(TestCase):
    def visit(self):
        _, _, self.runs, self.agent, _ = _engine.place()
        self.session.get(f"/status/{200 + self.agent}")

    def test_visits(self):
        self.visit()
        _engine.sleep(0.02)

    def test_crashes(self):
        self.visit()
        if self.agent == 1 and self.runs == 100:
            os.kill(os.getpid(), signal.SIGSEGV)

    def test_loops(self):
        self.visit()
        while self.agent == 1:
            pass

    def test_exits(self):
        self.visit()
        os._exit(0)
