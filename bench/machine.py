"""What the figures were measured on."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

_PARTS = ("uvicorn", "starlette", "sqlalchemy", "aiosqlite", "asyncpg")


def describe_machine() -> str:
    """One line: processor, cores, system, versions."""
    parts = ", ".join(f"{name} {version(name)}" for name in _PARTS)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {parts}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
