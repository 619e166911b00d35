"""Capacity searches against targets whose capacity is known: how far off what they find is. Ten at once, each with a target of its own: they wait
nearly all of the time."""

import contextlib
import json
import os
import tempfile

from harness.result import Row
from harness.servers import EchoTarget

# Places at which one request each is served at a time, and for how many milliseconds.
WORKSHOPS = ((2, 20), (3, 10), (4, 20), (5, 10), (10, 20), (7, 20), (6, 15), (12, 30), (20, 50), (8, 10))
CONDITIONS = "p99<250ms && errors<0.1%"


def found_by(path):
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    return result["found"] or 0


def find_max(bench):
    with contextlib.ExitStack() as stack, tempfile.TemporaryDirectory(prefix="loads-bench.") as folder:
        searches = []
        for number, (places, milliseconds) in enumerate(WORKSHOPS):
            server = stack.enter_context(EchoTarget(bench.bin_dir))
            path = os.path.join(folder, f"{number}.json")
            client = stack.enter_context(bench.loads.start(f"{server.url}/work/{places}/{milliseconds}", "--find-max", CONDITIONS, "--quiet", "--json", path))
            searches.append((places * 1000 / milliseconds, path, client))
        for _, _, client in searches:
            client.wait(expected=None)
        off = sorted(abs(found_by(path) / capacity - 1) * 100 for capacity, path, _ in searches)
    yield Row(f"find-max: off the true capacity, the worst of {len(off)} but one", "%", off[-2:-1], 5)
    yield Row("the same, all of them", "%", off, 5)
