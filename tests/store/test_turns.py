"""A flood waits behind itself: other readers' posts and moderators' decisions are written meanwhile."""

import pytest

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store.turns import OF_ONE_NETWORK, OF_ONE_SITE, WAITING, Origin, Turns


def _flood(turns: Turns[str], site_id: int, *, networks: int, count: int) -> int:
    """How many were let wait."""
    let = 0
    for number in range(count):
        try:
            turns.add("flood", Origin(site_id, (number % networks).to_bytes(4, "big")))
        except StorageUnavailableError as error:
            assert error.retry_after_seconds  # noqa: PT017 - the first of many
        else:
            let += 1
    return let


@pytest.mark.parametrize(("networks", "let"), [(1, OF_ONE_NETWORK), (10_000, OF_ONE_SITE)])
def test_a_flood_keeps_neither_moderators_nor_other_sites_out_or_waiting(networks: int, let: int) -> None:
    turns: Turns[str] = Turns()
    assert _flood(turns, 1, networks=networks, count=2 * WAITING) == let
    turns.add("decision", None)
    turns.add("other site", Origin(2, b"here"))
    assert len(turns) == let + 2
    assert turns.take(4) == ["decision", "flood", "other site", "flood"]


def test_a_flood_from_one_network_keeps_no_other_reader_of_the_site_waiting() -> None:
    turns: Turns[str] = Turns()
    _flood(turns, 1, networks=1, count=WAITING)
    for name in ("a", "b"):
        turns.add(name, Origin(1, name.encode()))
    assert turns.take(4) == ["flood", "a", "b", "flood"]


def test_many_moderators_leave_half_to_readers_and_nobody_is_left_behind() -> None:
    turns: Turns[str] = Turns()
    for _ in range(WAITING):
        turns.add("ours", None)
    with pytest.raises(StorageUnavailableError):
        turns.add("ours", None)
    for number in range(3):
        turns.add(f"reader {number}", Origin(1, None))
    assert turns.take(4) == ["ours", "ours", "reader 0", "reader 1"]
    assert turns.take(4) == ["ours", "ours", "reader 2", "ours"]
    assert len(turns.take(2 * WAITING)) == WAITING - 5
    assert (len(turns), turns.take(4)) == (0, [])


def test_all_sites_together_fill_no_more_than_there_is() -> None:
    turns: Turns[str] = Turns()
    let = sum(_flood(turns, site_id, networks=1, count=WAITING) for site_id in range(10))
    assert let == len(turns) == WAITING
