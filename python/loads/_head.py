"""The headers of a request as the engine takes them."""

import re

from loads import errors

_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[^\r\n\0]*")


def head_of(pairs):
    """Their lines. What would end a line early is refused."""
    lines = []
    for name, value in pairs:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise errors.InvalidRequest(f"{name.decode('latin-1')!r} cannot be sent as a header with the value {value.decode('latin-1')!r}")
        lines.append(b"%b: %b\r\n" % (name, value))
    return b"".join(lines)
