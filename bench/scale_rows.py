"""The statements that make millions of comments inside the database; the same for SQLite and PostgreSQL.

Comment number ``i`` has the row id ``i``. Every hundredth stands in one thread, the large one; of every thousand one
stands in a chain, each a reply to the one before; all others stand in threads of a hundred, a thousand of which are
lively at the same time. Outside the chain each root has four replies. One comment of a hundred waits and one is spam.
"""

from dataclasses import dataclass

TEXTS = 20_000
"""Different texts; each is used again and again."""
LARGE = 1
"""Row id of the large thread; the chain's is 2."""
ADDRESS = "https://news.example/"
"""A thread's address is this and its row id."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two databases spell differently."""

    numbers: str
    """Numbers from ``{first}`` to ``{last}``, as a query with the column ``i``."""
    blob: str
    """16 bytes that differ for each ``{of}``."""
    public_id: str
    """24 characters as a public id has them, different for each ``{of}``."""
    moment: str
    """``{of}`` seconds after the epoch."""
    day: str
    """A moment ``{of}`` in the form ``{form}`` (of `strftime`, or PostgreSQL's)."""
    forms: tuple[str, str, str]
    """Year, month, day."""
    tokens: str
    """The search document of a comment ``c`` with text ``t``."""


_SQLITE_TOKENS = (
    "'reader ' || c.author_id || ' /s1 ' || t.tokens || ' /t' || c.status || ' article ' || c.thread_id || ' /a' ||"
    " c.author_id || ' /h' || c.thread_id || ' /b' || (c.id / 8192) || ' /c' || (c.id / 65536) || {days} ||"
    " CASE WHEN c.status = 'pending' THEN ' /fstanding' ELSE '' END"
)
_POSTGRESQL_TOKENS = (
    "('''reader'':1 ''' || c.author_id || ''':2 ''/s1'':3 ' || t.tokens || ' ' || (SELECT string_agg('''' || w || ''':'"
    " || t.length + 3 + n, ' ') FROM unnest(string_to_array('/t' || c.status || ' article ' || c.thread_id || ' /a' ||"
    " c.author_id || ' /h' || c.thread_id || ' /b' || (c.id / 8192) || ' /c' || (c.id / 65536) || {days} ||"
    " CASE WHEN c.status = 'pending' THEN ' /fstanding' ELSE '' END, ' ')) WITH ORDINALITY AS tail (w, n)))::tsvector"
)
SQLITE = Dialect(
    numbers="WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n",
    blob="randomblob(16)",
    public_id=(
        "replace(replace(replace(replace(lower(hex(randomblob(12))), '0', 'g'), '1', 'h'), '8', 'i'), '9', 'j')"
    ),
    moment="strftime('%Y-%m-%d %H:%M:%S.000000', {of}, 'unixepoch')",
    day="strftime('{form}', {of})",
    forms=("%Y", "%Y%m", "%Y%m%d"),
    tokens=_SQLITE_TOKENS,
)
POSTGRESQL = Dialect(
    numbers="SELECT generate_series({first}::bigint, {last}::bigint) AS i",
    blob="decode(md5('blob' || {of}), 'hex')",
    public_id="translate(left(md5('id' || {of}), 24), '0189', 'ghij')",
    moment="to_timestamp({of})",
    day="to_char({of} AT TIME ZONE 'UTC', '{form}')",
    forms=("YYYY", "YYYYMM", "YYYYMMDD"),
    tokens=_POSTGRESQL_TOKENS,
)
_COMMENTS = """
INSERT INTO comment (id, public_id, site_id, thread_id, parent_id, root_id, author_id, pseudonym, name, source, html,
  tree, text, text_digest, rendered_with, status, is_visible, findings, likes, reply_count, created_at, decided_at)
SELECT i, {public_id}, 1, thread_id,
  CASE WHEN place >= 0 AND place % 5 > 0 THEN i - place % 5 * step WHEN place < 0 AND i > 1 THEN i - 1000 END,
  CASE WHEN place >= 0 AND place % 5 > 0 THEN i - place % 5 * step WHEN place < 0 AND i > 1 THEN 1 END,
  author_id, {blob}, 'Reader ' || author_id, t.source, t.html, t.tree, t.text, t.text_digest, t.rendered_with,
  CASE place WHEN 99 THEN 'pending' WHEN 49 THEN 'spam' ELSE 'approved' END,
  place NOT IN (49, 99),
  CASE place WHEN 99 THEN
    '[{{"phase": "standing", "leaning": "hold", "words": "First comment", "trigger": null, "rule_id": null}}]'
  ELSE '[]' END {json},
  i % 7,
  CASE WHEN i = 1 THEN {chain} - 1 WHEN place < 0 AND i > ({chain} - 1) * 1000 THEN 0 WHEN place < 0 THEN 1
    WHEN place % 5 > 0 THEN 0 WHEN place IN (45, 95) THEN 3 ELSE 4 END,
  {moment}, CASE place WHEN 99 THEN NULL ELSE {moment} END
FROM (
  SELECT i, 1 + i * 7919 % {authors} AS author_id, 1 + i * 7 % {texts} AS text_id,
    CASE WHEN i % 100 = 0 THEN 1 WHEN i % 1000 = 1 THEN 2 ELSE 3 + i / 100000 * 1000 + i % 1000 END AS thread_id,
    CASE WHEN i % 100 = 0 THEN 100 ELSE 1000 END AS step,
    CASE WHEN i % 100 = 0 THEN (i / 100 - 1) % 100 WHEN i % 1000 = 1 THEN -1 ELSE i % 100000 / 1000 END AS place
  FROM ({numbers}) AS numbers
) AS placed JOIN some_text AS t ON t.id = text_id
"""
_THREADS = """
INSERT INTO thread (id, site_id, address, url, title, revision, approved_count, pseudonym_salt, created_at)
SELECT thread_id, 1, '{address}' || thread_id, '{address}' || thread_id, 'Article ' || thread_id,
  sum(CASE WHEN status = 'approved' THEN 1 ELSE 0 END), sum(CASE WHEN status = 'approved' THEN 1 ELSE 0 END),
  {blob}, min(created_at)
FROM comment GROUP BY thread_id
"""
_AUTHORS = """
INSERT INTO author (id, site_id, blind_index, sealed_email, approved_count, spam_count, first_seen_at)
SELECT author_id, 1, {blob}, {blob}, sum(CASE WHEN status = 'approved' THEN 1 ELSE 0 END),
  sum(CASE WHEN status = 'spam' THEN 1 ELSE 0 END), min(created_at)
FROM comment GROUP BY author_id
"""
FINDINGS = """
INSERT INTO comment_finding (comment_id, site_id, phase, leaning)
SELECT id, 1, 'standing', 'hold' FROM comment WHERE status = 'pending' ORDER BY id
"""
_EPOCH = 1_735_689_600
"""Of the first comment; the next follow every three seconds, told to the minute."""


def comments(dialect: Dialect, *, first: int, last: int, total: int) -> str:
    """The comments from one row id to another, of so many in all."""
    return _COMMENTS.format(
        public_id=dialect.public_id.format(of="i"),
        blob=dialect.blob.format(of="i"),
        json="::json" if dialect is POSTGRESQL else "",
        chain=total // 1_000,
        moment=dialect.moment.format(of=f"{_EPOCH} + i * 3 / 60 * 60"),
        authors=total // 10,
        texts=TEXTS,
        numbers=dialect.numbers.format(first=first, last=last),
    )


def threads(dialect: Dialect) -> str:
    """The threads of the comments that are there, with their counts."""
    return _THREADS.format(address=ADDRESS, blob=dialect.blob.format(of="thread_id"))


def authors(dialect: Dialect) -> str:
    """The authors of the comments that are there, with their records."""
    return _AUTHORS.format(blob=dialect.blob.format(of="author_id"))


def documents(dialect: Dialect, *, first: int, last: int) -> str:
    """What is searched of the comments from one row id to another."""
    marks = zip("ymn", dialect.forms, strict=True)
    days = " || ".join(f"' /{mark}' || {dialect.day.format(form=form, of='c.created_at')}" for mark, form in marks)
    key = "comment_id" if dialect is POSTGRESQL else "rowid"
    return (
        f"INSERT INTO comment_search ({key}, tokens) SELECT c.id, {dialect.tokens.format(days=days)}"  # noqa: S608 - our own words
        f" FROM comment AS c JOIN some_text AS t ON t.id = 1 + c.id * 7 % {TEXTS} WHERE c.id BETWEEN {first} AND {last}"
    )
