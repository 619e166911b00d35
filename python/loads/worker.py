"""A process that runs the virtual users of a test. Started by loads-runner and loads-agent alone."""

import sys

from loads import _engine


def main():
    # What tests print is seen when they print it, and is not lost when they crash.
    if sys.stdout is not None:
        sys.stdout.reconfigure(line_buffering=True)
    sys.exit(_engine.run_worker())
