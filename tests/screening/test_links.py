from collections.abc import Callable

import pytest

from commentsvc.domain.findings import Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts
from commentsvc.screening.links import links

Make = Callable[..., Submission]
MakeFacts = Callable[..., Facts]
A, B, C = "https://a.example/", "https://b.example/", "https://c.example/"


@pytest.mark.parametrize(
    ("found", "allowed", "words"),
    [
        ((), 0, None),
        ((A, B), 2, None),
        ((A, B, C), 2, "3 links (this site allows 2)"),
        ((A, A, A), 2, "3 links (this site allows 2)"),
        ((A,), 0, "1 link (this site allows none)"),
    ],
)
def test_more_links_than_the_site_allows_are_told(
    submission: Make, facts: MakeFacts, found: tuple[str, ...], allowed: int, words: str | None
) -> None:
    finding = links(submission(), facts(links=found, max_links=allowed))

    assert (finding and finding.words) == words
    if finding:
        assert (finding.leaning, finding.trigger) == (Leaning.HOLD, A)


@pytest.mark.parametrize(
    ("name", "is_remarked"),
    [
        ("https://pills.example", True),
        ("HTTP://pills.example", True),
        ("Best pills www.pills.example", True),
        ("WWW.pills.example", True),
        ("Node.js", False),
        ("Awww", False),
        ("Anna", False),
        ("J. R. R.", False),
    ],
)
def test_a_web_address_for_a_name_is_told(submission: Make, facts: MakeFacts, name: str, is_remarked: bool) -> None:  # noqa: FBT001 - a column of the table
    finding = links(submission(name=name), facts())

    assert (finding is not None) == is_remarked
    if finding:
        assert (finding.leaning, finding.words, finding.trigger) == (Leaning.HOLD, "The name is a web address", name)


@pytest.mark.parametrize(
    ("text", "is_remarked"),
    [
        ("https://a.example/", True),
        ("  https://a.example/ … www.b.example !!", True),
        ("👉 https://a.example/ 👈", True),
        ("See https://a.example/", False),
        ("看 https://a.example/", False),
        ("https://a.example/ 1", False),
    ],
)
def test_nothing_but_a_link_is_told(submission: Make, facts: MakeFacts, text: str, is_remarked: bool) -> None:  # noqa: FBT001 - a column of the table
    finding = links(submission(), facts(text=text, links=(A,)))

    assert (finding is not None) == is_remarked
    if finding:
        assert finding.words == "Nothing but a link"
    assert links(submission(), facts(text=text, links=())) is None


def test_all_remarks_come_in_one_finding(submission: Make, facts: MakeFacts) -> None:
    finding = links(submission(name=f"shop {B}"), facts(text=A, links=(A, B, C)))

    assert finding is not None
    assert finding.words == "3 links (this site allows 2); The name is a web address; Nothing but a link"
