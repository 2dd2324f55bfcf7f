"""Comments that came from another program: they stand in the article, and links from before lead to them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Request, expect

from tests.journeys.conftest import Installation
from tests.journeys.steps import comment_by, thread
from tests.transfer.make_isso import make_isso
from tests.transfer.test_sources import wp_comment, wxr

MANY = 60
"""More than a page, so that the last ones have to be looked for."""


@pytest.fixture(scope="module")
def article(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> str:
    """With many comments from Isso, and one from WordPress."""
    address = installation.article("Imported")
    folder: Path = tmp_path_factory.mktemp("sources")
    rows: list[dict[str, Any]] = [{} for _ in range(MANY)]
    rows[49] |= {"text": '<img src=x onerror="XSSHIT(1)"> and **bold**', "author": '"><img src=x onerror=XSSHIT(2)>'}
    isso = make_isso(folder / "isso.db", rows, uris=[address])
    wordpress = folder / "wordpress.xml"
    wordpress.write_text(wxr(wp_comment(34), link=address))
    site = installation.articles.site
    assert f"{MANY} imported" in installation.service.run("import", "isso", str(isso), "--site", site)
    assert "1 imported" in installation.service.run("import", "wordpress", str(wordpress), "--site", site)
    return address


@pytest.mark.parametrize(
    ("anchor", "name"), [("isso-3", "Reader 3"), ("isso-57", "Reader 57"), ("comment-34", "Ada & Co")]
)
def test_a_link_from_before_leads_to_its_comment(
    installation: Installation, article: str, anchor: str, name: str
) -> None:
    with installation.person() as reader:
        reader.goto(f"{article}#{anchor}")
        comment = comment_by(reader, name).first
        expect(comment).to_be_focused()
        expect(comment).to_be_in_viewport()
        assert "#comment-" in reader.url
        assert not reader.url.endswith(f"#{anchor}")


def test_an_anchor_of_nothing_leaves_the_page_as_it_is(installation: Installation, article: str) -> None:
    with installation.person() as reader:
        reader.goto(f"{article}#isso-9999")
        expect(comment_by(reader, "Reader 1").first).to_be_visible()
        assert reader.url.endswith("#isso-9999")


def test_our_own_anchors_ask_for_nothing_more(installation: Installation, article: str) -> None:
    with installation.person() as reader:
        reader.goto(f"{article}#isso-3")
        expect(comment_by(reader, "Reader 3").first).to_be_focused()
        own = reader.url
        asked: list[str] = []

        def note(request: Request) -> None:
            asked.append(request.url)

        reader.goto("about:blank")
        reader.on("request", note)
        reader.goto(own)
        expect(comment_by(reader, "Reader 3").first).to_be_focused()
        assert [url for url in asked if "/api/v1/thread" in url]
        assert [url for url in asked if "/api/v1/anchors" in url] == []


@pytest.mark.parametrize("anchor", ["section-2", "my__part", "footnotes-1"])
def test_an_anchor_of_the_page_itself_fetches_no_second_script(
    installation: Installation, article: str, anchor: str
) -> None:
    with installation.person() as reader:
        asked: list[str] = []
        reader.on("request", lambda request: asked.append(request.url))
        reader.goto(f"{article}#{anchor}")
        expect(comment_by(reader, "Reader 1").first).to_be_visible()
        reader.wait_for_load_state("networkidle")
        assert [url for url in asked if "/embed.js" in url]
        assert [url for url in asked if "/embed/tools-" in url or "/api/v1/anchors" in url] == []


@pytest.mark.parametrize("anchor", ["remark42__comment-a1", "commento-f00", "comentario-f00", "atk-comment-5"])
def test_every_programs_anchor_is_asked_for(installation: Installation, article: str, anchor: str) -> None:
    with installation.person() as reader, reader.expect_request("**/api/v1/anchors?**") as asked:
        reader.goto(f"{article}#{anchor}")
    assert f"anchor={anchor}" in asked.value.url


def test_hostile_words_from_elsewhere_do_nothing(installation: Installation, article: str) -> None:
    hits: list[int] = []
    with installation.person() as reader:
        reader.expose_function("XSSHIT", lambda number: hits.append(number))  # noqa: PLW0108 - not a builtin
        reader.goto(f"{article}#isso-50")
        comment = thread(reader).locator("article:focus")
        expect(comment).to_contain_text("and bold")
        expect(comment.locator("strong")).to_have_text("bold")
        assert comment.locator("img").count() == 0
    assert hits == []


@pytest.fixture(autouse=True)
def _no_faults_in_the_log(installation: Installation) -> Iterator[None]:
    yield
    assert "Traceback" not in (installation.service.folder / "output.txt").read_text()
