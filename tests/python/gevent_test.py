"""Tests that use gevent: its waits are those of virtual users."""

import unittest

from package_support import PythonTest


class GeventTest(PythonTest):
    def run_users(self, body, head="import gevent", users=4, hits=1, exit_code=0):
        lines = "".join(f"                    {line}\n" for line in body.strip("\n").splitlines())
        self.write(f"""
            {head}
            from loads.case import TestCase
            met = []
            class TestWebSite(TestCase):
                def meet(self):
                    met.append(1)
                    while len(met) < {users}:
                        gevent.sleep(0.001)
                def test_it(self):
{lines}""")
        return self.load("example.TestWebSite.test_it", "--threads", "1", "-u", str(users), "-c", str(hits), exit_code=exit_code)

    def test_sleep_lets_the_others_go_on(self):
        self.assert_runs(self.run_users("""
self.session.get("/")
gevent.sleep(0.001)
self.meet()
self.session.get("/")
""", hits=3), success=12)

    def test_spawned_greenlets_run_meanwhile(self):
        self.assert_runs(self.run_users("""
def work(n):
    gevent.sleep(0.001)
    return n * 2
jobs = [gevent.spawn(work, n) for n in range(3)]
self.session.get("/")
gevent.joinall(jobs)
self.assertEqual([job.value for job in jobs], [0, 2, 4])
self.assertEqual(gevent.spawn(work, 4).get(), 8)
self.meet()
"""), success=4)

    def test_events_queues_and_timeouts(self):
        self.assert_runs(self.run_users("""
event, queue = gevent.event.Event(), gevent.queue.Queue()
gevent.spawn_later(0.001, event.set)
self.assertTrue(event.wait(30))
gevent.spawn(queue.put, 3)
self.assertEqual(queue.get(timeout=30), 3)
with self.assertRaises(gevent.Timeout):
    with gevent.Timeout(0.001):
        self.session.get("/")
        gevent.sleep(60)
self.meet()
""", head="import gevent, gevent.event, gevent.queue"), success=4)

    def test_what_a_greenlet_raises_reaches_the_test(self):
        outcome = self.run_users("""
def fail():
    raise ValueError("not this")
gevent.spawn(fail).get()
""", exit_code=1)
        self.assert_runs(outcome, errors=4)
        self.assertIn("ValueError: not this", outcome.stdout)

    def test_monkey_patching(self):
        self.assert_runs(self.run_users("""
import socket, threading, time
a, b = socket.socketpair()
gevent.spawn_later(0.001, a.send, b"1")
self.assertEqual(b.recv(1), b"1")
time.sleep(0.001)
with lock:
    self.session.get("/")
self.meet()
""", head="import gevent.monkey; gevent.monkey.patch_all(); import gevent, threading; lock = threading.Lock()"), success=4)

    def test_requests_of_spawned_greenlets_are_refused(self):
        outcome = self.run_users("gevent.spawn(self.session.get, '/').get()", exit_code=1)
        self.assertIn("Leave requests", " ".join(outcome.stdout.split()))

    def test_a_run_that_is_cut(self):
        self.write("""
            import gevent
            from loads.case import TestCase
            class TestWebSite(TestCase):
                def test_it(self):
                    self.session.get("/")
                    gevent.sleep(600)
            """)
        outcome = self.load("example.TestWebSite.test_it", "-u", "2", "-d", "1s", "--stop-timeout", "0.1s", exit_code=None)
        self.assertEqual(outcome.field("Hits"), 2, str(outcome))

    def test_the_originals_example_under_unittest(self):
        self.write("""
            import gevent
            from loads.case import TestCase
            class TestWebSite(TestCase):
                def test_it(self):
                    self.session.get("/")
                    gevent.sleep(0.001)
            """)
        self.unittest("example")


if __name__ == "__main__":
    unittest.main()
