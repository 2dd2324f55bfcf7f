"""Time is aware, in UTC, and told no finer than it should be."""

from datetime import UTC, datetime, timedelta

from commentsvc.domain.clock import Clocks, system_clock, to_the_minute, wire_time

MOMENT = datetime(2026, 11, 22, 9, 30, 59, 999_999, tzinfo=UTC)


def test_the_machines_clock_is_in_utc_and_goes_on() -> None:
    first = system_clock()
    assert first.utcoffset() == timedelta(0)
    assert system_clock() >= first


def test_the_wire_shows_seconds_and_z() -> None:
    assert wire_time(MOMENT) == "2026-11-22T09:30:59Z"


def test_what_is_kept_has_no_seconds() -> None:
    assert wire_time(to_the_minute(MOMENT)) == "2026-11-22T09:30:00Z"
    assert to_the_minute(to_the_minute(MOMENT)) == to_the_minute(MOMENT)
    assert to_the_minute(MOMENT).microsecond == 0


def test_a_service_has_two_clocks() -> None:
    clocks = Clocks(lambda: MOMENT, lambda: 7.0)
    assert (clocks.now(), clocks.monotonic()) == (MOMENT, 7.0)
