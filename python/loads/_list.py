"""Tells loads-runner which tests a module has, and which files beside it it needs. Writes to the pipe whose number is in LOADS_LIST, since
the module may print what it likes."""

import os
import sys

from loads import _loading


def _text(path, class_name):
    try:
        tests = _loading.load(path, class_name)
        classes = {test[0]: test[5] for test in tests}
        thresholds = [f"threshold\t{name}\t{one}" for name, cls in classes.items() for one in _loading.thresholds(cls)]
    except _loading.LoadError as error:
        return f"{error.id}\n{error}"
    lines = ["tests"] + ["test\t" + "\t".join(map(str, test[:5])) for test in tests]
    return "\n".join(lines + thresholds + ["file\t" + file for file in _loading.files()]) + "\n"


def _end_children():
    """The module may have started some, which would end with an interpreter that ends by itself."""
    multiprocessing = sys.modules.get("multiprocessing")
    for child in multiprocessing.active_children() if multiprocessing is not None else ():
        child.terminate()


def main():
    with open(int(os.environ.pop("LOADS_LIST")), "w", encoding="utf-8", errors="surrogateescape") as pipe:
        text = _text(os.environ.pop("LOADS_MODULE"), os.environ.pop("LOADS_CLASS"))
        pipe.write(text)
    _end_children()
    os._exit(0 if text.startswith("tests\n") else 3)
