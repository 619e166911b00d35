#!/usr/bin/env python3
"""A server that sends every message of a web socket back: what the user guide's example talks to, at ws://localhost:9000/ws.

    examples/echo_server.py [--port 9000]

It needs python3-websockets. `loads-target --port 9000` does the same, and more of it at once."""

import argparse
import asyncio
import signal

import websockets


async def echo(socket, *_):
    async for message in socket:
        await socket.send(message)


async def serve(port):
    stop = asyncio.get_running_loop().create_future()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set_result, None)
    async with websockets.serve(echo, "127.0.0.1", port, subprotocols=["echo", "chat.v2"], max_size=None) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws", flush=True)
        await stop


def main():
    parser = argparse.ArgumentParser(description="Sends every message of a web socket back.")
    parser.add_argument("--port", type=int, default=9000, help="0: any free one; default: 9000")
    asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
