"""Statistics as a page: charts, and every figure of them in words and tables."""

import re
from datetime import timedelta

import pytest

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation.draw_chart import HEIGHT, TOP, draw_columns, draw_spans, nice_levels
from commentsvc.moderation.periods import PERIODS, period_of
from commentsvc.moderation.statistics_in_words import duration, share, span_name
from tests.support.moderation import START, Place, Visitor

PATH = "/moderation/statistics"


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


@pytest.mark.anyio
async def test_every_figure_of_a_chart_stands_in_words_too(place: Place, mo: Visitor) -> None:
    hold = [Finding("links", Leaning.HOLD, "2 links")]
    await place.add_comment(findings=hold, status=CommentStatus.APPROVED)
    for _ in range(3):
        waiting = await place.add_comment(findings=hold)
        place.time.pass_by(minutes=10)
        await mo.decide(waiting, "reject")
    told = _text((await mo.get(PATH)).text)
    assert "4 posts in 30 days" in told
    assert "Approved 1 Waiting 0 Rejected 3 Spam 0 Deleted 0" in told
    assert "2 March 1 0 3 0 0" in told
    assert "2 March 10 minutes 10 minutes" in told
    assert "Links 4 posts, 100 %" in told
    assert "Agreed with 75 %: 3 not published, 1 approved." in told
    assert "Mo 3 decisions" in told
    assert "No writer has appealed in these days." in told


@pytest.mark.anyio
async def test_a_quiet_site_says_so_for_every_period_and_there_are_no_others(mo: Visitor) -> None:
    for days in PERIODS:
        told = _text((await mo.get(f"{PATH}?site=gazette&days={days}")).text)
        assert f"0 posts in {PERIODS[days]}" in told
        assert "Nobody has decided anything in these days." in told
    assert (await mo.get(f"{PATH}?days=31")).status_code == 400


@pytest.mark.parametrize(("word", "posts", "waits"), [("30", 30, 30), ("90", 91, 13), ("365", 52, 52)])
def test_a_period_is_cut_without_gaps_and_ends_with_today(word: str, posts: int, waits: int) -> None:
    period = period_of(word, START)
    assert (len(period.posts) - 1, len(period.waits) - 1) == (posts, waits)
    assert period.begin <= START < period.end
    assert (period.waits[0], period.waits[-1]) == (period.begin, period.end)
    assert period.end - START < timedelta(days=1)


def test_columns_stand_on_the_ground_one_part_on_the_other() -> None:
    chart = draw_columns([[("approved", 3), ("spam", 1)], [("approved", 0), ("spam", 0)]], ["1 Mar", None])
    lower, upper = chart.blocks
    assert lower.y + lower.height == HEIGHT + TOP
    assert upper.y + upper.height == lower.y
    assert lower.height == pytest.approx(3 * upper.height)
    assert [(mark.label, mark.anchor) for mark in chart.marks] == [("1 Mar", "middle")]
    assert all(block.x >= 0 and block.x + block.width <= 100 for block in chart.blocks)


@pytest.mark.parametrize(
    ("highest", "levels"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (7, [0, 2, 4, 6, 8]),
        (60, [0, 20, 40, 60]),
        (999, [0, 500, 1000]),
    ],
)
def test_levels_are_round_numbers(highest: int, levels: list[int]) -> None:
    assert nice_levels(highest) == levels


def test_spans_lie_on_a_scale_on_which_longer_is_higher() -> None:
    chart = draw_spans([(60.0, 3_600.0), None, (30.0, 10 * 86_400.0)], [None] * 3)
    first, last = chart.spans
    assert first.usual_y == last.usual_y == HEIGHT + TOP  # a minute and less is the ground
    assert last.high_y < first.high_y < HEIGHT + TOP
    assert [tick.label for tick in chart.ticks] == ["1 minute", "1 hour", "1 day"]


def test_durations_and_shares_in_words() -> None:
    assert [duration(seconds) for seconds in (0, 59, 60, 90, 5_400, 86_400 * 12.3)] == [
        "under a minute", "under a minute", "1 minute", "1.5 minutes", "1.5 hours", "12 days",
    ]  # fmt: skip
    assert [share(*each) for each in ((0, 0), (0, 9), (1, 1_000), (1, 3), (3, 3))] == [
        "0 %", "0 %", "under 1 %", "33 %", "100 %",
    ]  # fmt: skip
    assert span_name(START, START + timedelta(days=7)) == "2 March to 8 March"
