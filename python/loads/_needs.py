"""What this package needs of Python and of others. It is asked before anything else is imported, maybe by a Python that lacks it."""

import sys

LACKS = 90  # exit code; loads-runner has the words


def _has(name):
    from importlib.util import find_spec

    return find_spec(name) is not None


def run(module):
    """Calls main() of a module of this package, whose name is given."""
    if sys.version_info < (3, 11) or not all(map(_has, ("greenlet", "requests", "webtest"))):
        sys.exit(LACKS)
    from importlib import import_module

    import_module(module).main()
