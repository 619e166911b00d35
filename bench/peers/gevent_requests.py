"""The user of bench/tests/load_in_python.py as one writes it without a tool: gevent_requests.py URL USERS SECONDS"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402
import requests  # noqa: E402


def user(url, end):
    session = requests.Session()
    while time.monotonic() < end:
        assert session.get(url).status_code == 200


def main():
    end = time.monotonic() + float(sys.argv[3])
    gevent.joinall([gevent.spawn(user, sys.argv[1], end) for _ in range(int(sys.argv[2]))], raise_error=True)


main()
