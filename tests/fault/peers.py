"""Programs that speak to a broker in ways of their own, with python3-zmq: a system's Python may have it where this one has not."""

import subprocess
import sys
import unittest

import cluster


def python_with_zeromq():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import zmq"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    raise unittest.SkipTest("python3-zmq is not installed")


def start(name, *arguments):
    return subprocess.Popen([python_with_zeromq(), str(cluster.HERE / name), *arguments], text=True, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=cluster.die_with_parent)


def finish(peer, given=""):
    """Gives it its stdin; what it has printed."""
    try:
        stdout, stderr = peer.communicate(given, timeout=60)
    except subprocess.TimeoutExpired:
        peer.kill()
        stdout, stderr = peer.communicate()
    if peer.returncode != 0:
        raise AssertionError(f"{peer.args} ended with {peer.returncode}\n{stderr}")
    return stdout
