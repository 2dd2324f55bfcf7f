"""How often words and labels occur, as PostgreSQL's own statistics know it: from there it is known how to search."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_COMMON = sa.text(
    """
    SELECT common.token, common.share * greatest(pg_class.reltuples, 0) AS number
    FROM pg_stats
    JOIN pg_class ON pg_class.oid = CAST('comment_search' AS regclass)
    LEFT JOIN LATERAL unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (token, share)
        ON common.token = ANY (CAST(:tokens AS text[]))
    WHERE schemaname = current_schema() AND tablename = 'comment_search' AND attname = 'tokens'
    """
)
"""One row at least, unless the table was never analysed. Autovacuum does it after every tenth of it has changed."""


def numbers(conn: Connection, groups: Iterable[Iterable[Iterable[str]]]) -> Mapping[str, float] | None:
    """Token → about how many comments have it, for those tokens that are among the 1,000 most common.

    Args:
        conn: Of PostgreSQL.
        groups: Of phrases of tokens.

    Returns:
        As of the last analysis; None if nothing is known.
    """
    tokens = sorted({token for group in groups for phrase in group for token in phrase})
    rows = conn.execute(_COMMON, {"tokens": tokens}).all()
    return {row.token: row.number for row in rows if row.token is not None} if rows else None
