"""A file system of few megabytes in place of a state folder, and how it becomes full. Root's privileges are needed."""

import os
import pathlib
import shutil
import subprocess

SIZE = "8m"


def mount(test, loads, folder, size=SIZE):
    """Until the end of the test. Before the cluster begins."""
    test.addCleanup(shutil.rmtree, loads.home, ignore_errors=True)  # which the cluster cannot, while something is mounted in it
    if os.geteuid() != 0:
        test.skipTest("only root can mount a small file system")
    folder.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)],
                             stderr=subprocess.PIPE, text=True, check=False)
    if mounted.returncode != 0:
        test.skipTest(f"no file system can be mounted here: {mounted.stderr}")
    test.addCleanup(subprocess.run, ["umount", "--lazy", str(folder)], check=False)


def fill(folder):
    """To the last byte. The file that has to go for it to have room again."""
    ballast = pathlib.Path(folder, "ballast")
    with open(ballast, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1 << 6, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass
    return ballast
