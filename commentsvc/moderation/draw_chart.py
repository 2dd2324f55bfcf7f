"""Charts as plain shapes: across in per cent of the width, upwards in pixels, so that letters keep their size.

Templates write them as SVG. What a shape means is its class; colours and patterns belong to the style sheet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 190
"""Of the part that is drawn in; pixels."""
TOP = 16
"""Space above it, for the highest line's label."""
_GUTTER = 9.0
"""Per cent of the width, at its beginning, that belong to the labels of the lines."""
_GAP = 0.22
"""Share of a column's place that stays empty."""
_EDGE = 8.0
"""Labels so near to an edge, in per cent, begin or end at their place."""
_STEPS = (1, 2, 5)
_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0
_LOG_TICKS = ((_MINUTE, "1 minute"), (_HOUR, "1 hour"), (_DAY, "1 day"), (30 * _DAY, "30 days"))


@dataclass(frozen=True, slots=True)
class Tick:
    """A level line with its label."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A label below."""

    x: float
    label: str
    anchor: str
    """``start``, ``middle`` or ``end``: labels at the edges stay inside."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column."""

    x: float
    width: float
    y: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Span:
    """From a usual value to a high one, at one place."""

    x: float
    usual_y: float
    high_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """All shapes of one drawing."""

    ticks: list[Tick]
    marks: list[Mark]
    blocks: list[Block]
    spans: list[Span]
    height: int = HEIGHT + TOP
    base: int = HEIGHT + TOP
    """Where the lowest line is."""


def draw_columns(columns: Sequence[Sequence[tuple[str, int]]], labels: Sequence[str | None]) -> Chart:
    """Stacked columns.

    Args:
        columns: Of each place, the parts from the ground upwards: class and count.
        labels: Of each place, for the line below; None: none.
    """
    highest = max((sum(count for _, count in column) for column in columns), default=0)
    levels = nice_levels(highest)
    scale = HEIGHT / levels[-1]
    place = _place(len(columns))
    blocks = [
        block
        for number, column in enumerate(columns)
        for block in _stack(column, x=_GUTTER + (number + _GAP / 2) * place, width=place * (1 - _GAP), scale=scale)
    ]
    ticks = [Tick(_y(level * scale), f"{level:,}") for level in levels]
    return Chart(ticks, _marks(labels), blocks, [])


def draw_spans(spans: Sequence[tuple[float, float] | None], labels: Sequence[str | None]) -> Chart:
    """How long something took, as a rule and at worst, on a logarithmic scale from a minute on.

    Args:
        spans: Of each place, the usual and the high value in seconds; None: nothing happened.
        labels: As for `draw_columns`.
    """
    highest = max((high for _, high in filter(None, spans)), default=0.0)
    ticks = [each for each in _LOG_TICKS if each[0] <= max(highest, _DAY)]
    ceiling = max(highest, ticks[-1][0])
    place = _place(len(spans))
    drawn = [
        Span(_round(_GUTTER + (number + 0.5) * place), _log_y(span[0], ceiling), _log_y(span[1], ceiling))
        for number, span in enumerate(spans)
        if span is not None
    ]
    return Chart([Tick(_log_y(value, ceiling), label) for value, label in ticks], _marks(labels), [], drawn)


def nice_levels(highest: int) -> list[int]:
    """Whole numbers from 0 to at least `highest` at even distances, at most five: ``[0, 20, 40, 60]``."""
    step = 1
    while step * 4 < highest:
        step = next(
            base * 10**power for power in range(len(str(highest)) + 1) for base in _STEPS if base * 10**power > step
        )
    return list(range(0, step * max(1, math.ceil(highest / step)) + 1, step))


def _stack(column: Sequence[tuple[str, int]], *, x: float, width: float, scale: float) -> list[Block]:
    blocks, ground = list[Block](), 0.0
    for kind, count in column:
        if count:
            height = count * scale
            ground += height
            blocks.append(Block(_round(x), _round(width), _y(ground), _round(height), kind))
    return blocks


def _marks(labels: Sequence[str | None]) -> list[Mark]:
    place = _place(len(labels))
    return [
        _mark(_round(_GUTTER + (number + 0.5) * place), label)
        for number, label in enumerate(labels)
        if label is not None
    ]


def _place(places: int) -> float:
    """Width of one of so many places."""
    return (100 - _GUTTER) / max(1, places)


def _mark(x: float, label: str) -> Mark:
    anchor = "start" if x < _GUTTER + _EDGE else "end" if x > 100 - _EDGE else "middle"
    return Mark(x, label, anchor)


def _log_y(seconds: float, ceiling: float) -> float:
    share = math.log(max(seconds, _MINUTE) / _MINUTE) / math.log(ceiling / _MINUTE)
    return _y(share * HEIGHT)


def _y(above_ground: float) -> float:
    return _round(TOP + HEIGHT - above_ground)


def _round(value: float) -> float:
    return round(value, 2)
