"""Two thousand hostile comments through the whole system into a real browser: nothing runs, nothing gets out."""

import asyncio
import http.client
import itertools
import json
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.text import is_xml_text
from commentsvc.markup import render
from commentsvc.store import decisions, queue, sites
from commentsvc.store.engine import Store
from tests.hostile.payloads import hostile_payloads
from tests.hostile.strict_reader import TAGS
from tests.journeys.conftest import Installation
from tests.journeys.steps import thread
from tests.support.browser import BrowserLoop
from tests.support.process import HOST, KEY, run_command

_WANTED = 2_000
_PER_ARTICLE = 100
_WRITERS = 8
_FAULTS = """(roots) => {
  const faults = [];
  for (const root of roots) for (const element of root.querySelectorAll("*")) {
    const tag = element.localName;
    if (!TAGS.includes(tag)) faults.push(`tag ${tag}`);
    for (const { name, value } of element.attributes) {
      if (tag !== "a" || !["href", "rel"].includes(name)) faults.push(`${name} on ${tag}`);
      if (name === "href" && !/^(https?|mailto):/.test(element.href)) faults.push(`leads to ${value}`);
      if (name === "rel" && value !== "ugc nofollow noopener noreferrer") faults.push(`rel ${value}`);
    }
  }
  return faults;
}""".replace("TAGS", json.dumps(sorted(TAGS)))


@pytest.fixture(scope="module")
def articles(installation: Installation) -> list[str]:
    """Addresses of articles under which the payloads stand, approved; each as body, and as much as fits as name."""
    payloads = list(itertools.islice(filter(_is_taken, hostile_payloads()), _WANTED))
    assert len(payloads) == _WANTED
    with ThreadPoolExecutor(_WRITERS) as writers:
        shares = [writers.submit(_post_share, installation, payloads, first) for first in range(_WRITERS)]
        for share in shares:
            share.result()
    with BrowserLoop.set_aside():
        asyncio.run(_approve_all(installation.service.database_url))
    return [_article(installation, number) for number in range(_WANTED // _PER_ARTICLE)]


def test_none_runs_in_the_embed_and_none_leaves_the_allow_list(
    installation: Installation, articles: Sequence[str]
) -> None:
    shown = 0
    with installation.person() as reader:
        requests = _watch(reader)
        for article in articles:
            reader.goto(article)
            for loaded in range(20, _PER_ARTICLE + 1, 20):
                expect(thread(reader).locator("[part=body]")).to_have_count(loaded)
                if loaded < _PER_ARTICLE:
                    thread(reader).get_by_role("button", name="Load more comments").click()
            bodies = thread(reader).locator("[part=body]")
            shown += bodies.count()
            assert bodies.evaluate_all(_FAULTS) == []
            _nothing_happened(installation, reader, requests)
    assert shown == _WANTED


def test_none_runs_on_the_page_without_javascript_and_none_leaves_the_allow_list(
    installation: Installation, articles: Sequence[str]
) -> None:
    shown = 0
    with installation.person() as reader:
        reader.add_init_script("window.hits = []; window.XSSHIT = (number) => window.hits.push(number);")
        requests = _watch(reader)
        for article in articles:
            for page in _pages(installation, reader, article):
                bodies = page.locator("article.comment .body")
                shown += bodies.count()
                assert bodies.evaluate_all(_FAULTS) == []
                _nothing_happened(installation, page, requests)
    assert shown == _WANTED


@pytest.fixture(scope="module")
def imported(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Addresses of articles under which the payloads stand as another program's HTML, names and titles."""
    payloads = [text for text in hostile_payloads() if all(map(is_xml_text, text))][:_WANTED]
    articles = [_article(installation, 1_000 + number) for number in range(_WANTED // _PER_ARTICLE)]
    threads = (
        f'<thread dsq:id="{number}"><link>{escape(article)}</link><title>{escape(payloads[number])}</title></thread>'
        for number, article in enumerate(articles)
    )
    posts = (
        f'<post dsq:id="{number}"><message>{escape(text)}</message><createdAt>2021-03-12T12:00:00Z</createdAt>'
        f'<author><name>{escape(text)}</name></author><thread dsq:id="{number // _PER_ARTICLE}"/></post>'
        for number, text in enumerate(payloads)
    )
    file = tmp_path_factory.mktemp("imported") / "disqus.xml"
    begins = '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
    file.write_text("".join([begins, *threads, *posts, "</disqus>"]))
    done = run_command(
        *("import", "disqus", str(file), "--site", KEY),
        environment=installation.service.environment,
        folder=installation.service.folder,
    )
    assert f"{_WANTED:,} comments in the file" in done.stdout, done.stderr
    return articles


def test_none_runs_that_came_from_another_program(installation: Installation, imported: Sequence[str]) -> None:
    shown = 0
    with installation.person() as reader:
        requests = _watch(reader)
        for article in imported:
            reader.goto(article)
            count = _public_count(installation, article)
            for loaded in range(min(20, count), count + 1, 20):
                expect(thread(reader).locator("[part=body]")).to_have_count(loaded)
                more = thread(reader).get_by_role("button", name="Load more comments")
                if loaded < count:
                    more.click()
            expect(thread(reader).locator("[part=body]")).to_have_count(count)
            bodies = thread(reader).locator("[part=body]")
            shown += bodies.count()
            assert bodies.evaluate_all(_FAULTS) == []
            _nothing_happened(installation, reader, requests)
    assert shown > _WANTED / 2, "what has no words left is not imported"


def _public_count(installation: Installation, article: str) -> int:
    answer = installation.service.ask("GET", f"/api/v1/thread?{urlencode({'site': KEY, 'url': article})}")
    return int(json.loads(answer.body)["thread"]["count"])


def test_the_check_would_see_what_is_not_allowed(installation: Installation) -> None:
    with installation.person() as reader:
        reader.goto(installation.article("Trap", kind="plain"))
        reader.evaluate(
            """() => {
              const trap = document.createElement("div");
              trap.id = "trap";
              trap.innerHTML = '<img src=x onerror="XSSHIT(1)"><a href="javascript:XSSHIT(2)">x</a><u>y</u>';
              document.body.append(trap);
            }"""
        )
        faults = reader.locator("#trap").evaluate_all(_FAULTS)
        assert {"tag img", "onerror on img", "tag u", "leads to javascript:XSSHIT(2)"} <= set(faults)
        reader.wait_for_function("hits.includes(1)")


def _article(installation: Installation, number: int) -> str:
    return installation.article(f'Hostile {number} "><img src=x onerror=XSSHIT(0)>', kind="plain")


def _is_taken(payload: str) -> bool:
    """Whether the markup takes it; what it refuses at the door never reaches a page."""
    try:
        render(payload)
    except InvalidInputError:
        return False
    return True


def _post_share(installation: Installation, payloads: Sequence[str], first: int) -> None:
    """Post every so-manieth payload on one connection."""
    connection = http.client.HTTPConnection(HOST, installation.service.port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for number in range(first, len(payloads), _WRITERS):
        article = _article(installation, number // _PER_ARTICLE)
        _post(connection, installation, article, payloads[number], number)
    connection.close()


def _post(
    connection: http.client.HTTPConnection, installation: Installation, article: str, payload: str, number: int
) -> None:
    fields = {
        "site": KEY,
        "url": article,
        "title": f'"><script>XSSHIT({number})</script>',
        "name": f"{number} {payload}"[:80],
        "email": f"r{number}@mail.example",
        "website": "https://example.org/%22onmouseover='XSSHIT(0)'",
        "body": payload,
    }
    headers = {"Content-Type": "application/json", "Origin": installation.articles.origin}
    connection.request("POST", "/api/v1/comments", json.dumps(fields), headers)
    answer = connection.getresponse()
    assert (answer.status, bool(answer.read())) == (202, True)


async def _approve_all(database_url: str) -> None:
    store = Store(database_url)
    await store.open()

    def job(conn: Connection) -> None:
        mine = [site.id for site in sites.all_sites(conn)]
        waiting = queue.page(conn, CommentStatus.PENDING, site_ids=mine, after=None, limit=_WANTED * 2).comments
        now = datetime(2026, 11, 22, tzinfo=UTC)
        for each in waiting:
            decisions.decide(conn, each.id, Decision.APPROVE, site_ids=mine, moderator_id=None, reason=None, now=now)

    await store.write(job)
    await store.close()


def _watch(page: Page) -> list[str]:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: requests.append(f"dialog {dialog.message}"))
    return requests


def _nothing_happened(installation: Installation, page: Page, requests: Sequence[str]) -> None:
    assert page.evaluate("hits") == []
    ours = {urlsplit(installation.service.public_url).netloc, urlsplit(installation.articles.origin).netloc}
    foreign = [url for url in requests if urlsplit(url).netloc not in ours and not url.startswith("data:,")]
    assert foreign == []


def _pages(installation: Installation, reader: Page, article: str) -> Iterator[Page]:
    query = urlencode({"site": KEY, "url": article}, quote_via=quote)
    reader.goto(f"{installation.service.public_url}/read?{query}")
    while True:
        yield reader
        following = reader.get_by_role("link", name="More comments")
        if following.count() == 0:
            return
        with reader.expect_navigation():  # until it is there as a whole; a click waits for its beginning only
            following.click()
