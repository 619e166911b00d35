"""A peer of a broker that means no good: what it sends is noise, mutilated messages, bombs, and figures of shares that are not its own.

    hostile_peer.py ENDPOINT SEED COUNT RUN GOLDEN

sends COUNT messages, some of them the ones of GOLDEN (bytes of the protocol in hexadecimal digits) with a few bytes changed, and ends.
"""

import pathlib
import random
import socket
import sys

import wire
import zmq

BOMBS = [b"\xc1", b"", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\x91" * 100_000, b"\x00" * (1 << 20)]
TALLY = {"sent": 10**6, "settled": 10**6, "answered": 10**6, "unanswered": 0, "outcomes": [10**6, 0, 0, 0, 0]}


def forged(run):
    """What an agent would say of a share that this one does not have."""
    for lease in range(1, 5):
        for seq in (1, 2, 3, 2**63):
            result = {"end": 0, "message": "", "in_flight": 0, "warnings": []}
            yield wire.message("batch", run=run, lease=lease, seq=seq, **{"from": 0}, to=10**9, slices=[], steps=[], tally=TALLY,
                               result=result)
        progress = {"run": run, "lease": lease, "users": 10**6, "fraction": 1.0, "tally": TALLY}
        held = {"run": run, "lease": lease, "working": False, "started": False, "last_seq": 2**60}
        yield wire.message("beat", sent=1, clock_error=1, leases=[held], progress=[progress])
        yield wire.message("prepared", run=run, lease=lease, exit_code=70, error_id="forged", message="forged")
    yield wire.message("goodbye", incarnation=2**63)


def hello(run):
    held = [{"run": run, "lease": lease, "working": True, "started": True, "last_seq": 9} for lease in range(1, 5)]
    return wire.message("hello", major=1, minor=0, version="1.0.0", agent="ab" * 16, incarnation=1, session=7, name="stranger/1",
                        machine="nothing", module_abi="1", cores=1, leases=held)


def mutilated(dice, originals):
    data = bytearray(dice.choice(originals))
    for _ in range(dice.randrange(1, 6)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data[: dice.randrange(1, len(data) + 1)] if dice.random() < 0.3 else data)


def is_harmful_by_right(data):
    """A console of this machine may stop any run: that is no fault."""
    return b"purge" in data or b"stop_run" in data or b"steer_run" in data or b"submit" in data


def messages(dice, count, run, originals):
    yield from BOMBS
    yield from forged(run)  # without a hello
    yield hello(run)
    yield from forged(run)
    for _ in range(count):
        if dice.random() < 0.5:
            yield dice.randbytes(dice.randrange(0, 400))
        elif not is_harmful_by_right(data := mutilated(dice, originals)):
            yield data


def no_zeromq(endpoint, dice):
    """Connections that speak something else, or nothing."""
    peers = []
    for _ in range(20):
        peers.append(socket.socket(socket.AF_UNIX))
        peers[-1].connect(endpoint.removeprefix("ipc://"))
        try:
            peers[-1].sendall(dice.randbytes(dice.randrange(0, 300)))
        except OSError:
            pass  # shown the door already
    return peers


def main():
    endpoint, seed, count, run, golden = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], pathlib.Path(sys.argv[5])
    dice = random.Random(seed)
    originals = [bytes.fromhex("".join(file.read_text(encoding="ascii").split())) for file in sorted(golden.glob("*.hex"))]
    peers = no_zeromq(endpoint, dice)
    context = zmq.Context()
    dealer = context.socket(zmq.DEALER)
    dealer.setsockopt(zmq.SNDTIMEO, 20_000)
    dealer.setsockopt(zmq.LINGER, 5_000)
    dealer.connect(endpoint)
    for data in messages(dice, count, run, originals):
        dealer.send_multipart([data] if dice.random() < 0.9 else [data, dice.randbytes(5), b""])
        while dealer.poll(0):
            dealer.recv_multipart()
    dealer.close()
    context.term()
    for peer in peers:
        peer.close()
    print("sent", count, flush=True)


if __name__ == "__main__":
    main()
