"""A network of its own for a test: the test's process, its broker, target and consoles on one side, each agent in a network namespace, with
a wire to it that can be cut. Root's privileges are needed."""

import ctypes
import os
import subprocess
import unittest

CLONE_NEWNET = 0x40000000
CENTRE = "10.77.0.1"  # where the broker and the target are


def command(*words, given=None):
    subprocess.run(words, check=True, input=given, text=True, stdout=subprocess.DEVNULL)


class Network:
    def __init__(self, agents):
        self.names = [f"loads-fault-{os.getpid()}-{number}" for number in range(agents)]
        self.wrap = {f"agent{number}": ("ip", "netns", "exec", name) for number, name in enumerate(self.names)}

    def __enter__(self):
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can make network namespaces")
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET) != 0:
            raise unittest.SkipTest(f"no network namespace here: {os.strerror(ctypes.get_errno())}")
        try:
            self.build()
        except (OSError, subprocess.CalledProcessError) as error:
            self.__exit__()
            raise unittest.SkipTest(f"no network namespaces here: {error}") from None
        return self

    def __exit__(self, *_):
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL, check=False)

    def build(self):
        command("ip", "link", "set", "lo", "up")
        command("ip", "address", "add", f"{CENTRE}/32", "dev", "lo")
        for number, name in enumerate(self.names):
            near, far = f"10.77.{number + 1}.1", f"10.77.{number + 1}.2"
            command("ip", "netns", "add", name)
            command("ip", "link", "add", f"wire{number}", "type", "veth", "peer", "name", "out", "netns", name)
            command("ip", "address", "add", f"{near}/24", "dev", f"wire{number}")
            command("ip", "link", "set", f"wire{number}", "up")
            command("ip", "-n", name, "address", "add", f"{far}/24", "dev", "out")
            command("ip", "-n", name, "link", "set", "out", "up")
            command("ip", "-n", name, "link", "set", "lo", "up")
            command("ip", "-n", name, "route", "add", "default", "via", near)

    def drop(self, number, ports, incoming=True, outgoing=True, what=""):
        """Drops the agent's packets from and to these ports of the centre: all, or those that the nft expression `what` picks."""
        rules = "table ip cut {\n"
        if incoming:
            rules += f"chain in {{ type filter hook input priority 0; ip saddr {CENTRE} tcp sport {ports} {what} drop; }}\n"
        if outgoing:
            rules += f"chain out {{ type filter hook output priority 0; ip daddr {CENTRE} tcp dport {ports} {what} drop; }}\n"
        command("ip", "netns", "exec", self.names[number], "nft", "-f", "-", given=rules + "}\n")

    def heal(self):
        for name in self.names:
            subprocess.run(["ip", "netns", "exec", name, "nft", "delete", "table", "ip", "cut"], stderr=subprocess.DEVNULL, check=False)
