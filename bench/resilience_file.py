"""bench/RESILIENCE.md: one section for each bench, each written anew by its own script."""

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import describe_machine

_FILE = Path(__file__).parent / "RESILIENCE.md"
_LOAD_BEFORE = os.getloadavg()[0]
_HEAD = """# What it withstands

Each section is written by the command that it names. CI runs short versions of the same as tests.
"""


def write_section(title: str, *, command: str, lines: Sequence[str]) -> None:
    """Put a section in its place, or at the end if it is new, and print it."""
    made = f"Measured on {datetime.now(UTC):%Y-%m-%d} by `{command}`: {describe_machine()}."  # noqa: TID251 - a date
    busy = f"Load average of the machine before it began: {_LOAD_BEFORE:.1f}."
    section = "\n".join([f"## {title}\n", f"{made} {busy}\n", *lines]).rstrip() + "\n"
    text = _FILE.read_text("utf-8") if _FILE.exists() else _HEAD
    parts = re.split(r"(?m)^(?=## )", text)
    places = [number for number, part in enumerate(parts) if part.startswith(f"## {title}\n")]
    if places:
        parts[places[0]] = section
    else:
        parts.append(section)
    _FILE.write_text("\n".join(part.rstrip() + "\n" for part in parts), encoding="utf-8")
    print(section)
