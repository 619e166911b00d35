#!/usr/bin/env python3
"""The units under a systemd of their own: they serve, do a run within their sandbox, and end.

    systemd_test.py ROOT BUILD_DIR [unittest's arguments]

systemd is started as the first process of new namespaces, where /etc, /run, /var/lib, the network and the control groups are its own. It takes root, and a
kernel and a systemd that allow it; otherwise the test is skipped and says why.
"""

import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAMS = ("loads-broker", "loads-agent", "loads-runner", "loads-target")
EXAMPLE = """#include <loads/loads.h>
struct TestWebSite : loads::TestCase {};
LOADS_TEST(TestWebSite, test_something) { EXPECT_TRUE(app.get("/").contains("Search")); }
"""
BOOT = """set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mount -t tmpfs tmpfs /mnt
cp -a /etc /mnt/etc
mount --bind /mnt/etc /etc
mkdir -p -m 700 /etc/loads
mkdir -p /mnt/bin /mnt/units /mnt/work
cp %(programs)s /mnt/bin
cp -r %(folder)s/units/* /mnt/units
cp %(folder)s/example.so /mnt/work
ip link set lo up
umount --recursive --lazy /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
[ -e /dev/console ] || : > /dev/console
mount --bind CONSOLE /dev/console
mount --make-rshared /
export container=lxc SYSTEMD_UNIT_PATH=/mnt/units
exec /lib/systemd/systemd --system --unit=default.target --log-target=console --show-status=no
"""


class Machine:
    """Namespaces with a systemd as their first process."""

    def __init__(self, script):
        self.group = ControlGroup()
        self.master, slave = pty.openpty()
        os.set_blocking(self.master, False)
        self.said = ""
        script = script.replace("CONSOLE", os.ttyname(slave))
        self.unshare = subprocess.Popen(["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--mount", "--net", "--uts", "--ipc",
                                         "--cgroup", "sh", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=self.group.join)
        self.slave = slave  # held, or what was said would be gone with the last that has it open
        self.first = None

    def console(self):
        """What systemd has said so far."""
        try:
            while new := os.read(self.master, 65536):
                self.said += new.decode("utf-8", "replace")
        except OSError:
            pass  # no more for now
        return self.said

    def is_up(self, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.unshare.poll() is None:
            self.first = self.first or self.child()
            if self.first and self.run("systemctl", "is-active", "default.target").stdout == "active\n":
                return True
            time.sleep(0.1)
        return False

    def child(self):
        text = pathlib.Path(f"/proc/{self.unshare.pid}/task/{self.unshare.pid}/children").read_text(encoding="ascii")
        return text.split()[0] if text.split() else None

    def command(self, *words):
        return ["nsenter", "--target", self.first, "--all", "--wdns=/mnt/work", *words]

    def run(self, *words):
        return subprocess.run(self.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=120, check=False)

    def stop(self):
        self.unshare.kill()  # and its child with it, and all that is in the namespaces
        self.unshare.wait()
        self.unshare.stderr.close()
        os.close(self.slave)
        os.close(self.master)
        self.group.remove()


class ControlGroup:
    """One of our own below the one that we are in: a systemd takes itself for the master of all that it sees."""

    def __init__(self):
        mounts = [line.split() for line in pathlib.Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
        ours = [line[3:] for line in pathlib.Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines() if line.startswith("0::/")]
        hierarchy = [fields[1] for fields in mounts if fields[2] == "cgroup2"][0]
        self.path = pathlib.Path(hierarchy + ours[0], f"loads-test-{os.getpid()}")
        self.path.mkdir()

    def join(self):
        (self.path / "cgroup.procs").write_text("0", encoding="ascii")

    def remove(self, seconds=10):
        """Once the last of those in it is gone, which takes the kernel a moment."""
        deadline = time.monotonic() + seconds
        while self.path.exists() and time.monotonic() < deadline:
            for path in sorted((path for path in [self.path, *self.path.glob("**/*")] if path.is_dir()), reverse=True):
                try:
                    path.rmdir()
                except OSError:
                    time.sleep(0.05)


class SystemdTest(unittest.TestCase):
    root, build = pathlib.Path(), pathlib.Path()

    def setUp(self):
        missing = [tool for tool in ("unshare", "nsenter", "ip", "systemctl") if shutil.which(tool) is None]
        if os.geteuid() != 0 or missing:
            self.skipTest(" and ".join(["needs root", *missing]))
        if " cgroup2 " not in pathlib.Path("/proc/self/mounts").read_text(encoding="utf-8"):
            self.skipTest("there are no control groups (version 2) here")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prepare(pathlib.Path(folder.name))
        programs = " ".join(str(self.build / "bin" / name) for name in PROGRAMS)
        self.machine = Machine(BOOT % {"programs": programs, "folder": folder.name})
        self.addCleanup(self.machine.stop)
        if not self.machine.is_up():
            self.skipTest("systemd cannot be started in namespaces here")

    def prepare(self, folder):
        (folder / "units").mkdir()
        for target in ("default", "sysinit", "basic", "network", "shutdown"):
            (folder / f"units/{target}.target").write_text("[Unit]\n", encoding="ascii")
        (folder / "units/service.d").mkdir()
        (folder / "units/service.d/log.conf").write_text("[Service]\nStandardOutput=append:/mnt/log\n", encoding="ascii")
        for template in (self.root / "deploy/systemd").glob("*.in"):
            text = template.read_text(encoding="utf-8").replace("@prefix@", "/mnt")
            (folder / "units" / template.stem).write_text(text, encoding="utf-8")
        (folder / "example.cpp").write_text(EXAMPLE, encoding="utf-8")
        compiled = subprocess.run(["c++", "-std=c++20", "-shared", "-fPIC", f"-I{self.root}/engine/include", "-o", folder / "example.so",
                                   folder / "example.cpp"], check=False)
        self.assertEqual(compiled.returncode, 0)

    def inside(self, *words, code=0):
        done = self.machine.run(*words)
        self.assertEqual(done.returncode, code, f"{' '.join(words)}\n{done.stdout}\n{self.log()}")
        return done.stdout

    def log(self):
        return self.machine.console()[-6000:] + self.machine.run("cat", "/mnt/log").stdout[-6000:]

    def systemctl(self, *words):
        return self.inside("systemctl", *words)

    def runner(self, *words, code=0):
        return self.inside("/mnt/bin/loads-runner", *words, "--broker", "tcp://127.0.0.1:7780", "--key", "/etc/loads/runner.key", code=code)

    def broker(self, *words):
        self.inside("sh", "-c", f"umask 077; exec /mnt/bin/loads-broker --keys /etc/loads {' '.join(words)}")

    def make_keys(self):
        self.broker("--keygen")
        for role in ("agent", "runner"):
            self.broker("--enroll", role, f"the-{role}")
            self.inside("cp", f"/etc/loads/credentials/the-{role}.key", f"/etc/loads/{role}.key")

    def wait_for(self, condition, what, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"waited {seconds} s until {what}\n{self.log()}")
            time.sleep(0.1)

    def start_target(self):
        target = subprocess.Popen(self.machine.command("/mnt/bin/loads-target", "--port", "9200"), stdout=subprocess.PIPE, text=True)
        self.addCleanup(target.stdout.close)
        self.addCleanup(target.wait)
        self.addCleanup(target.terminate)
        self.assertIn("9200", target.stdout.readline())

    def test_a_cluster_of_units(self):
        units = ("loads-broker", "loads-agent@1", "loads-agent@2")
        self.assertIn("Assertion failed", self.inside("systemctl", "start", units[0], code=1), "there is no key yet")
        self.make_keys()
        self.systemctl("start", *units)
        self.wait_for(lambda: "2 agents registered" in self.runner("--ping-broker"), "the agents are there")
        self.start_target()
        told = self.runner("example.TestWebSite.test_something", "-u", "10", "-c", "20", "--agents", "2", "--server-url", "http://127.0.0.1:9200")
        self.assertRegex(told, r"(?m)^Hits: 400$", self.log())
        self.assertRegex(told, r"(?m)^Success: 400$", self.log())
        self.wait_for(lambda: "StatusText=2 agents, 0 runs go on" in self.systemctl("show", "-p", "StatusText", units[0]), "the broker's status")
        self.assertIn("StatusText=idle, with its broker", self.systemctl("show", "-p", "StatusText", units[1]))
        self.assertEqual(re.findall(r"\S+", self.inside("ls", "/var/lib/loads-agent")), ["1", "2"])

        self.broker("--revoke", "the-agent")
        self.wait_for(lambda: "does not take you for an agent" in self.log(), "a revoked agent is told so")

        self.systemctl("stop", *reversed(units))
        for unit in units:
            for fact in ("Result=success", "NRestarts=0", "ExecMainStatus=0"):
                self.assertIn(fact, self.systemctl("show", unit), unit + "\n" + self.log())


if __name__ == "__main__":
    SystemdTest.root, SystemdTest.build = pathlib.Path(sys.argv.pop(1)).resolve(), pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
