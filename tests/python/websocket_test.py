"""self.create_ws(), under loads-runner and alone."""

import http.server
import threading
import unittest

from package_support import PythonTest

GUIDE = """
    import time
    from loads.case import TestCase

    class TestWebSite(TestCase):

        def test_something(self):
            results = []

            def callback(m):
                results.append(m.data)

            ws = self.create_ws('ws://localhost:9000/ws',
                                callback=callback)
            ws.send('something')
            ws.receive()
            ws.send('happened')
            ws.receive()

            while len(results) < 2:
                time.sleep(.1)

            self.assertEqual(results, ['something', 'happened'])
"""


class WebSocketTest(PythonTest):
    def write_test(self, body, head=""):
        """A test of one method."""
        lines = "".join(f"                    {line}\n" for line in body.strip("\n").splitlines())
        self.write(f"""
            import time
            from loads import errors, websocket
            from loads.case import TestCase
            {head}
            class TestWebSite(TestCase):
                def test_it(self):
{lines}""")

    def run_both(self, body, head="", users="2"):
        """It passes under loads-runner and under unittest."""
        self.write_test(body, head)
        self.assert_runs(self.load("example.TestWebSite.test_it", "-u", users, "-c", "3"), success=int(users) * 3)
        self.unittest("example")

    def test_the_guides_sample(self):
        self.write(GUIDE)
        outcome = self.load("example.TestWebSite.test_something", "-u", "5", "-c", "4")
        self.assert_runs(outcome, success=20)
        self.assertEqual(outcome.field("Opened web sockets"), 20)
        self.unittest("example")
        self.unittest("example.py", module="pytest")

    def test_data_is_a_text_that_can_be_decoded_or_bytes(self):
        self.run_both("""
messages = []
ws = self.create_ws("/ws", callback=messages.append)
ws.send("größer")
self.assertEqual(ws.receive(), "größer")
ws.send(b"\\x00\\xff")
self.assertEqual(ws.receive(), b"\\x00\\xff")
ws.send(b"as text", binary=False)
self.assertEqual(ws.receive(), "as text")
self.assertEqual([m.data for m in messages], ["größer", b"\\x00\\xff", "as text"])
self.assertEqual([m.is_binary for m in messages], [False, True, False])
self.assertEqual(messages[0].data.decode("utf-8"), "größer")
self.assertEqual(str(messages[2]), "as text")
""")

    def test_a_callback_may_wait_send_and_request(self):
        self.run_both("""
seen = []
def callback(m):
    seen.append(m.data)
    if m.data == "first":
        time.sleep(0.01)
        seen.append(self.session.get("/").status_code)
        ws.send("second")
ws = self.create_ws("/ws", callback)
ws.send("first")
self.assertEqual([ws.receive(), ws.receive()], ["first", "second"])
self.assertEqual(seen, ["first", 200, "second"])
""")

    def test_messages_come_while_the_test_does_something_else(self):
        self.run_both("""
seen = []
ws = self.create_ws("/ws", lambda m: seen.append(m.data))
ws.send("one")
deadline = time.monotonic() + 30
while not seen and time.monotonic() < deadline:
    time.sleep(0.01)
self.assertEqual(seen, ["one"])
""")

    def test_what_a_callback_raises_fails_the_run(self):
        for statement, failures, errors, shown in (("raise ValueError('not this')", 0, 2, "ValueError: not this"),
                                                   ("self.assertEqual(m.data, 'other')", 2, 0, "'something' != 'other'")):
            with self.subTest(statement):
                self.write_test(f"""
def callback(m):
    {statement}
ws = self.create_ws("/ws", callback)
ws.send("something")
ws.receive()
""")
                outcome = self.load("example.TestWebSite.test_it", "-c", "2", exit_code=1)
                self.assert_runs(outcome, failures=failures, errors=errors)
                self.assertIn(shown, outcome.stdout, str(outcome))
                self.assertIn(shown, self.unittest("example", exit_code=1))

    def test_errors_of_connections_are_recorded_once(self):
        self.write_test('self.create_ws("ws://127.0.0.1:1/ws")')
        outcome = self.load("example.TestWebSite.test_it", "-c", "2", exit_code=1)
        self.assert_runs(outcome, errors=2)
        self.assertIn("ConnectionError", self.unittest("example", exit_code=1))

    def test_a_refused_handshake_says_so(self):
        class Refusing(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_error(404)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Refusing)
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(thread.join)
        self.write_test(f'self.create_ws("ws://127.0.0.1:{server.server_port}/ws")')
        self.assertIn("404", self.unittest("example", exit_code=1))

    def test_closed_sockets_raise(self):
        self.run_both("""
with self.create_ws("/ws") as ws:
    self.assertTrue(ws.is_open)
    ws.ping("still there")
    with self.assertRaises(errors.Timeout):
        ws.receive(timeout=0.01)
self.assertTrue(ws.terminated)
self.assertEqual(ws.close_code, 1000)
for call in (lambda: ws.send("too late"), ws.receive):
    with self.assertRaises(ConnectionError):
        call()
ws.close()
""")

    def test_protocols_headers_and_a_class_of_ones_own(self):
        self.run_both("""
ws = self.create_ws("/ws", protocols=["echo"], headers={"X-Who": "me"}, klass=Recorder, compression=True)
ws.send("something")
ws.receive()
self.assertEqual(ws.seen, ["opened", "something"])
self.assertEqual(ws.extensions, "permessage-deflate")
""", head="""
            class Recorder(websocket.WebSocket):
                def opened(self):
                    self.seen = ["opened"]
                def received_message(self, message):
                    self.seen.append(message.data)
""")

    def test_sockets_are_closed_at_the_end_of_each_run(self):
        self.write_test("""
if hasattr(self, "ws"):
    self.assertFalse(self.ws.is_open)
self.ws = self.create_ws("/ws", lambda m: None)
""")
        self.assert_runs(self.load("example.TestWebSite.test_it", "-c", "3"), success=3)


if __name__ == "__main__":
    unittest.main()
