"""A network of its own for a test: the test's process, its broker, target and consoles on one side, each agent in a network namespace, with
a wire to it that can be cut, or a line that is bad. Root's privileges are needed."""

import ctypes
import os
import re
import subprocess
import sys
import tempfile
import unittest

import cluster

CLONE_NEWNET = 0x40000000
CENTRE = "10.77.0.1"  # where the broker and the target are
PORT = 7780
PORTS = f"{PORT}-{PORT + 2}"  # of the broker
BROKER = f"tcp://{CENTRE}:{PORT}"


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
            self.join(number, name)
            command("ip", "address", "add", f"{near}/24", "dev", f"wire{number}")
            command("ip", "link", "set", f"wire{number}", "up")
            command("ip", "-n", name, "address", "add", f"{far}/24", "dev", "out")
            command("ip", "-n", name, "link", "set", "out", "up")
            command("ip", "-n", name, "link", "set", "lo", "up")
            command("ip", "-n", name, "route", "add", "default", "via", near)

    def join(self, number, name):
        command("ip", "link", "add", f"wire{number}", "type", "veth", "peer", "name", "out", "netns", name)

    def drop(self, number, ports, incoming=True, outgoing=True, what=""):
        """Drops the agent's packets from and to these ports of the centre: all, or those that the nft expression `what` picks."""
        rules = "table ip cut {\n"
        if incoming:
            rules += f"chain in {{ type filter hook input priority 0; ip saddr {CENTRE} tcp sport {ports} {what} drop; }}\n"
        if outgoing:
            rules += f"chain out {{ type filter hook output priority 0; ip daddr {CENTRE} tcp dport {ports} {what} drop; }}\n"
        command("ip", "netns", "exec", self.names[number], "nft", "-f", "-", given=rules + "}\n")

    def drop_at_centre(self, port):
        """Drops what comes for this port, so that nobody ever answers there."""
        command("nft", "-f", "-", given=f"table ip cut {{\nchain in {{ type filter hook input priority 0; tcp dport {port} drop; }}\n}}\n")

    def heal(self):
        subprocess.run(["nft", "delete", "table", "ip", "cut"], stderr=subprocess.DEVNULL, check=False)
        for name in self.names:
            subprocess.run(["ip", "netns", "exec", name, "nft", "delete", "table", "ip", "cut"], stderr=subprocess.DEVNULL, check=False)


class BadNetwork(Network):
    """Frames go through relay.py, and as long as that does not run, not at all."""

    relay = None

    def join(self, number, name):
        command("ip", "tuntap", "add", "mode", "tap", "name", f"wire{number}")
        command("ip", "-n", name, "tuntap", "add", "mode", "tap", "name", "out")

    def begin(self, seed, delay, loss):
        """From now on frames are late by `delay` milliseconds or so, and `loss` in a hundred do not arrive."""
        program = [sys.executable, str(cluster.HERE / "relay.py"), str(seed), str(delay), str(loss), *self.names]
        self.relay = subprocess.Popen(program, text=True, stdout=subprocess.PIPE, preexec_fn=cluster.die_with_parent)
        if self.relay.stdout.readline() != "ready\n":
            raise AssertionError("the relay did not begin")

    def end(self):
        """What the relay has to say."""
        self.relay.terminate()
        return self.relay.communicate(timeout=30)[0].strip()


class NetworkTest(cluster.FaultTest):
    """A test whose agents reach their broker over such a network, with keys on every connection."""

    target_options = (CENTRE, 0)
    make_network = Network

    @classmethod
    def setUpClass(cls):
        cls.network = cls.enterClassContext(cls.make_network(agents=3))
        cls.keys = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.keys_command("--keygen")
        cls.credentials = {name: cls.enroll(*name.split("-")) for name in ("agent-0", "agent-1", "agent-2", "runner-0")}

    @classmethod
    def keys_command(cls, *arguments):
        return subprocess.run([f"{cls.bin_dir}/loads-broker", "--keys", cls.keys, *arguments], check=True, stdout=subprocess.PIPE,
                              text=True).stdout

    @classmethod
    def enroll(cls, role, number):
        return re.search(r"Copy (\S+) to", cls.keys_command("--enroll", role, f"{role}{number}")).group(1)

    def cluster(self, **options):
        return super().cluster(broker_options=("--bind", BROKER, "--keys", self.keys), wrap=self.network.wrap,
                               agent_options=lambda number: ("--broker", BROKER, "--key", self.credentials[f"agent-{number}"]),
                               console_options=("--broker", BROKER, "--key", self.credentials["runner-0"]), **options)
