"""Rows of data files, dealt to the virtual users.

    users = loads.feeder.csv("users.csv", order="unique")      # of a test class, or of the module
    ...
    row = self.users.next()
    self.session.post("/login", data={"user": row["name"], "word": row["word"]})
"""

import json as _json
import sys

from loads import _engine
from loads.errors import EndOfRows, ExpectedEndOfRows, FeedError

__all__ = ["EndOfRows", "ExpectedEndOfRows", "FeedError", "Feeder", "Row", "csv", "json"]


class Row(dict):
    """A row of a file: values by the names of the columns; of a JSON file they are as it has them, of a CSV file texts."""

    __slots__ = ("index", "_file")

    def __init__(self, values, index, file):
        super().__init__(values)
        self.index = index  # in the file, from 0
        self._file = file

    def __missing__(self, name):
        raise FeedError(f'no "{name}" in {self._file}, which has {", ".join(self)}')


class Feeder:
    """The rows of a file. Where a user stands belongs to the user and the file with its options; each user begins anew with every step of
    a plan (with order="unique" it goes on)."""

    def __init__(self, file, kind, order, split, delimiter, names, beside):
        self._file = file
        self._feed = _engine.Feed(file, kind, order, split, delimiter, tuple(names), beside)

    def _row(self, found):
        index, values = found
        return Row(_json.loads(values) if isinstance(values, str) else values, index, self._file)

    def next(self):
        """This user's next row; raises EndOfRows."""
        return self._row(self._feed.next())

    def has_next(self):
        """Whether next() will give one."""
        return self._feed.has_next()

    def __getitem__(self, index):
        """Any row of the file."""
        return self._row(self._feed.row(index))

    def __len__(self):
        """Rows of the file, whoever takes them."""
        return self._feed.size()

    def __iter__(self):
        return map(self.__getitem__, range(len(self)))


def csv(file, order="circular", split="none", delimiter=",", names=()):
    """A CSV file, whose first line has the names of the columns, or `names` has.

    order: "circular" (each user takes all rows in their order, again and again), "sequential" (once), "random", "unique" (each row is taken
    once in the whole run). split: "none" (everybody has all rows), "agents" or "users" (each has rows of its own). A relative path is looked
    for in the working folder and then beside the test.
    """
    return Feeder(file, "csv", order, split, delimiter, names, sys._getframe(1).f_code.co_filename)


def json(file, order="circular", split="none"):
    """A JSON file with an array of objects; for the rest see csv()."""
    return Feeder(file, "json", order, split, ",", (), sys._getframe(1).f_code.co_filename)
