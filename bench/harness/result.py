"""What was measured, and the table of it."""

import statistics


class Series:
    """Repeated measurements of one thing."""

    def __init__(self, values):
        self.values = list(values)
        self.median = statistics.median(self.values)

    def text(self, digits):
        spread = f" ({min(self.values):.{digits}f}..{max(self.values):.{digits}f})" if len(self.values) > 1 else ""
        return f"{self.median:.{digits}f}{spread}"


class Row:
    """One line: our figures, those of the peer of the same run (or None), and the goal, which holds for the median of their ratio, or of our
    figures when the goal is an absolute one."""

    def __init__(self, area, unit, ours, goal, peer=None, peer_name="", relative=True, digits=2):
        self.area, self.unit, self.digits, self.goal, self.relative = area, unit, digits, goal, relative and peer is not None
        self.ours = Series(ours)
        self.peer = Series(peer) if peer else None
        self.peer_name = peer_name
        self.ratio = Series(a / b for a, b in zip(ours, peer)) if peer else None

    def met(self):
        judged = self.ratio if self.relative else self.ours
        return judged.median <= self.goal

    def cells(self):
        peer = f"{self.peer_name} {self.peer.median:.{self.digits}f}" if self.peer else "-"
        ratio = self.ratio.text(2) if self.ratio else "-"
        goal = f"<= {self.goal:g} {'x' if self.relative else self.unit}"
        return [self.area, f"{self.ours.text(self.digits)} {self.unit}", peer, ratio, goal, "yes" if self.met() else "NO"]


HEADINGS = ["area", "ours: median (min..max)", "peer", "ratio (min..max)", "goal", "met"]


def table(rows):
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines)


def interleaved(pairs, ours, peer):
    """Both are called `pairs` times, by turns, and in changing order, so that a drift of the machine hits both alike."""
    results = ([], [])
    for pair in range(pairs):
        for which in (0, 1) if pair % 2 == 0 else (1, 0):
            results[which].append((ours, peer)[which]())
    return results
