#!/usr/bin/env python3
"""Checks the #include lines of a source tree against rules.py.

    includes.py ROOT      prints each line that breaks a rule; exits 1 when there is one, or when nothing was found to check
"""

import pathlib
import re
import sys

import rules

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def sources(root):
    """Every source file of the product below root, as paths relative to it."""
    folders = sorted({layer.split("/")[0] for layer in rules.LAYERS})
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cpp") and path.is_file():
                yield path.relative_to(root).as_posix()


def layer_of(path):
    """The longest folder with rules of its own that path lies in; None: it belongs to none."""
    found = [layer for layer in rules.LAYERS if path.startswith(layer + "/")]
    return max(found, key=len, default=None)


def tree_path(included):
    """Where an included name lies in the tree; None: outside of it."""
    if included.startswith("loads/"):
        return "engine/include/" + included
    return included if layer_of(included) else None


def check_layer(path, included):
    target = tree_path(included)
    layer = layer_of(path)
    if target is None or layer is None or layer_of(target) == layer:
        return None
    # metrics, plan and thresholds are shared by everything that may use common.
    allowed = rules.LAYERS[layer] + [layer]
    for folder in allowed:
        inside = target.startswith(folder + "/")
        directly = inside and "/" not in target[len(folder) + 1:]
        if directly or (inside and folder not in rules.PURE.get(layer, [])):
            return None
    return f"{layer} may include only {', '.join(allowed)}"


def check_heavy(path, included):
    for name, (header, where) in rules.HEAVY.items():
        if re.search(header, included) and not re.search(where, path):
            return f"{name} has no place here"
    return None


def check_pure(path, included):
    if layer_of(path) in rules.PURE and rules.IMPURE_HEADERS.search(included):
        return "metrics, plan and thresholds are pure: no I/O, no threads"
    return None


def check_public(path, included):
    if path.startswith(rules.PUBLIC) and not rules.PUBLIC_MAY_INCLUDE.search(included):
        return "a public header includes only the standard library, GoogleTest and other public headers"
    return None


def check_line(path, included):
    for check in (check_layer, check_heavy, check_pure, check_public):
        trouble = check(path, included)
        if trouble:
            return trouble
    return None


def check_tree(root):
    """All that breaks a rule, a line of text each, and the number of lines that were looked at."""
    troubles, looked_at = [], 0
    for path in sources(root):
        for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            looked_at += 1
            trouble = check_line(path, found.group(1))
            if trouble:
                troubles.append(f"{path}:{number}: includes {found.group(1)}: {trouble}")
    return troubles, looked_at


def main():
    troubles, looked_at = check_tree(pathlib.Path(sys.argv[1]))
    for trouble in troubles:
        print(trouble)
    print(f"{looked_at} includes looked at, {len(troubles)} against the rules")
    return 1 if troubles or looked_at == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
