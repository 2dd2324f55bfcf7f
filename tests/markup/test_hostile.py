"""The hostile payloads, read by a parser and an allow-list that have nothing to do with the sanitiser's."""

import pytest

from commentsvc.domain.errors import InvalidInputError
from commentsvc.markup import render
from commentsvc.markup.render_source import render_html
from tests.hostile.payloads import CANARY_HOST, hostile_payloads
from tests.hostile.strict_reader import faults_in

PAYLOADS = hostile_payloads()


def test_there_are_enough_distinct_payloads_and_always_the_same() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 2_000
    assert max(map(len, PAYLOADS)) <= 5_000
    assert hostile_payloads() == PAYLOADS


def test_each_payload_is_refused_or_rendered_within_the_allow_list() -> None:
    rendered = 0
    for payload in PAYLOADS:
        try:
            html = render(payload).html
        except InvalidInputError:
            continue
        rendered += 1
        assert faults_in(html) == [], payload
    assert rendered > 0.98 * len(PAYLOADS)


def test_the_sanitiser_alone_holds_when_it_gets_the_payloads_unparsed() -> None:
    for payload in PAYLOADS:
        once = render_html(payload)
        assert faults_in(once.html) == [], payload
        assert render_html(once.html).html == once.html


@pytest.mark.parametrize(
    "html",
    [
        "<img src=x>",
        "<p onclick=x>y</p>",
        "<a href='javascript:x' rel='ugc nofollow noopener noreferrer'>y</a>",
        "<a href='https://a.b/'>y</a>",
        f"<p>{CANARY_HOST}",
        "<p></b></p>",
        "<!-- x -->",
        "<!doctype html>",
        "<?x?>",
        "<p>&copy;</p>",
        "<p>&#60;</p>",
        "<br/>",
        "<p>a < b</p>",
        "<![CDATA[x]]>",
    ],
)
def test_the_strict_reader_sees_faults(html: str) -> None:
    assert faults_in(html) != []
