"""Simulated power cuts: what was acknowledged is there, whatever else the disk kept. `make bench-power` makes more."""

import random  # noqa: TID251 - the same cuts each time, no secrets
from pathlib import Path

import pytest

from tests.support.power_cuts import Outcome, Story, Work, cut, record

_CUTS = 10

pytestmark = pytest.mark.anyio


async def _cut_often(story: Story, folder: Path, *, in_checkpoints: bool = False) -> list[Outcome]:
    dice = random.Random(1)  # noqa: S311 - the same cuts each time
    moments = story.moments(in_checkpoints=in_checkpoints)
    return [await cut(story, dice.choice(moments), dice, folder / "after") for _ in range(_CUTS)]


async def test_no_acknowledged_comment_is_lost_when_the_power_goes(tmp_path: Path) -> None:
    story = record(Work(writers=8, comments=180, letters=30_000), tmp_path)
    assert story.checkpoints >= 2, "no journal was moved while comments came"
    outcomes = await _cut_often(story, tmp_path) + await _cut_often(story, tmp_path, in_checkpoints=True)
    assert sum(outcome.promised for outcome in outcomes) > _CUTS
    assert [outcome for outcome in outcomes if outcome.lost or outcome.faults] == []


async def test_a_journal_that_is_not_synced_at_each_commit_loses_comments(tmp_path: Path) -> None:
    """Or the simulation could not find a loss."""
    outcomes = await _cut_often(record(Work(writers=8, comments=60, synchronous="NORMAL"), tmp_path), tmp_path)
    assert [outcome for outcome in outcomes if outcome.lost]
    assert [outcome.faults for outcome in outcomes if outcome.faults] == []
