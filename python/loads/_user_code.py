"""Where an exception comes from, as the author of the test sees it: frames of this package and of the libraries below it are left out."""

import linecache
import os
import traceback

PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STANDARD = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_IMPORTS = os.path.join(_STANDARD, "importlib") + os.sep


def _is_own(frame):
    return "loads.examples" not in frame.f_globals.get("__name__", "") and os.path.abspath(frame.f_code.co_filename).startswith(PACKAGE)


def _is_library(frame):
    path = os.path.abspath(frame.f_code.co_filename)
    return _is_own(frame) or path.startswith(_STANDARD) or "-packages" + os.sep in path or path.startswith("<")


def entries(error):
    """The (frame, line) pairs of a traceback without ours, outermost first."""
    found = []
    trace = error.__traceback__
    while trace is not None:
        if not _is_own(trace.tb_frame) and "__unittest" not in trace.tb_frame.f_globals:
            found.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    return found


def location(error):
    """(file, line) of the author's innermost frame; ("", 0) when there is none."""
    trace = error.__traceback__
    found = ("", 0)
    while trace is not None:
        if not _is_library(trace.tb_frame):
            found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def shown(text):
    """The text as anybody can show it: bytes that are none of UTF-8, and zeros, are spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")


def text(error):
    """What the exception says, whatever its author has made of that."""
    try:
        return shown(str(error))
    except Exception as trouble:
        return f"its text cannot be had: {type(trouble).__name__}"


def traceback_text(error):
    """As Python prints it, with the author's frames only."""
    lines = []
    for frame, line in entries(error):
        if frame.f_code.co_filename.startswith(("<frozen", _IMPORTS)):
            continue
        name = frame.f_code.co_filename
        lines.append(f'  File "{name}", line {line}, in {frame.f_code.co_name}')
        source = linecache.getline(name, line).strip()
        if source:
            lines.append("    " + source)
    text = "".join(traceback.format_exception_only(type(error), error)).rstrip()
    return shown("\n".join((["Traceback (most recent call last):"] + lines if lines else []) + [text]))
