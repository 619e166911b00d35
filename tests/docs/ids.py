"""The ids that the programs print in brackets, or give to a warning: each is an anchor of docs/troubleshooting.md."""

import re

FOLDERS = ("common", "proto", "engine", "observer", "agent", "broker", "runner", "python", "examples/target")
CALL = re.compile(r"\b(?:Failure|report)\(")
WARNINGS = (
    re.compile(r'push_back\(\s*\{"([a-z][a-z-]*)"'),               # a Warning, a Doubt
    re.compile(r'\bWarning\{"([a-z][a-z-]*)"'),                    # one that is returned
    re.compile(r'RequestError::\w+, "([a-z][a-z-]*)"\}'),       # a Doubt about what was not sent
    re.compile(r'\{"id", "([a-z][a-z-]*)"\}'),                  # a warning of the JSON output
    re.compile(r'exit_code::\w+,\s*"([a-z][a-z-]*)"'),          # an Error of the broker, a run that failed, a share that is not ready
    re.compile(r'\b(?:id = |Refused\{|Arrival::refused\()"([a-z][a-z-]*)"'),        # an agent that is refused
    re.compile(r'error_id = \w+ \? "([a-z][a-z-]*)"'),           # a run that ended badly
    re.compile(r'\bLoadError\("([a-z][a-z-]*)"'),              # what a module of Python lacks
    re.compile(r'\brefuse\([^;]*, "([a-z]+(?:-[a-z]+)*)"\);'),   # a helper that throws a Failure with this id
)


def arguments(text, start):
    """The arguments of the call whose parenthesis opens just before start."""
    found, depth, in_string, begin, position = [], 0, False, start, start
    while position < len(text):
        letter = text[position]
        if in_string:
            if letter == "\\":
                position += 1
            in_string = letter != '"'
        elif letter == '"':
            in_string = True
        elif letter in "([{":
            depth += 1
        elif letter in ")]}" and depth > 0:
            depth -= 1
        elif letter == "," and depth == 0:
            found.append(text[begin:position].strip())
            begin = position + 1
        elif letter == ")":
            return found + [text[begin:position].strip()]
        position += 1
    return []


def ids_of(text):
    for call in CALL.finditer(text):
        given = arguments(text, call.end())
        if len(given) == 3 and re.fullmatch(r'"[a-z][a-z-]*"', given[2]):
            yield given[2].strip('"')
    for pattern in WARNINGS:
        yield from pattern.findall(text)


def all_ids(root):
    """Each id with the first file that has it."""
    ids = {}
    for folder in FOLDERS:
        for path in sorted([*(root / folder).rglob("*.cpp"), *(root / folder).rglob("*.py")]):
            for name in ids_of(path.read_text(encoding="utf-8")):
                ids.setdefault(name, path.relative_to(root).as_posix())
    return ids
