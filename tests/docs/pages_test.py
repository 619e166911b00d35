#!/usr/bin/env python3
"""What the documentation says about the programs has to be there, and the other way round; and its links have to lead somewhere.

    pages_test.py ROOT BIN_DIR [unittest's arguments]
"""

import pathlib
import re
import subprocess
import sys
import unittest

import ids
from pages import Page, all_pages


class PagesTest(unittest.TestCase):
    root, bin_dir = pathlib.Path(), pathlib.Path()

    def test_every_id_has_its_anchor_and_every_anchor_its_id(self):
        in_sources = ids.all_ids(self.root)
        headings = Page(self.root, "docs/troubleshooting.md").headings()
        in_page = [heading.strip("[]") for heading in headings if re.fullmatch(r"\[[a-z-]+\]", heading)]
        self.assertGreater(len(in_sources), 20, "the ids in the sources are not recognized any more")
        self.assertEqual(sorted(in_page), sorted(set(in_page)), "an id has two entries in docs/troubleshooting.md")
        missing = {name: file for name, file in in_sources.items() if name not in in_page}
        self.assertEqual(missing, {}, "docs/troubleshooting.md needs a heading \"### [id]\" for these")
        self.assertEqual([name for name in in_page if name not in in_sources], [], "nothing prints these ids of docs/troubleshooting.md")

    def test_ids_are_found_wherever_they_stand(self):
        text = 'throw Failure(code, "a, b (c) \\" " + f(x, "y"), "first-id");\n  throw Failure(code,\n  m(1, 2), "second");'
        self.assertEqual(list(ids.ids_of(text)), ["first-id", "second"])
        self.assertEqual(list(ids.ids_of('Failure(code, message, std::move(id)); Failure(1, "text")')), [])
        self.assertEqual(list(ids.ids_of('out.push_back({"cpu", text}); {RequestError::no_ports, "ports"}')), ["cpu", "ports"])

    def test_links_lead_somewhere(self):
        troubles, followed = [], 0
        for page in all_pages(self.root):
            for number, link in page.links():
                followed += 1
                trouble = self.broken(page, link)
                if trouble:
                    troubles.append(f"{page.path}:{number}: {link}: {trouble}")
        self.assertEqual(troubles, [])
        self.assertGreater(followed, 20)

    def broken(self, page, link):
        file, _, anchor = link.partition("#")
        path = (page.folder / file).resolve() if file else (self.root / page.path).resolve()
        root = self.root.resolve()
        if not path.exists() or root not in [path, *path.parents]:
            return "there is no such file in the repository"
        if anchor and path.suffix == ".md" and anchor not in Page(root, path.relative_to(root).as_posix()).anchors():
            return "the page has no such heading"
        return None

    def test_the_page_of_options_has_them_all(self):
        sections = re.split(r"^# Options of (loads-\w+)\n", (self.root / "docs/options.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
        in_page = dict(zip(sections[1::2], sections[2::2]))
        self.assertEqual(sorted(in_page), ["loads-agent", "loads-broker", "loads-runner"])
        for program, text in in_page.items():
            with self.subTest(program):
                told = subprocess.run([self.bin_dir / program, "--help"], stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout
                in_help = set(re.findall(r"^ +(?:-\w, ?)?(--[a-z-]+)", told, re.MULTILINE))
                self.assertGreater(len(in_help), 8, told)
                self.assertEqual(in_help, self.options_of(text), f"docs/options.md and {program} --help differ")

    @staticmethod
    def options_of(text):
        """Those of the tables, and those that are named as without effect."""
        without_effect = re.findall(r"^Accepted without effect[^:\n]*: (.*)$", text, re.MULTILINE)
        return set(re.findall(r"^\| (?:`-\w`, )?`(--[a-z-]+)", text, re.MULTILINE)) | set(re.findall(r"`(--[a-z-]+)`", " ".join(without_effect)))


if __name__ == "__main__":
    PagesTest.root, PagesTest.bin_dir = pathlib.Path(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
    unittest.main()
