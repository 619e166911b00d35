"""Many peers at once that want to be let in, until stdin ends.

    crowd.py ENDPOINT COUNT
"""

import sys

import zmq


def main():
    context = zmq.Context()
    context.set(zmq.MAX_SOCKETS, 4096)
    peers = [context.socket(zmq.DEALER) for _ in range(int(sys.argv[2]))]
    for peer in peers:
        peer.setsockopt(zmq.RECONNECT_IVL, 100)
        peer.connect(sys.argv[1])
    sys.stdin.read()
    for peer in peers:
        peer.close(linger=0)
    context.term()


if __name__ == "__main__":
    main()
