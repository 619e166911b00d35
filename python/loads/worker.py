"""python3 -m loads.worker: a process that runs the virtual users of a test. Started by loads-runner and loads-agent alone."""

import sys

from loads import _engine


def main():
    sys.exit(_engine.run_worker())


if __name__ == "__main__":
    main()
