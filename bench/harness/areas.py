"""What is measured: each area is a function of the bench that gives rows of the table. The goals are part of it."""

import os
import tempfile
import time

from harness.find_max import find_max
from harness.loads import PYTHON
from harness.process import CLIENT_CORE, Process
from harness.rate import rate
from harness.result import Row, interleaved
from harness.servers import FOLDER, EchoTarget, Nginx, Target
from harness.syscalls import count_socket_calls

HTTP2_USERS = 100
PYTHON_USERS = 5000
TLS_USERS = 2000


def cpu_per_request(server, start):
    """Microseconds of the client's processor time, user and system, from its start to its end, for each request that the server counted."""
    before = server.requests()
    with start() as client:
        client.wait()
    return client.cpu_seconds * 1e6 / (server.requests() - before)


def wrk(server, users, seconds):
    return Process(["wrk", "-t1", f"-c{users}", f"-d{seconds}s", server.url + "/"], CLIENT_CORE)


def h2load(url, streams, seconds):
    return Process(["h2load", "-t1", f"-c{HTTP2_USERS}", f"-m{streams}", f"-D{seconds}", url + "/"], CLIENT_CORE)


def floor(bench, server, path, users, seconds):
    return Process([os.path.join(bench.bin_dir, "bench-floor"), server.port, path, users, seconds], CLIENT_CORE)


def cpu(bench):
    for users, goal in ((100, 1.0), (1000, 1.1)):
        with Nginx() as server:
            ours, peer = interleaved(
                bench.pairs,
                lambda: cpu_per_request(server, lambda: bench.loads.run_for(bench.seconds, "load.Load.get", server, users)),
                lambda: cpu_per_request(server, lambda: wrk(server, users, bench.seconds)))
        yield Row(f"CPU per request, {users:,} users", "us", ours, goal, peer, "wrk")


def http2(bench):
    for streams, test in ((1, "load.Load.get"), (10, "load.Load.get_ten")):
        with Nginx() as server:
            url = f"http://127.0.0.1:{server.http2_port}"
            ours, peer = interleaved(
                bench.pairs,
                lambda: cpu_per_request(server, lambda: bench.loads.start(test, "--server-url", url, "--http-version", "h2c", "-u", HTTP2_USERS,
                                                                          "-d", f"{bench.seconds}s")),
                lambda: cpu_per_request(server, lambda: h2load(url, streams, bench.seconds)))
        at_once = "one at a time" if streams == 1 else f"{streams} at once"
        yield Row(f"CPU per request over HTTP/2, {at_once}, {HTTP2_USERS} users", "us", ours, 1.1, peer, "h2load")


def tls(bench):
    def secure(server, test, *arguments):
        return bench.loads.start(test, "--server-url", server.secure_url, "--cacert", server.certificate, *arguments)

    with Nginx() as server:
        ours, peer = interleaved(
            bench.pairs,
            lambda: cpu_per_request(server, lambda: secure(server, "load.Load.get", "-u", 100, "-d", f"{bench.seconds}s")),
            lambda: cpu_per_request(server, lambda: Process(["wrk", "-t1", "-c100", f"-d{bench.seconds}s", server.secure_url + "/"], CLIENT_CORE)))
    yield Row("CPU per request by TLS, 100 users", "us", ours, 1.1, peer, "wrk")

    def resident(users):
        with Nginx() as server, secure(server, "load.Load.get_and_stay", "-u", users) as client:
            while server.requests() < users:
                time.sleep(0.1)
            return client.settled_resident_kib()

    few, many = resident(1), resident(TLS_USERS)
    yield Row(f"memory per user connected by TLS ({TLS_USERS:,})", "KiB", [(many - few) / (TLS_USERS - 1)], 64)


def body(bench):
    with Nginx() as server:
        ours, peer = interleaved(
            bench.pairs,
            lambda: cpu_per_request(server, lambda: bench.loads.run_for(bench.seconds, "load.Load.get_large", server, 100)),
            lambda: cpu_per_request(server, lambda: floor(bench, server, "/100k", 100, bench.seconds)))
    yield Row("CPU per body of 100 KB, 100 users", "us", ours, 1.2, peer, "floor")


def websocket(bench):
    for users in (100, 1000):
        with EchoTarget(bench.bin_dir) as server:
            ours, peer = interleaved(
                bench.pairs,
                lambda: cpu_per_request(server, lambda: bench.loads.run_for(bench.seconds, "echo.Echo.message", server, users)),
                lambda: cpu_per_request(server, lambda: Process(
                    [os.path.join(bench.bin_dir, "bench-websocket_floor"), server.port, users, bench.seconds], CLIENT_CORE)))
        yield Row(f"CPU per web socket message, {users:,} users", "us", ours, 1.3, peer, "floor")


def syscalls(bench):
    users, hits = 100, 100
    with Target(bench.bin_dir) as server:
        ours = count_socket_calls(server, lambda strace: bench.loads.run_hits(hits, "load.Load.get", server, users, prefix=strace))
        peer = count_socket_calls(server, lambda strace: Process([*strace, "wrk", "-t1", f"-c{users}", "-d1s", server.url + "/"], CLIENT_CORE))
    # Opening and closing the connections is in it, as one part in `hits`.
    yield Row("socket calls per request", "calls", [ours], 2.05, [peer], "wrk", relative=False)


def memory(bench):
    def resident(start, users, expected_requests):
        with Target(bench.bin_dir) as server, start(server, users) as client:
            while server.requests() < expected_requests:
                time.sleep(0.1)
            return client.settled_resident_kib()

    def per_user(start, requests_each):
        few, many = (resident(start, users, users * requests_each) for users in (1, bench.users))
        return (many - few) / (bench.users - 1)

    idle = per_user(lambda server, users: bench.loads.run_hits(1, "load.Load.stay", server, users), 0)
    connected = per_user(lambda server, users: bench.loads.run_hits(1, "load.Load.get_and_stay", server, users), 1)
    peer = per_user(lambda server, users: wrk(server, users, 60), 1)
    yield Row(f"memory per idle user ({bench.users:,})", "KiB", [idle], 6)
    yield Row(f"memory per connected user ({bench.users:,})", "KiB", [connected], 12, [peer], "wrk", relative=False)


def python(bench):
    """A test in Python against wrk, and against the load generators that one writes tests in Python for."""
    for users, goal in ((100, 2.5), (1000, 3)):
        with Nginx() as server:
            ours, peer = interleaved(bench.pairs, lambda: cpu_per_request(server, lambda: bench.loads.run_python(bench.seconds, "test_get", server, users)),
                                     lambda: cpu_per_request(server, lambda: wrk(server, users, bench.seconds)))
        yield Row(f"Python: CPU per request, {users:,} users", "us", ours, goal, peer, "wrk")
    for test, what in (("test_changing", "each with another URL"), ("test_post", "that posts JSON")):
        with Nginx() as server:
            ours, peer = interleaved(bench.pairs, lambda: cpu_per_request(server, lambda: bench.loads.run_python(bench.seconds, test, server, 100)),
                                     lambda: cpu_per_request(server, lambda: wrk(server, 100, bench.seconds)))
        yield Row(f"Python: CPU per request {what}, 100 users", "us", ours, 3.0, peer, "wrk")
    for name, start, goal in (("Locust", locust, 1 / 6), ("gevent + Requests", gevent_and_requests, 1 / 30)):
        with Nginx() as server:
            ours, peer = interleaved(
                min(5, bench.pairs), lambda: cpu_per_request(server, lambda: bench.loads.run_python(bench.seconds, "test_get", server, 100)),
                lambda: cpu_per_request(server, lambda: start(server, 100, bench.seconds)))
        yield Row("Python: CPU per request, 100 users", "us", ours, round(goal, 3), peer, name)
    few, many = (python_memory(bench, users) for users in (1, PYTHON_USERS))
    yield Row(f"Python: memory per connected user ({PYTHON_USERS:,})", "KiB", [(many - few) / (PYTHON_USERS - 1)], 32)


def locust(server, users, seconds):
    command = ["locust", "--headless", "--only-summary", "--locustfile", FOLDER + "/peers/locust_fast.py", "--host", server.url]
    return Process([*command, "--users", users, "--spawn-rate", users, "--run-time", f"{seconds}s"], CLIENT_CORE)


def gevent_and_requests(server, users, seconds):
    return Process([PYTHON, FOLDER + "/peers/gevent_requests.py", server.url + "/", users, seconds], CLIENT_CORE)


def python_memory(bench, users):
    """Of the process that runs them, once each has had an answer."""
    with Target(bench.bin_dir) as server, bench.loads.start_python("test_get_and_stay", server, "-u", users) as client:
        while server.requests() < users:
            time.sleep(0.1)
        return client.settled_resident_kib(of_child=True)


def seconds_to(server_ns, client):
    return (server_ns - client.started_ns) / 1e9


def users(bench):
    def until_all_are_served(start):
        with Target(bench.bin_dir) as server, start(server) as client:
            client.wait()
            stats = server.stats()
        if (stats["requests"], stats["connections"]) != (bench.users, bench.users + 1):  # one connection is ours, for the statistics
            raise RuntimeError(f"{bench.users} users were to be served once each, but: {stats}")
        return seconds_to(stats["last_ns"], client)

    ours, peer = interleaved(min(5, bench.pairs),
                             lambda: until_all_are_served(lambda server: bench.loads.run_hits(1, "load.Load.get", server, bench.users)),
                             lambda: until_all_are_served(lambda server: floor(bench, server, "/", bench.users, 0)))
    yield Row(f"{bench.users:,} users connected and served", "s", ours, 1.0, peer, "floor", relative=False)


def start(bench):
    def run_once(start_client):
        with Target(bench.bin_dir) as server, start_client(server) as client:
            client.wait()
            stats = server.stats()
        return seconds_to(stats["first_ns"], client) * 1e3, (client.ended_ns - stats["last_ns"]) / 1e6

    ours, peer = interleaved(bench.pairs, lambda: run_once(lambda server: bench.loads.run_hits(1, "load.Load.get", server, 1)),
                             lambda: run_once(lambda server: wrk(server, 1, 1)))
    first, last = zip(*ours)
    yield Row("start to the first request", "ms", first, 20, [begin for begin, _ in peer], "wrk", relative=False, digits=1)
    yield Row("last answer to the exit", "ms", last, 50, digits=1)
    yield Row("compiling a test of one file", "s", [compile_seconds(bench) for _ in range(min(3, bench.pairs))], 1.5)


def compile_seconds(bench):
    """From the command to the end of a run that sends nothing, with nothing compiled beforehand."""
    with tempfile.TemporaryDirectory(prefix="loads-bench.") as cache, bench.loads.start("--dry-run", "load.Load.get", cache=cache) as client:
        client.wait()
    return (client.ended_ns - client.started_ns) / 1e9


AREAS = {"cpu": cpu, "tls": tls, "http2": http2, "body": body, "websocket": websocket, "syscalls": syscalls, "memory": memory, "users": users, "start": start,
         "python": python, "rate": rate, "find-max": find_max}
