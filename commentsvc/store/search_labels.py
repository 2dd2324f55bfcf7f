"""What a comment is, spelled as tokens that stand in the full-text index beside its words.

So one index answers every combination of words and filters: it walks the shortest list and skips through the others.
A label begins with a slash, which no word does.
"""

import re
from datetime import UTC, date, datetime, timedelta

FIRST_YEAR = 1990
"""Nobody commented before."""
BUCKET = 8_192
COARSE = 8 * BUCKET
"""Row ids in one bucket. PostgreSQL's index knows no order, so it is asked for one bucket after the other; for coarse
ones where little is found, because each asks for all of a rare word's comments again. SQLite's knows no end: it looks
for words that never meet through all comments, unless a bucket's own list ends."""
_STRANGE = re.compile(r"[^a-z0-9._-]")


def of_site(site_id: int) -> str:
    """All comments of a site."""
    return f"/s{site_id}"


def of_status(status: str) -> str:
    """All in a status."""
    return f"/t{status}"


def of_author(author_id: int) -> str:
    """All by an author."""
    return f"/a{author_id}"


def of_thread(thread_id: int) -> str:
    """All on an article."""
    return f"/h{thread_id}"


def of_finding(phase: str) -> str:
    """All of which a screening phase had something to say."""
    return f"/f{_plain(phase)}"


def of_rule(rule_id: int) -> str:
    """All that a rule of the site has hit."""
    return f"/r{rule_id}"


def of_domain(domain: str) -> str:
    """All with a link that leads there."""
    return f"/d{_plain(domain)}"


def of_bucket(row_id: int) -> tuple[str, str]:
    """All with neighbouring row ids: of a bucket, and of a coarse one."""
    return f"/b{row_id // BUCKET}", f"/c{row_id // COARSE}"


def between_row_ids(first: int, last: int) -> tuple[str, ...]:
    """The labels of the buckets that these row ids lie in, both included: fine ones for few row ids, else coarse."""
    letter, size = ("b", BUCKET) if last - first < COARSE else ("c", COARSE)
    return tuple(f"/{letter}{number}" for number in range(first // size, last // size + 1))


def of_time(moment: datetime) -> tuple[str, str, str]:
    """All of a year, of a month, of a day, in UTC."""
    day = moment.astimezone(UTC).date()
    return _year(day), _month(day), _day(day)


def between(first: date, last: date) -> tuple[str, ...]:
    """The fewest labels that together cover some days, both included; none if there are none.

    Whole years and months count as one: the longest list, for any days at all, has about 100.
    """
    labels: list[str] = []
    day = first
    while day <= last:
        year_end, month_end = date(day.year, 12, 31), _month_end(day)
        if (day.month, day.day) == (1, 1) and year_end <= last:
            labels.append(_year(day))
            day = year_end
        elif day.day == 1 and month_end <= last:
            labels.append(_month(day))
            day = month_end
        else:
            labels.append(_day(day))
        day += timedelta(days=1)
    return tuple(labels)


def _year(day: date) -> str:
    return f"/y{day:%Y}"


def _month(day: date) -> str:
    return f"/m{day:%Y%m}"


def _day(day: date) -> str:
    return f"/n{day:%Y%m%d}"


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _plain(word: str) -> str:
    return _STRANGE.sub("_", word.lower())
