"""Mail to readers: nobody gets any who has not agreed, and those who have get each thing once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from commentsvc.domain.status import Decision
from commentsvc.store import outbox as outbox_store
from commentsvc.store.schema import author, metadata, outbox, site
from tests.notify.readers_desk import ReadersDesk, html_of, link_of, open_readers_desk, text_of
from tests.store.count_statements import listening
from tests.support.mail_server import Postbox
from tests.support.process import free_port
from tests.support.service import ARTICLE, ORIGIN, SERVICE

pytestmark = pytest.mark.anyio

ADA, BOB = "ada@mail.example", "bob@mail.example"


@pytest.fixture
async def readers(database_url: str, tmp_path: Path, postbox: Postbox) -> AsyncIterator[ReadersDesk]:
    async with open_readers_desk(database_url, tmp_path, postbox) as desk:
        yield desk


async def test_a_wish_leads_to_a_question_that_holds_nothing_of_what_was_typed(readers: ReadersDesk) -> None:
    typed = {"name": "Mallory Canary", "body": "Buy canary pills", "title": "Canary title", "website": "canary.example"}
    await readers.service.submit(email=ADA, url=f"{ORIGIN}/canary-article", notify="thread", **typed)
    (mail,) = await readers.work()
    assert readers.postbox.recipients == [ADA]
    assert str(mail["Subject"]) == "Please confirm: e-mail from The News"
    assert str(mail["From"]) == '"Comments on The News" <comments@news.example>'.replace('"', "")
    assert (mail["List-Unsubscribe"], mail["Auto-Submitted"]) == (None, "auto-generated")
    whole = str(mail["Subject"]) + text_of(mail) + html_of(mail)
    assert "canary" not in whole.lower()
    assert "do nothing" in text_of(mail)
    assert [each for each in ("src=", "<img", "<script", "@import", "url(") if each in whole] == []


async def test_without_a_confirmation_no_reply_is_told(readers: ReadersDesk) -> None:
    mine = await readers.service.publish(email=ADA, notify=True)
    await readers.work()
    await readers.service.publish(email=BOB, parent=mine)
    assert await readers.work() == []


async def test_a_confirmed_wish_is_told_each_reply_once(readers: ReadersDesk) -> None:
    mine, _ = await readers.subscribe(ADA)
    reply = await readers.service.publish(email=BOB, name="Bob <b>", body="I *agree*\nwith you", parent=mine, title="T")
    (mail,) = await readers.work()
    assert readers.postbox.recipients[-1] == ADA
    assert "Bob <b>" in text_of(mail)
    assert "> I agree" in text_of(mail)
    assert "Bob &lt;b&gt;" in html_of(mail)
    assert "Bob" not in str(mail["From"])
    way_out = link_of(mail, "/unsubscribe")
    assert str(mail["List-Unsubscribe"]) == f"<http://127.0.0.1:8000{way_out}>"
    assert f"\r\nList-Unsubscribe: <http://127.0.0.1:8000{way_out}>\r\n".encode() in readers.postbox.raw[-1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    await readers.service.decide(reply, Decision.REJECT)
    await readers.service.decide(reply, Decision.APPROVE)
    await readers.service.publish(email=ADA, parent=mine)  # one's own reply
    await readers.service.publish(email="eve@mail.example")  # no reply at all
    assert await readers.work() == []
    told = await readers.service.store.read(lambda conn: conn.execute(sa.select(author.c.last_told_at)).scalars().all())
    assert len([at for at in told if at is not None]) == 1


async def test_what_is_taken_back_before_it_is_sent_is_not_told_until_it_is_public_again(readers: ReadersDesk) -> None:
    mine, _ = await readers.subscribe(ADA)
    readers.postbox.answer = "451 later"
    reply = await readers.service.publish(email=BOB, parent=mine)
    assert await readers.work() == []
    await readers.service.decide(reply, Decision.REJECT)
    readers.postbox.answer = "250 OK"
    assert await readers.work(after=timedelta(hours=1)) == []
    await readers.service.decide(reply, Decision.APPROVE)
    assert len(await readers.work(after=timedelta(hours=1))) == 1


async def test_several_subscriptions_make_one_mail_for_each_address(readers: ReadersDesk) -> None:
    first, _ = await readers.subscribe(ADA, notify="thread")
    await readers.subscribe(ADA, notify="thread")
    readers.service.clock.advance(timedelta(hours=7))
    await readers.subscribe("cy@mail.example", notify="thread")
    before = len(readers.postbox.recipients)
    await readers.service.publish(email=BOB, parent=first)
    assert len(await readers.work()) == 2
    assert set(readers.postbox.recipients[before:]) == {ADA, "cy@mail.example"}


async def test_a_daily_mail_collects_the_day(readers: ReadersDesk) -> None:
    mine, link = await readers.subscribe(ADA)
    await readers.confirm(link, frequency="daily")
    replies = [await readers.service.publish(email=BOB, parent=mine, body=f"Number {n}.") for n in range(3)]
    assert await readers.work() == []
    await readers.service.decide(replies[1], Decision.REJECT)
    (mail,) = await readers.work(after=timedelta(days=1))
    assert str(mail["Subject"]) == "2 new comments on The News"
    assert [f"Number {n}." in text_of(mail) for n in range(3)] == [True, False, True]
    assert await readers.work(after=timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("verb", "subject"),
    [
        (Decision.APPROVE, "Your comment on The News was approved"),
        (Decision.REJECT, "Your comment on The News was not approved"),
        (Decision.MARK_SPAM, None),
    ],
)
@pytest.mark.parametrize("is_late", [False, True])
async def test_a_decision_is_told_to_whoever_asked(
    readers: ReadersDesk, verb: Decision, subject: str | None, *, is_late: bool
) -> None:
    posted = await readers.service.submit(email=ADA, notify_decision=True)
    (asked,) = await readers.work()
    link = link_of(asked, "/subscription")
    if is_late:
        await readers.service.decide(posted["comment"]["id"], verb)
        assert await readers.work() == []
    await readers.confirm(link, scope="none", decision="1")
    if not is_late:
        await readers.service.decide(posted["comment"]["id"], verb)
    assert [str(mail["Subject"]) for mail in await readers.work()] == ([subject] if subject else [])


async def test_an_address_is_asked_three_times_in_six_hours(readers: ReadersDesk) -> None:
    answers = [await readers.service.submit(email=ADA, notify=True) for _ in range(5)]
    assert len(await readers.work()) == 3
    assert len({tuple(answer) for answer in answers}) == 1
    await readers.service.submit(email=BOB, notify=True)
    assert len(await readers.work()) == 1
    readers.service.clock.advance(timedelta(hours=6))
    await readers.service.submit(email=ADA, notify=True)
    assert len(await readers.work()) == 1


async def test_questions_at_one_moment_are_no_more_than_three(readers: ReadersDesk) -> None:
    await readers.service.submit(email=ADA)
    await asyncio.gather(*(readers.service.submit(email=ADA, notify=True) for _ in range(8)))
    assert len(await readers.work()) == 3


async def test_no_answer_tells_whether_an_address_is_known(readers: ReadersDesk) -> None:
    """Known, confirmed, muted, asked too often or never seen: the same status and the same body, but for the words."""
    _, link = await readers.subscribe(ADA)
    await readers.press(link, {"do": "end_all"})
    for _ in range(5):
        await readers.service.submit(email=BOB, notify=True)
    shapes = set()
    for email in (ADA, BOB, "new@mail.example"):
        fields = readers.service.submission(
            email=email, name="Same", body="Words.", notify="thread", notify_decision=True
        )
        answer = await readers.service.post(fields)
        body = answer.json()
        own = {name: value for name, value in body["comment"].items() if name not in {"id", "author"}}
        shapes.add((answer.status_code, tuple(body), str(own), tuple(body["comment"])))
    assert len(shapes) == 1
    rows = [row for row in await readers.rows() if row.event == "subscription_asked"]
    assert len(rows) == 1 + 5 + 3, "the same rows are written for each"


async def test_a_wish_costs_the_same_statements_whosever_address_it_is(readers: ReadersDesk, database_url: str) -> None:
    """Known, muted or asked too often: as many statements. An address never seen costs its author's row besides, which
    on PostgreSQL comes with the comment's."""
    _, link = await readers.subscribe("muted@mail.example")
    await readers.press(link, {"do": "end_all"})
    await readers.subscribe(ADA)
    for _ in range(5):
        await readers.service.submit(email=BOB, notify=True)
    told = {}
    for email in (ADA, BOB, "muted@mail.example", "new@mail.example"):
        fields = readers.service.submission(email=email, name="Same", notify="thread", notify_decision=True)
        with listening(readers.service.store) as heard:
            answer = await readers.service.post(fields)
        told[email] = (answer.status_code, len(heard.statements), heard.commits)
    status, statements, commits = told[ADA]
    assert statements > 5
    more = int(database_url.startswith("sqlite"))
    assert told == dict.fromkeys(told, told[ADA]) | {"new@mail.example": (status, statements + more, commits)}


async def test_spam_asks_nobody(readers: ReadersDesk) -> None:
    posted = await readers.service.submit(email=ADA, notify=True)
    await readers.service.decide(posted["comment"]["id"], Decision.MARK_SPAM)
    assert await readers.work() == []


async def test_who_confirmed_once_is_asked_again_unless_a_receipt_proves_it(readers: ReadersDesk) -> None:
    posted = await readers.service.submit(email=ADA, notify=True)
    (asked,) = await readers.work()
    await readers.confirm(link_of(asked, "/subscription"))
    await readers.service.submit(email=ADA, notify="thread")
    assert len(await readers.work()) == 1
    await readers.service.submit(email=ADA, notify="thread", receipt=posted["receipt"])
    assert await readers.work() == []
    await readers.service.publish(email=BOB)
    assert len(await readers.work()) == 1  # the proven one is told, the typed one is not


async def test_who_wants_no_mail_gets_none_whoever_types_the_address(readers: ReadersDesk) -> None:
    mine, link = await readers.subscribe(ADA)
    assert "no mail at all" in (await readers.press(link, {"do": "end_all"})).text
    await readers.service.publish(email=BOB, parent=mine)
    await readers.service.submit(email=ADA, notify="thread")
    assert await readers.work() == []
    await readers.confirm(link)
    await readers.service.publish(email=BOB, parent=mine)
    assert len(await readers.work()) == 1


async def test_a_click_in_a_mail_program_ends_it(readers: ReadersDesk) -> None:
    mine, _ = await readers.subscribe(ADA)
    await readers.service.publish(email=BOB, parent=mine)
    (mail,) = await readers.work()
    link, headers = link_of(mail, "/unsubscribe"), {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"", b"do=confirm"):
        assert (await readers.service.client.post(link, content=body, headers=headers)).status_code == 400
    answer = await readers.service.client.post(link, content=b"List-Unsubscribe=One-Click", headers=headers)
    assert answer.status_code == 200
    assert (answer.text, answer.headers.get("set-cookie")) == ("The subscription has ended.\n", None)
    await readers.service.publish(email=BOB, parent=mine)
    assert await readers.work() == []


async def test_looking_a_thousand_times_changes_nothing(readers: ReadersDesk) -> None:
    posted = await readers.service.submit(email=ADA, notify=True)
    (asked,) = await readers.work()
    await readers.ask_for_data(ADA)
    (data,) = await readers.work()
    before = await dump(readers)
    for mail, path in ((asked, "/subscription"), (asked, "/unsubscribe"), (data, "/own/data")):
        for method in ("GET", "HEAD"):
            for _ in range(170):
                answer = await readers.service.client.request(method, link_of(mail, path))
                assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
                assert answer.headers["referrer-policy"] in {"no-referrer", "same-origin"}
    assert await dump(readers) == before
    assert posted["comment"]["status"] == "pending"


async def test_every_mail_says_where_a_reader_sees_what_is_stored(readers: ReadersDesk) -> None:
    mine = (await readers.service.submit(email=ADA, notify=True))["comment"]["id"]
    (asked,) = await readers.work()
    await readers.confirm(link_of(asked, "/subscription"), decision="1")
    await readers.service.decide(mine)
    await readers.service.publish(email=BOB, parent=mine)
    await readers.ask_for_data(ADA)
    await readers.work()
    mails = {str(mail["Subject"]): mail for mail in readers.postbox.mails}
    words = ("Please confirm: e-mail from", "Your comment on", "New reply on", "What The News holds")
    assert [any(subject.startswith(word) for subject in mails) for word in words] == [True] * 4, list(mails)
    for subject, mail in mails.items():
        for part in (text_of(mail), html_of(mail)):
            assert part.count(f"{SERVICE}/privacy?site=news") == 1, subject
    assert (await readers.service.client.get("/privacy?site=news")).status_code == 200


@pytest.mark.timeout(300)
async def test_a_thousand_notices_survive_a_day_without_a_mail_server(readers: ReadersDesk) -> None:
    mine, _ = await readers.subscribe(ADA)
    reply = await readers.service.publish(email=BOB, parent=mine)
    await readers.work()
    row = next(row for row in await readers.rows() if row.event == "reply_published")
    values = {"sent_at": None, "attempts": 0, "due_at": readers.service.clock.now()}
    more = [
        {**row._mapping, **values, "id": row.id + number, "created_at": readers.service.clock.now()}
        for number in range(1, 1_001)
    ]
    await readers.service.store.write(lambda conn: conn.execute(sa.insert(outbox), more))
    port, readers.settings["smtp_port"] = readers.postbox.port, free_port()  # where nobody listens
    for _ in range(2):
        assert await readers.work(after=timedelta(hours=12)) == []
    waiting = [row for row in await readers.rows() if row.sent_at is None]
    assert [(row.attempts, row.failed_at) for row in waiting] == [(2, None)] * 1_000
    readers.settings["smtp_port"] = port
    mails = await readers.work(after=timedelta(hours=7))
    assert len(mails) == 1_000
    assert len({str(mail["Message-ID"]) for mail in mails}) == 1_000
    assert await readers.work(after=timedelta(days=4)) == []
    assert reply


async def test_two_workers_send_nothing_twice(readers: ReadersDesk) -> None:
    mine, _ = await readers.subscribe(ADA)
    for _ in range(15):
        await readers.service.publish(email=BOB, parent=mine)
    readers.service.clock.advance(timedelta(minutes=1))
    before = len(readers.postbox.mails)

    async def all_of_it() -> None:
        worker = readers.worker()
        while await worker.work_once():
            pass

    await asyncio.gather(all_of_it(), all_of_it())
    await all_of_it()
    mails = readers.postbox.mails[before:]
    assert (len(mails), len({str(mail["Message-ID"]) for mail in mails})) == (15, 15)


@pytest.mark.parametrize(
    "evil",
    [
        "\r\nBcc: eve@mail.example",
        "\nX-Evil: 1",
        "\rX-Evil: 1",
        "\0X-Evil: 1",
        "\0\r\n\r\n.\r\nRCPT TO:<eve@mail.example>\r\n",
        "\u2028X-Evil: 1",
        "%0aX-Evil: 1",
        "=?utf-8?q?=0aX-Evil?=",
    ],
)
async def test_no_field_writes_a_header(readers: ReadersDesk, evil: str, database_url: str) -> None:
    mine, _ = await readers.subscribe(ADA)
    is_stored = "\0" not in evil or database_url.startswith("sqlite")  # PostgreSQL takes no NUL into a text
    name = f"The News{evil if is_stored else evil.replace(chr(0), '')}"
    await readers.service.store.write(lambda conn: conn.execute(sa.update(site).values(name=name)))
    readers.service.clock.advance(timedelta(seconds=3))  # the service notices
    typed = evil.replace("\0", "")  # a reader's text with a NUL is refused before anything is made of it
    fields: dict[str, Any] = {"name": f"Bob{typed}", "body": f"Words{typed}", "title": f"Title{typed}", "website": None}
    other = f"{ORIGIN}/evil"
    await readers.service.publish(email=BOB, parent=mine, **(fields | {"title": None}))
    first = await readers.service.submit(email="cy@mail.example", notify="thread", url=other, **fields)
    mails = await readers.work()
    await readers.confirm(
        link_of(next(m for m in mails if "confirm" in str(m["Subject"])), "/subscription"), scope="thread"
    )
    await readers.service.decide(first["comment"]["id"])
    await readers.service.publish(email=BOB, url=other, **fields)
    mails += await readers.work()
    assert len(mails) == 3
    allowed = {"from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type"}
    for mail in mails:
        names = [name.lower() for name, _ in mail.items()]
        extra = {"list-unsubscribe", "list-unsubscribe-post", "x-peer", "x-mailfrom", "x-rcptto"}
        assert set(names) - extra == allowed
        assert len(names) == len(set(names))
        assert "eve@mail.example" not in readers.postbox.recipients
    for raw in readers.postbox.raw[1:]:
        assert b"\0" not in raw
        assert b"\r" not in raw.replace(b"\r\n", b"")
        assert b"\nX-Evil" not in raw.partition(b"\r\n\r\n")[0]


async def test_a_link_to_what_is_held_goes_out_even_to_the_muted(readers: ReadersDesk) -> None:
    mine, link = await readers.subscribe(ADA)
    await readers.press(link, {"do": "end_all"})
    site, now = readers.service.site.id, readers.service.clock.now()
    author_id = next(row.author_id for row in await readers.rows() if row.author_id is not None)
    for who in (author_id, None):
        await readers.service.store.write(
            lambda conn, who=who: outbox_store.add_data_mail(conn, site_id=site, author_id=who, now=now)  # type: ignore[misc]
        )
    (mail,) = await readers.work()
    assert link_of(mail, "/own/data")
    assert (mail["List-Unsubscribe"], str(mail["Subject"])) == (None, "What The News holds about you")
    assert mine
    assert all(row.sent_at for row in await readers.rows() if row.event == "data_asked")


async def test_a_recipient_that_does_not_exist_is_given_up_at_once(readers: ReadersDesk) -> None:
    readers.postbox.refused.add(ADA)
    await readers.service.submit(email=ADA, notify=True, url=ARTICLE)
    await readers.work()
    (row,) = [row for row in await readers.rows() if row.event == "subscription_asked"]
    assert (row.attempts, row.failed_at is not None) == (1, True)
    assert ADA not in (row.last_error or "")


async def dump(readers: ReadersDesk) -> dict[str, list[Any]]:
    """Every row of every table."""

    def job(conn: Any) -> dict[str, list[Any]]:
        return {table.name: [tuple(row) for row in conn.execute(sa.select(table))] for table in metadata.sorted_tables}

    return await readers.service.store.read(job)
