"""``@name`` in a reply leads to the comment it answers."""

import pytest

from commentsvc.markup import render
from commentsvc.publication.mentions import with_mention
from tests.support.service import ARTICLE, Service

LINK = '<a href="#comment-a">@Ada</a>'


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>@Ada, yes</p>", f"<p>{LINK}, yes</p>"),
        ("<p>So <em>says @Ada</em> and @Ada: @Ada</p>", f"<p>So <em>says {LINK}</em> and {LINK}: @Ada</p>"),
        ("<p>(@Ada) _@Ada_</p>", f"<p>({LINK}) _@Ada_</p>"),
        ("<p>@Adam x@Ada @ada Ada @Ad\xe1</p>", "<p>@Adam x@Ada @ada Ada @Ad\xe1</p>"),
        ("<pre><code>@Ada</code></pre>", "<pre><code>@Ada</code></pre>"),
        ('<a href="https://a.example/@Ada" rel="ugc">@Ada</a>', '<a href="https://a.example/@Ada" rel="ugc">@Ada</a>'),
    ],
)
def test_a_whole_name_becomes_a_link_and_nothing_else_does(html: str, shown: str) -> None:
    assert with_mention(html, name="Ada", target="a") == shown


@pytest.mark.parametrize("name", ["<b> & Co", "A \\1", "(.*)", 'O"Hara', "O'Hara", "\u0646\u0627\u0632", "Ada B."])
def test_a_name_is_taken_by_the_letter(name: str) -> None:
    html = render(f"`x` @{name} said".replace("<", "&lt;").replace("*", "\\*")).html
    shown = with_mention(html, name=name, target="a")
    assert shown.count('<a href="#comment-a">') == 1
    assert shown.replace('<a href="#comment-a">', "").replace("</a>", "") == html


def test_nobody_means_a_comment_that_was_removed() -> None:
    assert with_mention("<p>@ and @</p>", name="", target="a") == "<p>@ and @</p>"


@pytest.mark.anyio
async def test_the_page_and_the_fragment_link_a_mention_and_the_wire_has_what_was_written(service: Service) -> None:
    root = await service.publish(name="Ada")
    await service.publish(name="Bo", parent=root, body="@Ada, and @Cy: yes.")
    link = f'<a href="#comment-{root}">@Ada</a>, and @Cy: yes.'
    for path in ("/read", "/fragment"):
        answer = await service.client.get(path, params={"site": "news", "url": ARTICLE})
        assert link in answer.text, path
    assert (await service.thread(body="html"))["comments"][1]["html"] == "<p>@Ada, and @Cy: yes.</p>"
