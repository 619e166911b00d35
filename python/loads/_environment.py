"""Makes a virtual environment on top of this Python and has pip install packages into it: FOLDER --index|--no-index PACKAGE..."""

import os
import sys
import sysconfig
import venv


def _see_ours(folder):
    """An environment on top of an environment sees the system's packages alone: this one is to see those of both, after its own."""
    places = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    scheme = {"base": folder, "platbase": folder}
    own = sysconfig.get_path("purelib", "venv", scheme)
    with open(os.path.join(own, "loads-base.pth"), "w", encoding="utf-8") as file:
        file.write("".join(place + "\n" for place in dict.fromkeys(places)))


def main(arguments):
    folder, index, *packages = arguments
    venv.EnvBuilder(system_site_packages=True, symlinks=True).create(folder)
    python = os.path.join(folder, "bin", "python3")
    if sys.prefix != sys.base_prefix:
        _see_ours(folder)
    os.environ.pop("PYTHONPATH", None)
    options = ["--no-input", "--disable-pip-version-check", "--quiet"] + ([index] if index == "--no-index" else [])
    os.execv(python, [python, "-m", "pip", "install", *options, "--", *packages])
