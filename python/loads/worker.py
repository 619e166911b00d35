"""A process that runs the virtual users of a test. Started by loads-runner and loads-agent alone."""

import os
import sys

from loads import _engine, session  # noqa: F401: what the first request needs is there before the load begins


def main():
    _engine.die_with_parent(int(os.environ.pop("LOADS_WORKER_PARENT")))
    # What tests print is seen when they print it, and is not lost when they crash.
    if sys.stdout is not None:
        sys.stdout.reconfigure(line_buffering=True)
    sys.exit(_engine.run_worker())
