"""Takes the place of a broker, to learn what a loads-runner orders: prints the bytes of its Submit in hexadecimal digits.

    recorder.py FOLDER
"""

import sys

import wire
import zmq


def main():
    router = zmq.Context().socket(zmq.ROUTER)
    router.bind(f"ipc://{sys.argv[1]}/frontend.ipc")
    print("ready", flush=True)
    while True:
        route, data = router.recv_multipart()
        if wire.pack("submit")[5:] in data[:32]:
            print(data.hex(), flush=True)
            return
        request = int.from_bytes(data.split(b"request\xcf")[1][:8], "big")
        router.send_multipart([route, wire.message("pong", request=request, pid=1, major=1, version="1.0.0", epoch=1,
                                                   publisher=f"ipc://{sys.argv[1]}/publisher.ipc", agents=[], runs=[], ended=[], troubles=[])])


if __name__ == "__main__":
    main()
