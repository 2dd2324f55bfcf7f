"""A whole installation, and people in browsers of one engine after another."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.engines.steps import decide, open_article, post, reply, waits
from tests.support.articles import Articles, serving_articles
from tests.support.firefox import open_firefox
from tests.support.process import KEY, ServiceProcess
from tests.support.relay import Relay, relaying
from tests.support.webdriver import EnginePage
from tests.support.webkit import open_webkit

_OPEN = {"firefox": open_firefox, "webkit": open_webkit}
_MODERATOR = "moderator@mail.example"
_HEIGHT = 900


@dataclass
class Engine:
    """An engine, and a place for what its browsers write."""

    name: str
    folder: Path

    def person(self, who: str, *, width: int = 1280, dark: bool = False) -> AbstractContextManager[EnginePage]:
        """Somebody with a browser of their own."""
        folder = self.folder / who
        folder.mkdir()
        return _OPEN[self.name](folder, width=width, height=_HEIGHT, dark=dark)


@dataclass
class Installation:
    """The service, the network before it, and the articles."""

    service: ServiceProcess
    relay: Relay
    articles: Articles

    def article(self, engine: Engine, name: str) -> str:
        """Address of an article under the strictest policy; each test and engine has its own."""
        return f"{self.articles.origin}/strict/{quote(f'{name} in {engine.name}')}"

    @property
    def queue(self) -> str:
        """Address of what waits for a moderator."""
        return f"{self.service.public_url}/moderation"

    def sign_in_address(self) -> str:
        """What `commentsvc moderator link` prints."""
        found = re.search(r"http\S+", self.service.run("moderator", "link", _MODERATOR))
        assert found is not None
        return found.group()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", metavar="FOLDER", help="write what the windows show into this folder")


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One for all."""
    folder = tmp_path_factory.mktemp("installation")
    service = ServiceProcess(f"sqlite+aiosqlite:///{folder}/data/comments.db", folder)
    with serving_articles() as articles, relaying(service.port) as relay:
        articles.service, articles.site = relay.origin, KEY
        service.run("site", "add", KEY, "--name", "The News", "--origin", articles.origin)
        service.run("moderator", "add", _MODERATOR, "--name", "Mo")
        service.start()
        try:
            yield Installation(service, relay, articles)
        finally:
            service.stop()


@pytest.fixture(scope="session", params=list(_OPEN))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Each engine in turn."""
    return Engine(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="session")
def ada(engine: Engine) -> Iterator[EnginePage]:
    """A reader at a desk."""
    with engine.person("ada") as page:
        yield page


@pytest.fixture(scope="session")
def ben(engine: Engine) -> Iterator[EnginePage]:
    """A reader with a phone, in the dark."""
    with engine.person("ben", width=360, dark=True) as page:
        yield page


@pytest.fixture(scope="session")
def mo(engine: Engine, installation: Installation) -> Iterator[EnginePage]:
    """A moderator at the queue, signed in by the printed link."""
    with engine.person("mo") as page:
        page.open(installation.sign_in_address())
        page.click("button", "Sign in")
        page.one("h1", "Moderation queue")
        yield page


@pytest.fixture(scope="session")
def discussed(engine: Engine, installation: Installation, ada: EnginePage, mo: EnginePage) -> str:
    """An article with a comment and a reply to it, both written and approved in this engine."""
    article = installation.article(engine, "Discussed")
    open_article(ada, article)
    post(ada, name="Ada", words="Hello **world**.")
    ada.reload()
    waits(ada, "Ada")
    decide(mo, installation.queue, "Ada", "a")
    ada.reload()
    reply(ada, to="Ada", name="Ben", words="No, @Ada: I do not agree.")
    decide(mo, installation.queue, "Ben", "a")
    return article
