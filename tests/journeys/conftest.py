"""A whole installation for the journeys: the service as a process, articles on a foreign origin, people in browsers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.support.articles import Articles, serving_articles
from tests.support.process import KEY, ServiceProcess

_MODERATOR = "moderator@mail.example"


@dataclass
class Installation:
    """The service, the articles, and a browser to open them with."""

    service: ServiceProcess
    articles: Articles
    browser: Browser

    def article(self, name: str, *, kind: str = "strict") -> str:
        """Address of an article; each test has its own."""
        return f"{self.articles.origin}/{kind}/{quote(name)}"

    @contextmanager
    def person(self, *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Iterator[Page]:
        """Somebody with a browser profile of their own."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
        )
        context.set_default_timeout(30_000)
        try:
            yield context.new_page()
        finally:
            context.close()

    def sign_in_address(self) -> str:
        """What `commentsvc moderator link` prints."""
        printed = self.service.run("moderator", "link", _MODERATOR)
        found = re.search(r"http\S+", printed)
        assert found is not None
        return found.group()

    @contextmanager
    def moderator(self, *, javascript: bool = True) -> Iterator[Page]:
        """A moderator, signed in by the printed link, looking at the queue."""
        with self.person(javascript=javascript) as page:
            page.goto(self.sign_in_address())
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(re.compile(r"/moderation"))
            yield page


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Installation]:
    """One for all journeys of a file."""
    folder: Path = tmp_path_factory.mktemp("installation")
    service = ServiceProcess(f"sqlite+aiosqlite:///{folder}/data/comments.db", folder)
    with serving_articles() as articles:
        articles.service, articles.site = service.public_url, KEY
        service.run("site", "add", KEY, "--name", "The News", "--origin", articles.origin)
        service.run("moderator", "add", _MODERATOR, "--name", "Mo")
        service.start()
        try:
            yield Installation(service, articles, chromium)
        finally:
            service.stop()
