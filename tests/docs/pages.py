"""What the tests of the documentation know about Markdown: the parts of a page."""

import re

FENCE = re.compile(r"^\s*(```+|~~~+)\s*(\S*)\s*$")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


class Block:
    """A fenced block: its language, its text, and the number of its first line."""

    def __init__(self, page, language, line):
        self.page, self.language, self.line, self.lines = page, language, line, []

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)


class Page:
    """A page, cut into fenced blocks and the (number, text) of the lines outside of them."""

    def __init__(self, root, path):
        self.path, self.folder = path, (root / path).parent
        self.blocks, self.prose = [], []
        block, fence = None, ""
        for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), 1):
            found = FENCE.match(line)
            if block is None and found:
                block, fence = Block(path, found.group(2), number + 1), found.group(1)
            elif block is not None and line.strip() == fence:
                self.blocks.append(block)
                block = None
            elif block is not None:
                block.lines.append(line)
            else:
                self.prose.append((number, line))

    def headings(self):
        return [found.group(1) for _, line in self.prose if (found := HEADING.match(line))]

    def anchors(self):
        """As GitHub makes them of headings."""
        anchors = set()
        for heading in self.headings():
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
            anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            number, unique = 0, anchor
            while unique in anchors:
                number += 1
                unique = f"{anchor}-{number}"
            anchors.add(unique)
        return anchors

    def links(self):
        """The (number, target) of every link that stays in the repository."""
        for number, line in self.prose:
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                if not re.match(r"[a-z]+:", target):
                    yield number, target


def all_pages(root):
    top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md"]
    below = sorted(path.relative_to(root).as_posix() for path in (root / "docs").rglob("*.md"))
    return [Page(root, path) for path in top + below if (root / path).exists()]
