"""Sends a message to a broker, and prints the answer as JSON.

    ask.py ENDPOINT MAJOR MINOR TYPE NAME=NUMBER...
"""

import json
import sys

import wire
import zmq


def main():
    endpoint, major, minor, kind, *fields = sys.argv[1:]
    body = {name: int(value) for name, value in (field.split("=") for field in fields)}
    dealer = zmq.Context().socket(zmq.DEALER)
    dealer.setsockopt(zmq.LINGER, 0)
    dealer.connect(endpoint)
    dealer.send(wire.message(kind, protocol=(int(major), int(minor)), **body))
    if not dealer.poll(10_000):
        raise SystemExit("the broker does not answer")
    print(json.dumps(wire.unpack(dealer.recv()), default=str), flush=True)


if __name__ == "__main__":
    main()
