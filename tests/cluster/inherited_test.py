#!/usr/bin/env python3
"""What processes that broker and agent start have of theirs: no socket, no lock and no file, so that these end with their owner."""

import os
import pathlib
import re
import socket
import subprocess
import urllib.parse

import cluster
import support

# Of the shell itself, beside the standard three: the broker reads what it prints, and may not be done yet when the test looks.
LIST_DESCRIPTORS = "(for fd in /proc/$$/fd/*; do [ ${fd##*/} -le 2 ] || readlink $fd; done)"


def open_in(pid):
    """What a process has open beside the standard three, but for what has no name of its own."""
    found = {}
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            found[int(descriptor.name)] = os.readlink(descriptor)
        except FileNotFoundError:
            pass
    return {what for number, what in found.items() if number > 2 and not what.startswith(("anon_inode:", "/dev/"))}


def runs(pid, program):
    """Whether it is that program by now: what has just been forked still has all that its parent has."""
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe")) == program
    except OSError:
        return False


class InheritedTest(cluster.ClusterTest):
    agents = 1

    @classmethod
    def setUpClass(cls):
        super(cluster.ClusterTest, cls).setUpClass()
        cls.cluster = cluster.Cluster(cls.bin_dir)
        cls.addClassCleanup(cls.cluster.stop)
        folder = cls.cluster.folder.name
        cls.told = pathlib.Path(folder, "told")
        cls.cluster.start_broker("--local-agents", "1", "--web", "127.0.0.1:0", "--logfile", f"{folder}/broker-file", "--observer", "command",
                                 "--observer-command-line", f"{LIST_DESCRIPTORS} > {cls.told}.tmp; mv {cls.told}.tmp {cls.told}")
        cls.runner = cls.runner.with_environment(**{**cls.cluster.environment, "XDG_CACHE_HOME": cls.runner.environment["XDG_CACHE_HOME"]})
        cls.cluster.wait_for(cls.runner, "1 agent registered")

    def connect_to_web(self):
        address = urllib.parse.urlsplit(re.search(r"figures for Prometheus at (http://\S+)", str(self.cluster)).group(1))
        connection = socket.create_connection((address.hostname, address.port), timeout=30)
        self.addCleanup(connection.close)

    def test_children_have_nothing_of_their_parents(self):
        broker, (agent,) = self.cluster.broker.pid, support.children_of(self.cluster.broker.pid)
        run = self.start_detached(self.target.url + "/", "-u", "1", "-d", "60s", "--agents", "1")
        self.wait_until(lambda: any(runs(child, "loads-runner") for child in support.children_of(agent)), "a worker lives")
        worker = next(child for child in support.children_of(agent) if runs(child, "loads-runner"))
        self.assertTrue(any(what.startswith("socket:") for what in open_in(broker)) and any("broker-file" in what for what in open_in(broker)))
        self.assertEqual(open_in(agent) & open_in(broker), set())
        self.assertEqual(open_in(worker) & (open_in(broker) | open_in(agent)), set())
        self.connect_to_web()
        self.runner.run("--stop", run)
        self.wait_until(self.told.exists, "the observer's command has been told")
        self.assertEqual(set(self.told.read_text().split("\n")) & open_in(broker), set())

    def test_a_port_is_free_when_its_broker_is_gone(self):
        """However long its agents live on."""
        folder = self.scratch()
        environment = {**os.environ, **{name: str(folder) for name in self.cluster.environment}}

        def start(web):
            log = folder / "log"
            with open(log, "w", encoding="utf-8") as file:
                broker = subprocess.Popen([os.path.join(self.bin_dir, "loads-broker"), "--local-agents", "1", "--web", web], env=environment,
                                          stdin=subprocess.DEVNULL, stdout=file, stderr=file)
            at = re.compile(r"figures for Prometheus at http://(\S+?)/")
            self.wait_until(lambda: at.search(log.read_text()) or broker.poll() is not None, "it serves")
            self.assertIsNone(broker.poll(), log.read_text())
            self.wait_until(lambda: support.children_of(broker.pid) or (folder / "loads/broker/local-agents").exists(), "its agent lives")
            return broker, at.search(log.read_text()).group(1)

        first, address = start("127.0.0.1:0")
        first.kill()
        first.wait()
        second, _ = start(address)
        second.terminate()
        self.assertEqual(second.wait(timeout=30), 0)


if __name__ == "__main__":
    cluster.main()
