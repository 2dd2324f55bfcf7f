from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from commentsvc.domain.comment import AuthorRecord
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts
from commentsvc.screening.standing import standing

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
TABLE = [
    (AuthorRecord(), 0, Leaning.PASS, "First comment by this author"),
    (
        AuthorRecord(first_seen_at=SEEN),
        0,
        Leaning.PASS,
        "No earlier comment by this author has been decided yet",
    ),
    (AuthorRecord(approved=1, first_seen_at=SEEN), 1, Leaning.PASS, "Known author: 1 approved comment"),
    (AuthorRecord(approved=12, first_seen_at=SEEN), 9, Leaning.PASS, "Known author: 9 approved comments"),
    (
        AuthorRecord(approved=12, first_seen_at=SEEN),
        2,
        Leaning.PASS,
        "Known author: 2 approved comments (this site trusts after 3)",
    ),
    (
        AuthorRecord(approved=12, first_seen_at=SEEN),
        0,
        Leaning.PASS,
        "12 approved comments under this e-mail address, but no proof that it is the same person",
    ),
    (
        AuthorRecord(approved=3, rejected=2, first_seen_at=SEEN),
        3,
        Leaning.HOLD,
        "Of 5 earlier comments by this author, 2 were rejected",
    ),
    (
        AuthorRecord(rejected=1, first_seen_at=SEEN),
        0,
        Leaning.HOLD,
        "Of 1 earlier comment by this author, 1 was rejected",
    ),
    (
        AuthorRecord(approved=9, spam=1, first_seen_at=SEEN),
        3,
        Leaning.SPAM,
        "Of 10 earlier comments by this author, 1 was marked as spam",
    ),
    (
        AuthorRecord(rejected=1, spam=4, first_seen_at=SEEN),
        0,
        Leaning.SPAM,
        "Of 5 earlier comments by this author, 1 was rejected and 4 were marked as spam",
    ),
]


@pytest.mark.parametrize(("record", "proven", "leaning", "words"), TABLE)
def test_an_authors_standing_is_told(
    submission: Callable[..., Submission],
    facts: Callable[..., Facts],
    record: AuthorRecord,
    proven: int,
    leaning: Leaning,
    words: str,
) -> None:
    found = standing(submission(), facts(record=record, proven_approved=proven, trust_after=3 if proven == 2 else 1))

    assert found == Finding("standing", leaning, words)
