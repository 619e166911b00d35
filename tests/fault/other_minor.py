"""Stands between the parts of loads and their broker, and makes each a later minor version of the protocol for the other: every message says so,
and has fields that nobody knows, in its envelope and in its body.

    other_minor.py FOLDER OF_BROKER MINOR

FOLDER is where agents and consoles look for a broker, OF_BROKER where it is. Prints how many messages have passed, once stdin has ended.
"""

import os
import sys

import wire
import zmq

DOORS = ("frontend", "backend")


def changed(data, minor):
    message = wire.unpack(data)
    message["version"] = [message["version"][0], minor, "beta"]
    message["sent_by"] = {"a newer": ["version"]}
    message["body"]["from_the_future"] = [1, {"two": b"\x03"}, None]
    return wire.pack(message)


class Door:
    """One of the broker's: each peer that comes gets a connection of its own."""

    def __init__(self, context, poller, here, there):
        self.context, self.poller, self.there = context, poller, there
        self.router = context.socket(zmq.ROUTER)
        self.router.bind(here)
        self.poller.register(self.router, zmq.POLLIN)
        self.dealers, self.routes = {}, {}

    def dealer(self, route):
        if route not in self.dealers:
            dealer = self.dealers[route] = self.context.socket(zmq.DEALER)
            dealer.connect(self.there)
            self.routes[dealer] = route
            self.poller.register(dealer, zmq.POLLIN)
        return self.dealers[route]

    def pass_on(self, socket, minor):
        if socket is self.router:
            route, data = socket.recv_multipart()
            self.dealer(route).send(changed(data, minor))
        else:
            self.router.send_multipart([self.routes[socket], changed(socket.recv(), minor)])


def main():
    here, there, minor = sys.argv[1], sys.argv[2], int(sys.argv[3])
    context, poller = zmq.Context(), zmq.Poller()
    os.makedirs(here, mode=0o700, exist_ok=True)
    doors = [Door(context, poller, f"ipc://{here}/{name}.ipc", f"ipc://{there}/{name}.ipc") for name in DOORS]
    poller.register(sys.stdin, zmq.POLLIN)
    print("ready", flush=True)
    passed = 0
    while True:
        for socket, _ in poller.poll():
            if socket == sys.stdin.fileno():
                print(passed, flush=True)
                os._exit(0)
            door = next(one for one in doors if socket is one.router or socket in one.routes)
            door.pass_on(socket, minor)
            passed += 1


if __name__ == "__main__":
    main()
