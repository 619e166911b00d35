"""python3 -m loads._list PATH: which tests a module has, for loads-runner. Writes to the pipe whose number is in LOADS_LIST, since the
module may print what it likes."""

import os
import sys

from loads import _loading


def _text(path):
    try:
        return "tests\n" + "".join("\t".join(map(str, test[:5])) + "\n" for test in _loading.load(path))
    except _loading.LoadError as error:
        return f"{error.id}\n{error}"


def main():
    with open(int(os.environ.pop("LOADS_LIST")), "w", encoding="utf-8", errors="surrogateescape") as pipe:
        text = _text(sys.argv[1])
        pipe.write(text)
    os._exit(0 if text.startswith("tests\n") else 3)


if __name__ == "__main__":
    main()
