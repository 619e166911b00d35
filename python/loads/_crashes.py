"""Has Python say where a test is that crashes the process, ends it, or keeps it to itself."""

import faulthandler
import os
import signal
import sys
import traceback

from loads import _engine, _user_code

_real_exit = os._exit


def _exit(status):
    """os._exit(), which leaves no other trace."""
    test = _engine.running_test()
    if test is not None and os.getpid() == _process:
        frames = [entry for entry in traceback.extract_stack()[:-1] if not entry.filename.startswith(_user_code.PACKAGE)]
        print(f"os._exit({status}) was called in test {test}:\n{''.join(traceback.format_list(frames))}", end="", file=sys.stderr, flush=True)
    _real_exit(status)


def prepare():
    """Before tests are imported, after the engine has installed its own handlers, which go on from there."""
    global _process
    _process = os.getpid()
    faulthandler.enable(all_threads=False)
    _engine.prepare_traces()
    descriptor = os.memfd_create("loads-traces")
    faulthandler.register(signal.SIGURG, descriptor, all_threads=False, chain=True)
    _engine.use_traces(descriptor, _user_code.PACKAGE)
    os._exit = _exit
