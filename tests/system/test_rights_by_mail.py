"""A person's rights from end to end: asked on a page, answered by a mail, seen, taken along, and erased for good."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa

from commentsvc.domain.history_file import check_file
from commentsvc.store.engine import Store
from commentsvc.store.schema import author
from tests.support.mail_server import Postbox, open_postbox
from tests.support.process import ARTICLE, KEY, Answer, ServiceProcess, running_process, running_worker
from tests.system.canaries import Canary, Search, ipv4, ipv6
from tests.system.files import Files
from tests.system.reader_mails import has_link, link_in, mail_settings, press
from tests.system.readers import FORM, post, submission, tells
from tests.system.signed_in import Moderator

READER = Canary(280, ipv6(280))
OTHER = Canary(281, ipv4(281))
MODERATOR = Canary(282, ipv4(282))
SEARCH = Search.of([READER, OTHER, MODERATOR])
WORD = "glockenspielhaus"
PUBLISHED, REFUSED, WAITING = (f"{WORD}, {what}." for what in ("published", "refused", "waiting"))
OF_THE_OTHER = "An answer of somebody else."
DATA = "/own/data"
THREAD = f"/api/v1/thread?{urlencode({'site': KEY, 'url': ARTICLE})}"


def test_a_reader_sees_takes_and_erases_what_is_held(files: Files, tmp_path: Path) -> None:
    with open_postbox() as postbox:
        settings = mail_settings(postbox) | {"COMMENTSVC_TRUSTED_PROXIES": "127.0.0.1/32"}
        with running_process(files.url, tmp_path, settings=settings) as service:
            answers = _comments_are_written(service)
            asked = _ask(service)
            with running_worker(service.environment, tmp_path):
                postbox.wait_for({READER.mailbox: 2})  # whether mails are wanted, and the link
            link = _link_of(postbox)
            before = _rows(files)
            answers += _looked_at_and_taken(service, link)
            assert _rows(files) == before, "looking changes nothing"
            traces = _traces_of_the_reader(files.url)
            assert _found(traces, [*dict(files.raw()).values(), files.dump()]) == traces, "what is there is found"
            answers += _erased(service, link)
            asked_again = _ask(service)
            history = service.run("history", "export", "--site", KEY)
            assert service.stop() == -15
    assert asked_again.body == asked.body
    _is_written_down(history)
    left = dict(files.places(tmp_path))
    # PostgreSQL's files keep old rows until it has need of their place; the address was never there but sealed.
    assert _found(traces, left.values() if files.server is None else [left["dump"]]) == []
    told = {f"answer {number}": each.wire for number, each in enumerate([*answers, asked, asked_again])}
    places = left | told | {"history": history.encode()}
    assert [hit for place, content in places.items() for hit in SEARCH.hits(content, place)] == []
    assert SEARCH.hits(postbox.raw[0], "a mail"), "an address would have been found"


def _comments_are_written(service: ServiceProcess) -> list[Answer]:
    """One of the reader's is published and answered by somebody else, one refused, one waits."""
    moderator = Moderator(service, MODERATOR)
    moderator.sign_in_by_link()
    answers = [
        post(service, READER, submission(READER, body=PUBLISHED, notify=True)),
        post(service, READER, submission(READER, body=REFUSED)),
        post(service, READER, submission(READER, body=WAITING)),
    ]
    published, refused, _ = (_id_of(answer) for answer in answers)
    moderator.decide(published, "approve")
    moderator.decide(refused, "reject")
    answers.append(post(service, OTHER, submission(OTHER, body=OF_THE_OTHER, parent=published)))
    moderator.decide(_id_of(answers[-1]), "approve")
    return answers + moderator.answers


def _id_of(answer: Answer) -> str:
    assert answer.status == 202, answer.body
    return str(json.loads(answer.body)["comment"]["id"])


def _ask(service: ServiceProcess) -> Answer:
    form = urlencode({"site": KEY, "email": READER.email}).encode()
    answer = service.ask("POST", DATA, headers=tells(READER) | FORM, body=form)
    assert answer.status == 200
    return answer


def _link_of(postbox: Postbox) -> str:
    """The link that came; to the reader's address and to nobody else."""
    (mail,) = (mail for mail in postbox.mails_to(READER.mailbox) if has_link(mail, DATA))
    assert len(postbox.mails) == 2
    return link_in(mail, DATA)


def _looked_at_and_taken(service: ServiceProcess, link: str) -> list[Answer]:
    """As a mail scanner and a browser open the link, and as both files are asked for."""
    scanned = service.ask("HEAD", link)
    shown = service.ask("GET", link, headers=tells(READER))
    taken = {form: press(service, READER, link, {"format": form}, action=f"{DATA}/export") for form in ("json", "html")}
    assert scanned.status == 200
    for answer in (shown, *taken.values()):
        assert answer.status == 200
        assert all(words in answer.body.decode() for words in (PUBLISHED, REFUSED, WAITING))
        assert OF_THE_OTHER not in answer.body.decode()
    told = json.loads(taken["json"].body)
    assert [(each["source"], each["status"]) for each in told["comments"]] == [
        (WAITING, "pending"),
        (REFUSED, "rejected"),
        (PUBLISHED, "approved"),
    ]
    assert told["author"]["address"]["is_held"]
    assert [each["scope"] for each in told["subscriptions"]] == ["replies"]
    assert {each["event"] for each in told["mails"] if each["sent_at"]} == {"subscription_asked", "data_asked"}
    return [scanned, shown, *taken.values()]


def _erased(service: ServiceProcess, link: str) -> list[Answer]:
    """Words and all; afterwards the link is worth nothing, and what the other one wrote stands where it stood."""
    erased = press(service, READER, link, {"what": "words", "sure": "yes"}, action=f"{DATA}/erase")
    assert "· 3 comments<" in erased.body.decode()
    again, thread = service.ask("GET", link, headers=tells(READER)), service.ask("GET", THREAD)
    assert again.status == 403
    assert OF_THE_OTHER in thread.body.decode()
    assert WORD not in thread.body.decode()
    return [erased, again, thread]


def _is_written_down(history: str) -> None:
    """With numbers alone."""
    assert check_file(history.splitlines()).fault is None
    entries = [json.loads(line)["entry"] for line in history.splitlines()]
    (erasure,) = (each for each in entries if each["act"] == "erase")
    assert erasure["details"] == {"addresses": 1, "words": 3}
    assert erasure["moderator"] is None


def _rows(files: Files) -> list[bytes]:
    """A dump, without the word that pg_dump makes up anew each time."""
    return [line for line in files.dump().splitlines() if not line.startswith((rb"\restrict", rb"\unrestrict"))]


def _traces_of_the_reader(database_url: str) -> list[bytes]:
    """What stands in the database for the reader's address, and the word that is in all their comments."""

    async def stored() -> list[bytes]:
        store = Store(database_url)
        await store.open()
        columns = (author.c.sealed_email, author.c.blind_index, author.c.public_id)
        mine = sa.select(*columns).where(author.c.public_id.is_not(None))
        try:
            row = await store.read(lambda conn: conn.execute(mine).one())
        finally:
            await store.close()
        return [row.sealed_email, row.blind_index, row.public_id.encode()]

    return [*asyncio.run(stored()), WORD.encode()]


def _found(traces: Sequence[bytes], places: Iterable[bytes]) -> list[bytes]:
    """Those that are in any place, as they are or as dumps spell bytes."""
    searched = [spelled for content in places for spelled in (content, content.lower())]
    return [each for each in traces if any(each in content or each.hex().encode() in content for content in searched)]
