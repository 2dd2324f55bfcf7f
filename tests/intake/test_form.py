"""POST /read, the form that needs no JavaScript: nothing a reader typed gets lost."""

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from commentsvc.domain.site import EmailPolicy, HoldPolicy, SitePolicy
from commentsvc.store.engine import Store
from commentsvc.store.schema import subscription
from tests.support.inside import add_site, problem_code, row_counts, set_open, sources
from tests.support.service import ARTICLE, ORIGIN, SERVICE, Service

pytestmark = pytest.mark.anyio

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TYPED = {
    "name": 'Ada "<b>" & Co',
    "email": "ada@mail.example",
    "website": "w.example",
    "body": "One </textarea><b>two</b> & three",
}


def hidden(page: str) -> dict[str, str]:
    """Name → value of the form's hidden fields."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


async def opened(service: Service, *, seconds: float = 30, **query: str) -> dict[str, str]:
    """The hidden fields of the page's form, which then stays open for a while."""
    answer = await service.client.get("/read", params={"site": "news", "url": ARTICLE, **query})
    assert answer.status_code == 200, answer.text
    service.clock.advance(timedelta(seconds=seconds))
    return hidden(answer.text)


async def send(service: Service, fields: dict[str, str], *, ip: str = "192.0.2.1", **headers: str) -> Any:
    given = FORM | {"X-Forwarded-For": ip} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await service.client.post("/read", content=urlencode(fields).encode(), headers=given)


def assert_kept(page: str, typed: dict[str, str] = TYPED) -> None:
    """Every word stands in the form again, as text."""
    for name in ("name", "email", "website"):
        assert f'value="{html.escape(typed[name]).replace("&quot;", "&#34;")}"' in page, name
    assert f">\n{html.escape(typed['body'])}</textarea>" in page


async def test_a_comment_by_form_waits_and_its_writer_is_told(service: Service) -> None:
    answer = await send(service, await opened(service) | TYPED | {"subject": ""})
    assert answer.status_code == 200
    assert "Your comment is awaiting moderation" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "ada@mail.example" not in answer.text
    assert (await row_counts(service))["comment"] == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"notify": "thread", "notify_decision": "1"}, [("thread", True)]),
        ({"notify": "replies"}, [("replies", False)]),
        ({"notify": "none", "notify_decision": "1"}, [("none", True)]),
        ({"notify": "none"}, []),
        ({"notify": "", "notify_decision": ""}, []),
    ],
)
async def test_wishes_for_mail_are_kept(service: Service, sent: dict[str, str], kept: list[tuple[str, bool]]) -> None:
    answer = await send(service, await opened(service) | TYPED | sent)
    assert answer.status_code == 200
    assert ("Please confirm by the email we have sent you." in answer.text) is bool(kept)
    query = sa.select(subscription.c.scope, subscription.c.wants_decision)
    assert await service.store.read(lambda conn: [tuple(row) for row in conn.execute(query)]) == kept


async def test_a_site_that_publishes_at_once_says_so(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NOTHING))
    answer = await send(service, await opened(service) | TYPED)
    assert "Your comment is published" in answer.text
    assert (await service.thread())["thread"]["count"] == 1


async def test_a_reply_by_form_stands_under_its_parent(service: Service) -> None:
    parent = await service.publish(name="Bob <i>")
    page = await service.client.get("/read", params={"site": "news", "url": ARTICLE, "parent": parent})
    assert "Leave a Reply to <bdi>Bob &lt;i&gt;</bdi>" in page.text
    fields = await opened(service, parent=parent)
    assert fields["parent"] == parent
    assert (await send(service, fields | TYPED)).status_code == 200
    assert (await row_counts(service))["comment"] == 2


async def test_the_thread_is_filed_under_its_explicit_id(service: Service) -> None:
    fields = await opened(service, id="article 17")
    assert (await send(service, fields | TYPED)).status_code == 200
    again = await service.submit(id="article 17", url=f"{ORIGIN}/moved")
    await service.decide(again["comment"]["id"])
    assert len(await service.ids_in(f"{ORIGIN}/moved", id="article 17")) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": SERVICE}, 200),
        ({"Sec_Fetch_Site": "same-origin", "Origin": SERVICE}, 200),
        ({"Sec_Fetch_Site": "none"}, 200),
        ({"Origin": ORIGIN}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site", "Origin": SERVICE}, 403),
    ],
)
async def test_the_form_may_come_from_our_own_page_only(service: Service, headers: dict[str, str], status: int) -> None:
    answer = await send(service, await opened(service) | TYPED, **headers)
    assert answer.status_code == status
    assert (await row_counts(service))["comment"] == (status == 200)
    if status == 403:
        assert problem_code(answer) == "cross_site_request"


async def test_without_a_valid_token_the_form_comes_again_with_a_new_one(service: Service) -> None:
    await add_site(service, "other", "https://other.example")
    foreign = (await service.client.get("/api/v1/form", params={"site": "other"})).json()["token"]
    fields, last = await opened(service), ""
    for token in (None, "", "forged", foreign):
        given = fields | TYPED | ({} if token is None else {"form_token": token})
        if token is None:
            del given["form_token"]
        answer = await send(service, given)
        assert answer.status_code == 403
        assert "Your comment is not sent yet" in answer.text
        assert "no longer valid" in answer.text
        assert_kept(answer.text)
        last = answer.text
    assert (await row_counts(service))["comment"] == 0
    assert (await send(service, hidden(last) | TYPED)).status_code == 200


async def test_a_form_that_was_open_for_more_than_a_day_comes_again(service: Service) -> None:
    answer = await send(service, await opened(service, seconds=86_401) | TYPED)
    assert answer.status_code == 403
    assert_kept(answer.text)
    assert (await send(service, hidden(answer.text) | TYPED)).status_code == 200


async def test_faults_are_shown_at_their_fields_and_every_word_is_kept(service: Service) -> None:
    typed = TYPED | {"name": "\u200b", "email": "nobody&co", "website": "javascript:alert(1)"}
    answer = await send(service, await opened(service) | typed)
    assert answer.status_code == 422
    assert_kept(answer.text, typed)
    for name in ("name", "email", "website"):
        assert f'id="reply-{name}-fault"' in answer.text
        assert f'<a href="#reply-{name}">' in answer.text
    assert answer.text.count('aria-invalid="true"') == 3
    assert (await row_counts(service))["comment"] == 0


async def test_a_hostile_field_stays_text_in_the_form(service: Service) -> None:
    fields = await opened(service, id='"><script>alert(1)</script>')
    answer = await send(service, fields | TYPED | {"email": '"><script>alert(1)</script>', "parent": '"><b>'})
    assert answer.status_code == 422
    assert "<script" not in answer.text
    assert '"><b>' not in answer.text


async def test_sent_twice_it_posts_once(service: Service) -> None:
    fields = await opened(service) | TYPED
    first, second = await send(service, fields), await send(service, fields)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.text == second.text
    assert (await row_counts(service))["comment"] == 1


async def test_the_same_form_with_other_words_is_told_and_can_be_sent_again(service: Service) -> None:
    fields = await opened(service) | TYPED
    await send(service, fields)
    answer = await send(service, fields | {"body": "Other words"})
    assert answer.status_code == 422
    assert "already sent with other content" in answer.text
    again = await send(service, hidden(answer.text) | TYPED | {"body": "Other words"})
    assert again.status_code == 200
    assert (await row_counts(service))["comment"] == 2


async def test_who_posts_too_often_waits_with_every_word_kept(service: Service) -> None:
    for _ in range(3):
        assert (await send(service, await opened(service, seconds=0) | TYPED)).status_code == 200
    answer = await send(service, await opened(service, seconds=0) | TYPED)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "20")
    assert_kept(answer.text)


async def test_a_thread_that_was_closed_meanwhile_keeps_the_words(service: Service) -> None:
    await service.submit()
    fields = await opened(service)
    await set_open(service, is_open=False)
    answer = await send(service, fields | TYPED)
    assert answer.status_code == 409
    assert "Comments are closed." in answer.text
    assert_kept(answer.text)


async def test_a_database_that_is_away_keeps_the_words(service: Service) -> None:
    fields = await opened(service, seconds=1)
    await service.app.state.parts[Store].close()
    answer = await send(service, fields | TYPED)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert_kept(answer.text)


async def test_the_longest_text_of_the_widest_characters_fits(service: Service) -> None:
    answer = await send(service, await opened(service) | TYPED | {"body": "\U0001f600" * 5_000})
    assert answer.status_code == 200


async def test_line_breaks_of_a_plain_form_count_once_and_are_stored_as_newlines(service: Service) -> None:
    body = ("x" * 19 + "\n") * 249 + "x" * 20
    assert len(body) == 5_000
    answer = await send(service, await opened(service) | TYPED | {"body": body.replace("\n", "\r\n")})
    assert answer.status_code == 200
    assert await sources(service) == [body]


async def test_more_than_fits_is_refused(service: Service) -> None:
    answer = await send(service, await opened(service) | TYPED | {"body": "x" * 100_000})
    assert (answer.status_code, problem_code(answer)) == (413, "too_large")


async def test_what_is_no_form_of_ours_is_refused(service: Service) -> None:
    fields = urlencode(await opened(service) | TYPED).encode()
    for content, status, code in (
        (fields + b"&status=approved", 400, "unknown_field"),
        (fields + b"&name=Bob", 400, "unknown_field"),
        (b"&".join(b"f%d=1" % number for number in range(41)), 400, "unknown_field"),
        (fields + b"&subject=%FF", 400, "malformed_text"),
        (fields + b"&subject=%00", 400, "malformed_text"),
        (fields + b"&subject=\xff", 400, "malformed_text"),
        (b"", 422, "invalid_input"),
        (fields.replace(b"site=news", b"site=none"), 404, "unknown_site"),
    ):
        answer = await service.client.post("/read", content=content, headers=FORM)
        assert (answer.status_code, problem_code(answer)) == (status, code), (content, answer.text)
    answer = await service.client.post("/read", content=fields, headers={"Content-Type": "text/plain"})
    assert (answer.status_code, problem_code(answer)) == (415, "unsupported_media_type")
    assert (await row_counts(service))["comment"] == 0


async def test_an_address_is_asked_for_as_the_site_wants(service: Service) -> None:
    fields = await opened(service)
    without = {name: value for name, value in TYPED.items() if name != "email"}
    assert (await send(service, fields | without | {"email": ""})).status_code == 422
    await service.change_policy(SitePolicy(email=EmailPolicy.OPTIONAL))
    page = await service.client.get("/read", params={"site": "news", "url": ARTICLE})
    assert re.search(r'name="email"[^>]* required', page.text) is None
    assert (await send(service, fields | without | {"email": ""})).status_code == 200
