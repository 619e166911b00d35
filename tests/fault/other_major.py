"""Takes the place of a broker of another major version of the protocol: answers every message with one of its own version.

    other_major.py FOLDER

until stdin ends.
"""

import os
import sys

import wire
import zmq

VERSION = (2, 5)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, mode=0o700, exist_ok=True)
    context, poller = zmq.Context(), zmq.Poller()
    doors = {context.socket(zmq.ROUTER): ("frontend", "pong"), context.socket(zmq.ROUTER): ("backend", "welcome")}
    for router, (name, _) in doors.items():
        router.bind(f"ipc://{folder}/{name}.ipc")
        poller.register(router, zmq.POLLIN)
    poller.register(sys.stdin, zmq.POLLIN)
    print("ready", flush=True)
    while True:
        for socket, _ in poller.poll():
            if socket == sys.stdin.fileno():
                os._exit(0)
            route = socket.recv_multipart()[0]
            socket.send_multipart([route, wire.message(doors[socket][1], protocol=VERSION, credit="much")])


if __name__ == "__main__":
    main()
