"""Threads of a test's own: requests in them, and what is left of them when they, or the process, have ended."""

import unittest

from package_support import PythonTest

EXAMPLE = """
    import contextlib, queue, sys, threading, time
    from loads.case import TestCase
    from loads.session import Session

    def in_thread(function):
        found = queue.Queue()
        thread = threading.Thread(target=lambda: found.put(function()))
        thread.start()
        thread.join()
        return found.get()

    class TestThreads(TestCase):
        def test_answers_outlive_their_thread(self):
            answers = [in_thread(lambda: Session().get(self.server + "/bytes/5000")) for _ in range(3)]
            self.assertEqual([len(answer.content) for answer in answers], [5000] * 3)
            self.assertEqual(answers[0].headers["Content-Length"], "5000")
            answers = [in_thread(lambda: Session().get(self.server + "/bytes/500000", stream=True)) for _ in range(3)]
            with self.assertRaises(RuntimeError):
                answers[0].content
            answers[1].close()
            del answers

        server = "http://localhost:9200"

    class SlowToGo:
        def __del__(self):
            time.sleep(0.5)

    class TestEnd(TestCase):
        def test_it(self):
            def ask():
                while True:
                    with contextlib.suppress(Exception):
                        Session().get("/stall", timeout=0.02)

            threading.Thread(target=ask, daemon=True).start()
            sys.modules["kept"] = SlowToGo()
            self.session.get("/")
"""


class ThreadsTest(PythonTest):
    def setUp(self):
        super().setUp()
        self.write(EXAMPLE, "threads.py")

    def test_answers_outlive_their_thread(self):
        self.unittest("threads.TestThreads")
        self.assert_runs(self.load("threads.TestThreads.test_answers_outlive_their_thread", "-c", "5"), success=5)

    def test_a_thread_that_still_asks_at_the_end_of_the_process(self):
        self.assertNotIn("terminate", self.unittest("threads.TestEnd.test_it"))
        self.assertNotIn("error", self.load("threads.TestEnd.test_it", "--threads", "1").stderr)


if __name__ == "__main__":
    unittest.main()
