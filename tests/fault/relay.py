"""A bad line between this network namespace and others: every frame is late by DELAY milliseconds, give or take a third, so that some
overtake others; one in a hundred is sent twice, and LOSS in a hundred are not sent at all.

    relay.py SEED DELAY LOSS NAMESPACE...

A line joins the device wireN here to the device `out` in the N-th namespace (persistent TAP devices). Until it is told to end.
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import signal
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
LARGEST_FRAME = 65_536
TWICE = 0.01


def enter(namespace):
    with open(namespace, "rb") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")


def tap(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return device


class Relay:
    def __init__(self, seed, delay, loss):
        self.random, self.delay, self.loss = random.Random(seed), delay, loss
        self.other = {}  # the device at the other end of the line
        self.under_way = []  # (when it arrives, number, device, frame), a heap
        self.frames = self.lost = self.doubled = 0

    def join(self, near, far):
        self.other[near], self.other[far] = far, near

    def take(self, device):
        try:
            frame = os.read(device, LARGEST_FRAME)
        except BlockingIOError:
            return
        self.frames += 1
        if self.random.random() < self.loss:
            self.lost += 1
            return
        twice = self.random.random() < TWICE
        self.doubled += twice
        for _ in range(1 + twice):
            arrival = time.monotonic() + self.delay * self.random.uniform(2 / 3, 4 / 3)
            heapq.heappush(self.under_way, (arrival, self.frames, self.other[device], frame))

    def deliver(self):
        while self.under_way and self.under_way[0][0] <= time.monotonic():
            _, _, device, frame = heapq.heappop(self.under_way)
            try:
                os.write(device, frame)
            except OSError:
                self.lost += 1  # a full queue loses it, as a router's would

    def run(self):
        while True:
            wait = max(0, self.under_way[0][0] - time.monotonic()) if self.under_way else None
            for device in select.select(list(self.other), [], [], wait)[0]:
                self.take(device)
            self.deliver()


def main():
    relay = Relay(int(sys.argv[1]), float(sys.argv[2]) / 1000, float(sys.argv[3]) / 100)
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    for number, namespace in enumerate(sys.argv[4:]):
        near = tap(f"wire{number}")
        enter(f"/run/netns/{namespace}")
        relay.join(near, tap("out"))
        enter(f"/proc/self/fd/{here}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print("ready", flush=True)
    try:
        relay.run()
    except KeyboardInterrupt:
        print(f"{relay.frames} frames, {relay.lost} lost, {relay.doubled} sent twice", flush=True)


if __name__ == "__main__":
    main()
