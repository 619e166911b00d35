"""A name server whose every answer is that it has failed (RFC 1035, 4.1.1: SERVFAIL), on port 53 of this network namespace.

    name_server.py

prints how many questions it was asked, once stdin has ended.
"""

import selectors
import socket
import sys

SERVER_FAILURE = 2
ANSWER = 0x8000
RECURSION = 0x0180  # desired and available


def failure(question):
    return question[:2] + (ANSWER | RECURSION | SERVER_FAILURE).to_bytes(2, "big") + question[4:]


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    print("ready", flush=True)
    ready = selectors.DefaultSelector()
    ready.register(server, selectors.EVENT_READ)
    ready.register(sys.stdin, selectors.EVENT_READ)
    questions = 0
    while all(key.fileobj is server for key, _ in ready.select()):
        question, peer = server.recvfrom(4096)
        server.sendto(failure(question), peer)
        questions += 1
    print(questions, flush=True)


if __name__ == "__main__":
    main()
