"""Requests is the measure of `self.session`: the same calls by both, at one server, show the caller and the server the same."""

import difflib
import os
import pprint
import socket
import unittest

import requests
import requests_cases
from loads.session import Session
from scripted_server import ScriptedServer

PROXY_VARIABLES = [name for name in os.environ if name.lower().endswith("_proxy")]


def lines_of(value):
    return pprint.pformat(value, width=160).splitlines()


class RequestsTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        for name in PROXY_VARIABLES:
            del os.environ[name]
        cls.servers = [ScriptedServer(), ScriptedServer("127.0.0.2"), ScriptedServer()]
        for server in cls.servers:
            server.__enter__()
            cls.addClassCleanup(server.__exit__)
        with socket.create_server(("127.0.0.1", 0)) as closed:
            refused = f"http://127.0.0.1:{closed.getsockname()[1]}"
        cls.site = requests_cases.Site(*(server.url for server in cls.servers[:2]), refused, cls.servers[2].url)

    def outcome(self, session, case):
        """What the caller and the servers have seen."""
        seen = requests_cases.error_of(lambda: case(session, self.site))
        got = [requests_cases.sent(server) for server in self.servers]
        return {"seen": seen, "sent": [sorted(one) for one in got] if case.__name__ == "threads" else got}

    def check(self, case):
        theirs, ours = (lines_of(self.outcome(kind(), case)) for kind in (requests.Session, Session))
        difference = list(difflib.unified_diff(theirs, ours, "requests.Session", "loads.session.Session", n=4, lineterm=""))
        if difference:
            self.fail("\n" + "\n".join(difference[:80]))


def test_of(case):
    return lambda self: self.check(case)


for name, function in requests_cases.CASES.items():
    setattr(RequestsTest, "test_" + name, test_of(function))

if __name__ == "__main__":
    unittest.main()
