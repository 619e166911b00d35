"""Sends the message of stdin (hexadecimal digits) to a broker, again and again and from several connections.

    replayer.py ENDPOINT COUNT
"""

import sys

import zmq


def main():
    data, context = bytes.fromhex(sys.stdin.read()), zmq.Context()
    for _ in range(5):
        dealer = context.socket(zmq.DEALER)
        dealer.connect(sys.argv[1])
        for _ in range(int(sys.argv[2]) // 5):
            dealer.send(data)
        if not dealer.poll(10_000):
            raise SystemExit("the broker does not answer")
        dealer.close(linger=5_000)
    context.term()


if __name__ == "__main__":
    main()
