"""A few comments under the demo's gallery page, so that its looks have something to show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from commentsvc.domain.normal_text import text_digest
from commentsvc.domain.pseudonyms import new_pseudonym
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.submission import Submission
from commentsvc.domain.subscriptions import NO_WISH
from commentsvc.markup import render
from commentsvc.store import authors, decisions, pins, submissions, threads

THREAD = "gallery"
"""Its id; each look shows the same thread."""


@dataclass(frozen=True, slots=True)
class _Sample:
    name: str
    words: str
    answers: int | None = None
    """Place in the list of the comment it replies to."""
    website: str | None = None


_SAMPLES = (
    _Sample(
        "Ida Hale",
        "My grandfather **counted the steps aloud** when the fog was thick.\n\n"
        "> It made no difference to the ships.\n\nIt made a difference to the men.",
        website="https://example.org/",
    ),
    _Sample("Tomasz Wiśniewski", "We heard him down in the harbour, every word.", 0),
    _Sample("Ida Hale", "Then you heard him swear as well, at step *ninety-one*.", 1),
    _Sample(
        "R. Okonkwo",
        "Three questions for the council:\n\n1. Who answers when the sensor fails?\n2. What becomes of the house?\n"
        "3. Has anybody read https://example.org/reports/2026/the-light-at-varn-and-its-keepers.pdf?",
    ),
    _Sample("نازنين", "الضوء نفسه سيبقى. الذي يرحل هو الإنسان.", 3),
    _Sample(
        "Grace", "`light --at dusk` is not a person. Nor is a Donaudampfschifffahrtselektrizitätenhauptbetriebswerk."
    ),
)


def fill_gallery(conn: Connection, site: Site, url: str, *, moderator_id: int, now: datetime) -> None:
    """Post the samples under the gallery's thread and approve them; the first is pinned.

    Args:
        conn: In a transaction that writes.
        site: Of the demo.
        url: Of the gallery's page.
        moderator_id: Who pins.
        now: The last of them was written a moment before.
    """
    written: list[str] = []
    writers = {sample.name: new_pseudonym() for sample in _SAMPLES}
    for place, sample in enumerate(_SAMPLES):
        moment = now - timedelta(minutes=37 * (len(_SAMPLES) - place))
        written.append(_publish(conn, site, url, sample, writers[sample.name], written, moment))
    pins.pin(conn, written[0], is_pinned=True, site_ids=[site.id], moderator_id=moderator_id, now=now)


def _publish(
    conn: Connection, site: Site, url: str, sample: _Sample, pseudonym: bytes, before: list[str], moment: datetime
) -> str:
    thread = threads.find_or_open(conn, site_id=site.id, address=THREAD, url=url, title="Looks", now=moment)
    parent = None if sample.answers is None else before[sample.answers]
    rendered = render(sample.words)
    public_id = submissions.add(
        conn,
        thread,
        Submission(
            THREAD,
            url,
            "Looks",
            parent,
            sample.name,
            None,
            sample.website,
            sample.words,
            NO_WISH,
            False,
            None,
        ),
        rendered,
        author_id=authors.find_or_add(conn, site_id=site.id, blind_indexes=[], sealed_email=None, now=moment),
        pseudonym=pseudonym,
        parent=None if parent is None else submissions.parent_of(conn, thread, parent),
        findings=[],
        status=CommentStatus.PENDING,
        text_digest=text_digest(rendered.text),
        once=None,
        now=moment,
    )
    decisions.decide(conn, public_id, Decision.APPROVE, site_ids=[site.id], moderator_id=None, reason=None, now=moment)
    return public_id
