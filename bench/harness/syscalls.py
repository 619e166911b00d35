"""Counts system calls on sockets with strace."""

import re
import tempfile

CALLS = "connect,read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,epoll_ctl,getsockopt,setsockopt"
ON_SOCKET = re.compile(r"^\d+ +(?:epoll_ctl\(|\w+\(\d+<(?:socket|TCP):)")


def count_socket_calls(server, start):
    """System calls on sockets for each request. `start` is given what to put in front of the command."""
    before = server.requests()
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as log:
        with start(["strace", "-f", "-y", "-qq", "-s", "0", "-e", "signal=none", "-e", "trace=" + CALLS, "-o", log.name]) as client:
            client.wait()
        calls = sum(1 for line in log if ON_SOCKET.match(line))
    return calls / (server.requests() - before)
