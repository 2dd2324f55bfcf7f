"""What it brings to commit together: the same jobs and writers, each with a commit of its own, on a slow disk."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.installation import SERVER_CORE, running_service
from bench.measure_writes import our_posting, write_for
from commentsvc.store.group_commit import TOGETHER
from tests.support.process import ROOT

WRITERS = 128
_ROUNDS, _SECONDS = 3, 4.0
_IN_MEMORY = "/dev/shm"  # noqa: S108 - a fresh folder below it; its own sync takes no time, so that ours is all of it
_APART = str(ROOT / "bench" / "commit_apart.py")


@dataclass(frozen=True, slots=True)
class Commits:
    """Jobs a second, round by round."""

    apart: list[float]
    together: list[float]

    @property
    def times(self) -> float:
        """How many times as many together, of the medians."""
        return statistics.median(self.together) / statistics.median(self.apart)


def compare_in_store() -> Commits:
    """The submission's own job in the real store, without HTTP."""
    with _slow_disk() as (folder, disk):
        found: dict[int, list[float]] = {1: [], TOGETHER: []}
        for number in range(_ROUNDS):
            for together, rounds in found.items():
                own = folder / f"{together}-{number}"
                own.mkdir()
                command = [sys.executable, _APART, "store", str(own), str(WRITERS), str(_SECONDS), str(together)]
                printed = subprocess.run(
                    ["taskset", "-c", str(SERVER_CORE), *command],  # noqa: S607 - from the PATH
                    env=os.environ | disk,
                    stdout=subprocess.PIPE,
                    text=True,
                    check=True,
                )
                rounds.append(float(printed.stdout))
    return Commits(found[1], found[TOGETHER])


def compare_through_http() -> Commits:
    """Whole posts."""
    with _slow_disk() as (folder, disk):
        found: dict[bool, list[float]] = {True: [], False: []}
        for number in range(_ROUNDS):
            for is_apart, rounds in found.items():
                own = folder / f"{is_apart}-{number}"
                own.mkdir()
                program = (_APART,) if is_apart else ("-m", "commentsvc")
                url = f"sqlite+aiosqlite:///{own}/comments.db"
                with running_service(url, own, settings=disk, program=program) as service:
                    done = asyncio.run(write_for(our_posting(service.port), writers=WRITERS, seconds=_SECONDS))
                rounds.append(done.per_second)
    return Commits(found[True], found[False])


@contextmanager
def _slow_disk() -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder, and the environment of a process for which each sync takes 5 ms longer."""
    with tempfile.TemporaryDirectory(prefix="commentsvc-bench-", dir=_IN_MEMORY) as name:
        library = Path(name) / "slow_sync.so"
        source = ROOT / "bench" / "slow_sync.c"
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)  # noqa: S607 - from the PATH
        yield Path(name), {"LD_PRELOAD": str(library)}
