#!/usr/bin/env python3
"""Broker and agent tell their service manager when they serve, that they live, and that they end.

    service_test.py ROOT BUILD_DIR [unittest's arguments]
"""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import unittest


class Service:
    """One of the programs with a service manager's socket, in folders of its own."""

    def __init__(self, build, folder, program):
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(f"{folder}/{program}.notify")
        self.manager.settimeout(20)
        environment = {**os.environ, "XDG_RUNTIME_DIR": folder, "XDG_STATE_HOME": folder + "/state", "NOTIFY_SOCKET": f"{folder}/{program}.notify",
                       "WATCHDOG_USEC": "200000"}
        self.process = subprocess.Popen([build / "bin" / program], env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_for(self, line):
        """All that is told up to that line."""
        told = [self.manager.recv(4096).decode()]
        while told[-1] != line:
            told.append(self.manager.recv(4096).decode())
        return told

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.wait_for("STOPPING=1")
        return self.process.wait(timeout=20)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.manager.close()


class ServiceTest(unittest.TestCase):
    build = pathlib.Path()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, program):
        service = Service(self.build, self.folder, program)
        self.addCleanup(service.close)
        return service

    def test_a_broker_and_an_agent(self):
        broker, agent = self.start("loads-broker"), self.start("loads-agent")
        self.assertEqual(broker.wait_for("READY=1")[0], "READY=1", "nothing is told before it serves")
        self.assertEqual(agent.wait_for("READY=1")[0], "READY=1")
        broker.wait_for("STATUS=1 agent, 0 runs go on")
        agent.wait_for("STATUS=idle, with its broker")
        for service in (broker, agent):
            self.assertNotIn("STOPPING=1", service.wait_for("WATCHDOG=1"))
        for service in (agent, broker):
            self.assertEqual(service.end(), 0)

    def test_an_agent_serves_without_a_broker(self):
        agent = self.start("loads-agent")
        self.assertEqual(agent.wait_for("STATUS=idle, without a broker")[0], "READY=1")
        agent.wait_for("WATCHDOG=1")
        self.assertEqual(agent.end(), 0)


if __name__ == "__main__":
    sys.argv.pop(1)
    ServiceTest.build = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
