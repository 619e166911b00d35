"""Runs requests for a page as one virtual user, with nothing of Loads but its messages, for

    loads-runner --test-runner 'python3 runner.py {test}' /search -u 10 -c 20 --server-url http://localhost:9200

Needs pyzmq (Debian: python3-zmq). Tests in Python have better: they need no runner of their own.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

import zmq

USER, USERS = int(os.environ["LOADS_CURRENT_USER"]), int(os.environ["LOADS_TOTAL_USERS"])
HITS = int(os.environ.get("LOADS_TOTAL_HITS", sys.maxsize))
END = time.monotonic() + float(os.environ.get("LOADS_DURATION", "inf"))


class Reporter:
    def __init__(self):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.PUSH)
        self.socket.connect(os.environ["LOADS_ZMQ_RECEIVER"])
        self.hit = 0

    def close(self):
        """Waits until all is sent: a process that just ends may lose its last messages."""
        self.socket.close()
        self.context.term()

    def say(self, data_type, **more):
        message = {"data_type": data_type, "agent_id": os.environ["LOADS_AGENT_ID"], "run_id": os.environ["LOADS_RUN_ID"],
                   "loads_status": [HITS, USERS, self.hit, USER], **more}
        self.socket.send_string(json.dumps(message))


def get(url, reporter):
    began = time.monotonic()
    try:
        with urllib.request.urlopen(url) as answer:
            answer.read()
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    reporter.say("add_hit", url=url, method="GET", status=status, elapsed=time.monotonic() - began)
    return status


def main(page):
    reporter = Reporter()
    while reporter.hit < HITS and time.monotonic() < END:
        reporter.hit += 1
        reporter.say("startTest", test=page)
        status = get(os.environ["LOADS_OPT_SERVER_URL"] + page, reporter)
        if status == 200:
            reporter.say("addSuccess", test=page)
        else:
            reporter.say("addFailure", test=page, exc_info=[f"{status} and not 200", "AssertionError", ""])
        reporter.say("stopTest", test=page)
    reporter.close()


if __name__ == "__main__":
    main(sys.argv[1])
