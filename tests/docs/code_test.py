#!/usr/bin/env python3
"""The C++ and the Python of the documentation compile.

    code_test.py ROOT COMPILER [unittest's arguments]

A block ```cpp is one of three things: a whole file (it includes <loads/loads.h>), definitions (it has a LOADS_TEST), or statements of
a test. All blocks of a page are compiled together, each in a namespace of its own.
"""

import pathlib
import re
import subprocess
import sys
import unittest

from pages import Page, all_pages

PAGES = ("README.md", "docs/guide.md", "docs/writing-tests.md", "docs/measuring.md", "docs/thresholds.md", "docs/troubleshooting.md")
INCLUDE = re.compile(r"^#include [<\"].*$", re.MULTILINE)
CLASS = "struct TestWebSite : loads::TestCase {};\n"


def wrapped(block):
    """The block as part of a larger file; errors name its lines in the page."""
    text = INCLUDE.sub("", block.text)
    place = f'#line {block.line} "{block.page}"\n'
    if "#include <loads/loads.h>" in block.text:
        return place + text
    if "LOADS_TEST(" in block.text:
        return ("" if "struct TestWebSite" in text else CLASS) + place + text
    return CLASS + "LOADS_TEST(TestWebSite, statements) {\n" + place + text + "}\n"


def one_file(blocks):
    includes = ["#include <loads/loads.h>"] + [line for block in blocks for line in INCLUDE.findall(block.text)]
    text = "".join(line + "\n" for line in dict.fromkeys(includes))
    for number, block in enumerate(blocks):
        text += f"namespace block_{number} {{\n{wrapped(block)}}}  // namespace block_{number}\n"
    return text


class CodeTest(unittest.TestCase):
    root, compiler = pathlib.Path(), ""

    def compile(self, text):
        command = [self.compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused-variable",
                   "-I", str(self.root / "engine/include"), "-xc++", "-"]
        return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=200, check=False)

    def test_every_block_compiles(self):
        blocks = [block for path in PAGES for block in Page(self.root, path).blocks if block.language == "cpp"]
        self.assertGreater(len(blocks), 10)
        done = self.compile(one_file(blocks))
        self.assertEqual(done.returncode, 0, done.stdout[:8000])

    def test_every_block_of_python_compiles(self):
        blocks = [block for page in all_pages(self.root) for block in page.blocks if block.language == "python"]
        self.assertGreater(len(blocks), 4)
        for block in blocks:
            with self.subTest(page=block.page, line=block.line):
                compile(block.text, block.page, "exec")

    def test_the_files_of_the_guide_are_the_examples(self):
        blocks = [block for block in Page(self.root, "docs/python.md").blocks if block.text.startswith("# example")]
        self.assertEqual(len(blocks), 3)
        for block in blocks:
            name, _, text = block.text.partition("\n")
            self.assertEqual(text, (self.root / "examples" / name[2:]).read_text(encoding="utf-8"), name)

    def test_an_error_is_an_error(self):
        done = self.compile('#include <loads/loads.h>\nLOADS_TEST(TestWebSite, test) { session.fetch("/"); }\n')
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    CodeTest.root, CodeTest.compiler = pathlib.Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1)
    unittest.main()
