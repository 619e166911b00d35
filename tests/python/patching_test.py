"""What waits in the standard library waits as a virtual user: the others go on, or nothing would ever end here."""

import unittest

from package_support import PythonTest


class PatchingTest(PythonTest):
    def run_users(self, body, *options, head="", users=4, hits=1, exit_code=0):
        """Users of one process run a test of one method."""
        indent = " " * 20
        self.write(f"""
            import threading, time
            from loads.case import TestCase
{_indented(head, " " * 12)}
            class TestWebSite(TestCase):
                def test_it(self):
{_indented(body, indent)}
            """)
        return self.load("example.TestWebSite.test_it", "--threads", "1", "-u", str(users), "-c", str(hits), *options, exit_code=exit_code)

    def meeting(self, users=4):
        """A head: meet() returns when all users have called it, which takes that none holds the thread."""
        return f"""
met = []
def meet(wait=lambda: time.sleep(0.001)):
    met.append(1)
    deadline = time.monotonic() + 30
    while len(met) < {users} and time.monotonic() < deadline:
        wait()
    assert len(met) >= {users}, met
"""

    def check(self, body, head="", users=4, hits=1, options=()):
        outcome = self.run_users(body, *options, head=self.meeting(users) + head, users=users, hits=hits)
        self.assert_runs(outcome, success=users * hits)
        return outcome

    def test_sleep(self):
        self.check("meet()")

    def test_a_lock_that_is_held_across_a_request(self):
        self.check("""
with lock:
    self.assertEqual(len(inside), 0)
    inside.append(self)
    self.session.get("/")
    inside.pop()
""", head="lock = threading.Lock(); inside = []", hits=5)

    def test_an_rlock_excludes_users_and_not_oneself(self):
        self.check("""
with lock:
    with lock:
        self.assertEqual(len(inside), 0)
        inside.append(self)
        time.sleep(0.001)
        inside.pop()
""", head="lock = threading.RLock(); inside = []", hits=3)

    def test_a_lock_that_is_not_had_in_time(self):
        self.check("""
if not first:
    first.append(1)
    with lock:
        meet()
else:
    self.assertFalse(lock.acquire(blocking=False))
    self.assertFalse(lock.acquire(timeout=0.001))
    meet()
""", head="lock = threading.Lock(); first = []")

    def test_events_conditions_semaphores_and_barriers(self):
        self.check("""
barrier.wait(30)
if not first:
    first.append(1)
    time.sleep(0.002)
    event.set()
    with condition:
        done.append(1)
        condition.notify_all()
self.assertTrue(event.wait(30))
with condition:
    self.assertTrue(condition.wait_for(lambda: done, 30))
with semaphore:
    self.assertLess(len(inside), 2)
    inside.append(1)
    self.session.get("/")
    inside.pop()
""", head="""
event, condition, semaphore, barrier = threading.Event(), threading.Condition(), threading.BoundedSemaphore(2), threading.Barrier(4)
first, done, inside = [], [], []
""")

    def test_queues(self):
        self.check("""
if not first:
    first.append(1)
    self.assertEqual([queues[0].get(timeout=30), queues[0].get(timeout=30), queues[0].get(timeout=30)].count("x"), 3)
    for _ in range(3):
        queues[1].put("y")
else:
    time.sleep(0.001)
    queues[0].put("x", timeout=30)
    self.assertEqual(queues[1].get(), "y")
""", head="import queue\nqueues, first = (queue.Queue(1), queue.SimpleQueue()), []")

    def test_thread_locals_belong_to_users(self):
        self.check("""
self.assertFalse(hasattr(local, "value"))
local.value = self.user.index
meet()
self.assertEqual(local.value, self.user.index)
""", head="local = threading.local()")

    def test_context_variables_belong_to_users(self):
        self.check("""
self.assertIsNone(variable.get())
variable.set(self.user.index)
meet()
self.assertEqual(variable.get(), self.user.index)
""", head="import contextvars\nvariable = contextvars.ContextVar('variable', default=None)")

    def test_each_user_is_a_thread_of_its_own(self):
        self.check("""
seen.add((threading.get_ident(), threading.current_thread().name))
meet()
self.assertEqual(len(seen), 4)
self.assertEqual(len(set(dict(seen).values())), 4)
""", head="seen = set()")

    def test_threads_of_the_tests_own(self):
        self.check("""
found = []
def work():
    time.sleep(0.001)
    with lock:
        found.append(threading.current_thread() is thread)
    event.set()
event = threading.Event()
thread = threading.Thread(target=work)
with lock:
    thread.start()
    self.session.get("/")
self.assertTrue(event.wait(30))
thread.join()
self.assertEqual(found, [True])
meet()
with ThreadPoolExecutor(2) as pool:
    self.assertEqual(list(pool.map(len, ["a", "bc"])), [1, 2])
""", head="from concurrent.futures import ThreadPoolExecutor\nlock = threading.Lock()")

    def test_sockets_of_other_libraries(self):
        self.check("""
import http.client, urllib.request
meet()
body = b"x" * 3000000
connection = http.client.HTTPConnection("localhost", int(self.app.server_url.rpartition(":")[2]))
connection.request("POST", "/echo", body)
self.assertEqual(connection.getresponse().read(), body)
a, b = socket.socketpair()
b.settimeout(0.001)
with self.assertRaises(TimeoutError):
    b.recv(1)
a.sendall(b"1")
self.assertEqual(b.recv(10), b"1")
with self.assertRaises(ConnectionRefusedError):
    socket.create_connection(("127.0.0.1", 1))
if not servers:
    with socket.create_server(("127.0.0.1", 0)) as server:
        servers.append(server)
        server.accept()[0].sendall(b"welcome")
elif len(servers) == 1:
    with socket.create_connection(servers[0].getsockname()) as connection:
        servers.append(connection)
        self.assertEqual(connection.recv(7), b"welcome")
""", head="import socket\nservers = []", users=2)

    def test_select(self):
        self.check("""
import select, selectors
a, b = socket.socketpair()
self.assertEqual(select.select([b], [], [], 0.001), ([], [], []))
polled = select.poll()
polled.register(b, select.POLLIN)
self.assertEqual(polled.poll(1), [])
with selectors.DefaultSelector() as selector:
    selector.register(b, selectors.EVENT_READ)
    self.assertEqual(selector.select(0.001), [])
    meet(lambda: selector.select(0.001))
    a.send(b"1")
    self.assertEqual(len(selector.select(30)), 1)
self.assertEqual(polled.poll(30000), [(b.fileno(), select.POLLIN)])
self.assertEqual(select.select([b], [], []), ([b], [], []))
""", head="import socket")

    def test_child_processes(self):
        self.check("""
child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
meet()
self.assertEqual(child.communicate(b"x" * 300000)[0], b"x" * 300000)
self.assertEqual(subprocess.run(["sh", "-c", "exit 3"]).returncode, 3)
with self.assertRaises(subprocess.TimeoutExpired):
    subprocess.run(["sleep", "60"], timeout=0.01)
""", head="import subprocess")

    def test_coroutines_of_several_users_run_at_once(self):
        self.check("""
async def visit():
    met.append(1)
    while len(met) < 4:
        await asyncio.sleep(0.001)
    return await asyncio.to_thread(len, "abc")
self.assertEqual(asyncio.run(visit()), 3)
""", head="import asyncio")

    def test_greenlets_of_the_tests_own(self):
        self.check("""
def inner():
    self.session.get("/")
    meet()
    return 3
self.assertEqual(greenlet.greenlet(inner).switch(), 3)
""", head="import greenlet")

    def test_nothing_is_patched_when_asked_not_to(self):
        outcome = self.run_users("self.assertEqual((type(threading.Lock()).__module__, time.sleep.__module__), ('_thread', 'time'))",
                                 "--no-patching", users=1)
        self.assertNotIn("without effect", outcome.stderr)

    def test_a_class_is_set_up_while_the_others_wait_though_nothing_is_patched(self):
        self.write("""
            from loads.case import TestCase
            class TestWebSite(TestCase):
                @classmethod
                def setUpClass(cls):
                    from loads.session import Session
                    cls.status = Session().get("/").status_code
                def test_it(self):
                    self.assertEqual(self.status, 200)
            """)
        outcome = self.load("example.TestWebSite.test_it", "--threads", "1", "-u", "4", "--no-patching")
        self.assert_runs(outcome, success=4)


def _indented(text, indent):
    return "".join(f"{indent}{line}\n" for line in text.strip("\n").splitlines())


if __name__ == "__main__":
    unittest.main()
