from datetime import UTC, datetime, timedelta

import pytest

from commentsvc.domain.own_words import BY_AUTHOR, BY_MODERATOR, may_edit_until
from commentsvc.domain.status import CommentStatus

POSTED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("edited_by", [None, BY_AUTHOR])
@pytest.mark.parametrize("status", [CommentStatus.PENDING, CommentStatus.APPROVED])
def test_what_waits_or_is_public_may_be_changed_for_some_minutes(status: CommentStatus, edited_by: str | None) -> None:
    until = may_edit_until(status, POSTED, minutes=15, edited_by=edited_by, is_erased=False)

    assert until == POSTED + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("status", "minutes", "edited_by", "is_erased"),
    [
        (CommentStatus.REJECTED, 15, None, False),
        (CommentStatus.SPAM, 15, None, False),
        (CommentStatus.DELETED, 15, None, False),
        (CommentStatus.PENDING, 0, None, False),
        (CommentStatus.APPROVED, 15, BY_MODERATOR, False),
        (CommentStatus.APPROVED, 15, None, True),
    ],
)
def test_nothing_else_may_be_changed(
    status: CommentStatus, minutes: int, edited_by: str | None, *, is_erased: bool
) -> None:
    assert may_edit_until(status, POSTED, minutes=minutes, edited_by=edited_by, is_erased=is_erased) is None
