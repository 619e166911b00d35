"""What the figures were taken on."""

import os
import platform
import re

BUSY = 0.7  # load average from which on somebody else has work to do


def describe():
    with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
        model = re.search(r"^model name\s*: (.*)$", cpuinfo.read(), re.MULTILINE)
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}"


def warning():
    if os.getloadavg()[0] < BUSY:
        return ""
    return "! The machine has other work to do (see the load): the ratios are uncertain, and the absolute figures too high."
