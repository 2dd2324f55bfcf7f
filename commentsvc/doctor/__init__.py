"""``commentsvc doctor``: small checks, each of which says what it saw and what mends it."""
