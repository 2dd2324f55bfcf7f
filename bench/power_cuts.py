"""``make bench-power``: 300 simulated power cuts in each mode, with the real storage code on SQLite."""

import asyncio
import random  # noqa: TID251 - the same cuts each time, no secrets
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.resilience_file import write_section  # noqa: E402 - the path comes first
from tests.support.power_cuts import Outcome, Story, Work, cut, record  # noqa: E402

_CUTS = 300
_SEED = 5


@dataclass(frozen=True, slots=True)
class _Mode:
    name: str
    work: Work
    in_checkpoints: bool = False


_MODES = (
    _Mode("one writer, the journal grows", Work(1, 100)),
    _Mode("eight writers, commits shared", Work(8, 300)),
    _Mode("eight writers, while the journal is moved into the database", Work(8, 400, 12_000), in_checkpoints=True),
    _Mode("eight writers, while the journal is emptied after erasures", Work(8, 400, 3_000, 4), in_checkpoints=True),
    _Mode("control: eight writers, `synchronous=NORMAL`", Work(8, 300, synchronous="NORMAL")),
)


def main() -> None:
    """Cut in each mode, and tell."""
    lines = [
        "A process writes comments by the real store under `strace`. For each cut a moment is drawn, and a state in",
        "which the disk may be then: all that was synced, and nothing, all, the beginning, some writes or some sectors",
        "(512 bytes) of the rest. The store is opened on it, checked, compared with what had been acknowledged, and",
        "written to. Our setting is `synchronous=FULL`; the control shows that the simulation can find a loss.",
        f"Seed {_SEED}.\n",
        "| mode | cuts | acknowledged, all cuts | lost | cuts with a loss | damaged databases |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    is_bad = False
    for mode in _MODES:
        outcomes = _cut_often(mode)
        lost = [outcome for outcome in outcomes if outcome.lost]
        damaged = [outcome for outcome in outcomes if outcome.faults]
        is_bad |= bool(damaged) or bool(lost) != (mode.work.synchronous == "NORMAL")
        promised, gone = sum(each.promised for each in outcomes), sum(each.lost for each in outcomes)
        lines.append(f"| {mode.name} | {len(outcomes)} | {promised:,} | {gone:,} | {len(lost)} | {len(damaged)} |")
    write_section("Simulated power cuts", command="make bench-power", lines=lines)
    if is_bad:
        sys.exit("Something acknowledged was lost, or the control lost nothing.")


def _cut_often(mode: _Mode) -> Sequence[Outcome]:
    with tempfile.TemporaryDirectory(prefix="commentsvc-power-") as name:
        story = record(mode.work, Path(name))
        return asyncio.run(_all_cuts(mode, story, Path(name) / "after"))


async def _all_cuts(mode: _Mode, story: Story, folder: Path) -> Sequence[Outcome]:
    dice = random.Random(_SEED)  # noqa: S311 - the same cuts each time
    moments = story.moments(in_checkpoints=mode.in_checkpoints)
    return [await cut(story, dice.choice(moments), dice, folder) for _ in range(_CUTS)]


if __name__ == "__main__":
    main()
