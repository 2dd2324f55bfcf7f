"""How often words and labels occur, as PostgreSQL's own statistics know it: from there it is known how to search."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_SHARES = sa.text(
    """
    SELECT common.token, common.share
    FROM pg_stats
    LEFT JOIN LATERAL unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (token, share)
        ON common.token = ANY (CAST(:tokens AS text[]))
    WHERE schemaname = current_schema() AND tablename = 'comment_search' AND attname = 'tokens'
    """
)
"""One row at least, unless the table was never analysed. Autovacuum does it after every tenth of it has changed."""


def share_at_most(conn: Connection, groups: Iterable[tuple[tuple[str, ...], ...]]) -> float | None:
    """The share of all comments in which each group is met, as far as its rarest group alone can tell.

    Args:
        conn: Of PostgreSQL.
        groups: Each a choice of phrases.

    Returns:
        0 to 1, an upper bound as of the last analysis; what is not among the 1,000 most common counts as 0. None if
        nothing is known.
    """
    wanted = [list(group) for group in groups]
    tokens = sorted({token for group in wanted for phrase in group for token in phrase})
    rows = conn.execute(_SHARES, {"tokens": tokens}).all()
    if not rows:
        return None
    shares = {row.token: row.share for row in rows}
    return min(
        (min(1.0, sum(min(shares.get(token, 0.0) for token in phrase) for phrase in group)) for group in wanted),
        default=1.0,
    )
