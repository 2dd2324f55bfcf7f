"""The ledger of imports: which comment of ours is which one of another program's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.imports import Source
from commentsvc.store.compiled_once import CompiledOnce
from commentsvc.store.schema import comment, thread
from commentsvc.store.schema import import_ledger as ledger

_FIND = CompiledOnce(
    sa.select(comment.c.id, comment.c.root_id)
    .join(ledger, ledger.c.comment_id == comment.c.id)
    .where(
        ledger.c.thread_id == sa.bindparam("thread_id"),
        ledger.c.source == sa.bindparam("source"),
        ledger.c.source_id == sa.bindparam("source_id"),
    )
)
_FIND_OWN = CompiledOnce(
    sa.select(comment.c.id, comment.c.root_id).where(
        comment.c.thread_id == sa.bindparam("thread_id"), comment.c.public_id == sa.bindparam("public_id")
    )
)
_KNOWN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment stands."""

    row_id: int
    root_id: int


def known(conn: Connection, site_id: int, source: str, found: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of some (address of the thread, id in the source) that are here already."""
    wanted, answer = sorted(found), set[tuple[str, str]]()
    for first in range(0, len(wanted), _KNOWN_AT_ONCE):
        some = wanted[first : first + _KNOWN_AT_ONCE]
        query = (
            sa.select(thread.c.address, ledger.c.source_id)
            .join(ledger, ledger.c.thread_id == thread.c.id)
            .where(
                thread.c.site_id == site_id,
                thread.c.address.in_({address for address, _ in some}),
                ledger.c.source == source,
                ledger.c.source_id.in_({source_id for _, source_id in some}),
            )
        )
        answer |= {(row.address, row.source_id) for row in conn.execute(query)} & set(some)
        if source == Source.COMMENTSVC:
            answer |= _written_here(conn, site_id, some)
    return answer


def _written_here(conn: Connection, site_id: int, some: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Comments of an export that never left: they are known by their public ids, and stand in no ledger."""
    query = (
        sa.select(thread.c.address, comment.c.public_id)
        .join(thread, thread.c.id == comment.c.thread_id)
        .where(comment.c.site_id == site_id, comment.c.public_id.in_([public_id for _, public_id in some]))
    )
    return {(row.address, row.public_id) for row in conn.execute(query)} & set(some)


def find(conn: Connection, thread_id: int, source: str, source_id: str) -> Place | None:
    """The comment of a thread that has this id in its source; None if it is not here."""
    row = _FIND.run(conn, {"thread_id": thread_id, "source": source, "source_id": source_id}).first()
    if row is None and source == Source.COMMENTSVC:
        row = _FIND_OWN.run(conn, {"thread_id": thread_id, "public_id": source_id}).first()
    return None if row is None else Place(row.id, row.root_id or row.id)
