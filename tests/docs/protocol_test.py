#!/usr/bin/env python3
"""proto/PROTOCOL.md has every message and every field of the headers, in the section of its struct, and no other.

    protocol_test.py ROOT
"""

import re
import sys
import unittest
from pathlib import Path

STRUCT = re.compile(r"^struct (\w+) \{\n(.*?)^\};", re.MULTILINE | re.DOTALL)
TYPE = re.compile(r'kType = "(\w+)"')
FIELD = re.compile(r'\bfield(?P<optional>\.(?:optional|when_set))?\("(?P<name>\w+)"')
ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<type>[^|]+) \|", re.MULTILINE)


def structs(root):
    """Title of the section -> {field: whether it may be absent}."""
    found = {}
    for header in sorted((root / "proto").glob("*.h")):
        for name, body in STRUCT.findall(header.read_text(encoding="utf-8")):
            fields = {field["name"]: bool(field["optional"]) for field in FIELD.finditer(body)}
            kind = TYPE.search(body)
            if fields or kind:
                found[kind[1] if kind else name] = fields
    return found


def sections(root):
    """Title of the section -> {field: whether it may be absent}, of those that have a table of fields."""
    text = (root / "proto/PROTOCOL.md").read_text(encoding="utf-8")
    found = {}
    for section in re.split(r"^###? ", text, flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        if "| field | type | meaning |" in body:
            found[title] = {row["name"]: row["type"].endswith("?") for row in ROW.finditer(body)}
    return found


class Protocol(unittest.TestCase):
    root = Path()

    def test_the_headers_are_read(self):
        self.assertEqual(structs(self.root)["ack"], {"run": False, "lease": False, "seq": False})
        self.assertGreater(len(structs(self.root)), 30)

    def test_every_struct_has_a_section_and_every_section_a_struct(self):
        self.assertEqual(sorted(sections(self.root)), sorted(structs(self.root)))

    def test_the_fields_are_those_of_the_headers_in_their_order(self):
        in_page = sections(self.root)
        for title, fields in structs(self.root).items():
            self.assertEqual(list(in_page.get(title, {}).items()), list(fields.items()), title)

    def test_the_version_is_that_of_the_header(self):
        header = (self.root / "proto/version.h").read_text(encoding="utf-8")
        version = [re.search(rf"{name} = (\d+);", header)[1] for name in ("kMajor", "kMinor")]
        page = (self.root / "proto/PROTOCOL.md").read_text(encoding="utf-8")
        self.assertTrue(page.startswith("# The protocol of Loads, " + ".".join(version) + "\n"))


if __name__ == "__main__":
    Protocol.root = Path(sys.argv.pop(1))
    unittest.main()
