#!/usr/bin/env python3
"""systemd finds nothing wrong with the units, and little that they expose.

    units_test.py ROOT BUILD_DIR [unittest's arguments]
"""

import pathlib
import shutil
import subprocess
import sys
import unittest

UNITS = ("loads-agent@.service", "loads-broker.service")
MOST_EXPOSURE = 15  # of 100: what systemd-analyze shows as 1.5


class UnitsTest(unittest.TestCase):
    folder = pathlib.Path()

    def analyze(self, *arguments):
        if shutil.which("systemd-analyze") is None:
            self.skipTest("there is no systemd-analyze here")
        command = ["systemd-analyze", *arguments, *(str(self.folder / unit) for unit in UNITS)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
        return done.returncode, done.stdout

    def test_these_are_all_units(self):
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), list(UNITS))

    def test_they_are_right(self):
        self.assertEqual(self.analyze("verify", "--man=no", "--recursive-errors=yes"), (0, ""))

    def test_they_expose_little(self):
        code, text = self.analyze("security", "--offline=true", f"--threshold={MOST_EXPOSURE}", "--no-pager")
        self.assertEqual(code, 0, text)
        self.assertEqual(text.count("Overall exposure level"), len(UNITS), text)


if __name__ == "__main__":
    sys.argv.pop(1)
    UnitsTest.folder = pathlib.Path(sys.argv.pop(1)).resolve() / "lib/systemd/system"
    unittest.main()
