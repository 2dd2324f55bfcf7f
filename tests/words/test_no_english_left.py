"""No English stands in a reader's page or mail itself: in a made-up language, every word comes from its catalogue."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from commentsvc.domain.comment import PublishedComment
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.notices import Event
from commentsvc.domain.site import Site
from commentsvc.notify.write_mail import MailWriter
from commentsvc.notify.write_reader_mail import ReaderMailWriter
from commentsvc.publication.branches import Branch, Reading
from commentsvc.store.reader_notices import Article, ReaderMail, Reply
from commentsvc.web.pages import Pages
from commentsvc.web.reply_form import ReplyForm
from commentsvc.web.static import StaticFiles
from commentsvc.words.catalogues import Message, catalogue
from commentsvc.words.speech import Speech

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SITE = Site(1, "1", "§", ("https://1.1",))


class _Pseudo(Speech):
    """English in brackets, with moments that have no words."""

    def moment(self, at: datetime) -> str:
        return f"{at:%d. %m. %Y}"


def _bracketed(said: Message) -> Message:
    return f"⟦{said}⟧" if isinstance(said, str) else {form: f"⟦{text}⟧" for form, text in said.items()}


PSEUDO = _Pseudo("en", {key: _bracketed(said) for key, said in catalogue("en").items()})


def unsaid(html: str) -> list[str]:
    """Words outside of all brackets: in text, and in attributes that people are told."""
    shown = re.sub(r"<style>.*?</style>|<head>.*?<title>", "", html, flags=re.DOTALL)
    told = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', shown)
    text = " ".join([re.sub(r"<[^>]*>", " ", shown), *told])
    without = re.sub(r"⟦[^⟦⟧]*⟧|https?://\S+|/own\b|&\w+;", "", text)
    return re.findall(r"[^\W\d_]+", without)


def _comment(**changes: Any) -> PublishedComment:
    plain = PublishedComment(
        *("1", None, "§", "https://1.1", "1", "§", "<p>§</p>", [], AT, AT, None, 3, 9),
        is_pinned=True,
        is_tombstone=False,
    )
    return replace(plain, **changes)


FORM = ReplyForm(
    *("1", "https://1.1", None, "1", "§", "1", "1"),
    is_email_required=True,
    has_mail=True,
    faults={"email": "⟦⟧"},
    warnings={"body": "⟦⟧"},
)
OWN: dict[str, Any] = {
    "comment": SimpleNamespace(
        name="§",
        created_at=AT,
        edited_at=AT,
        edited_by="moderator",
        source="§",
        html="§",
        status="approved",
        message="§",
        url="https://1.1",
        may_edit_until=AT,
    ),
    "site": SITE,
    "appeal": "possible",
    "receipt": "1",
    "sent": {},
    "may_edit": True,
    "is_asked": False,
    "problem": None,
    "limit": 1000,
    "body_limit": 5000,
}
SUBSCRIBED = {
    "site_name": "§",
    "article_url": "https://1.1",
    "article_title": "§",
    "scope": "none",
    "frequency": "each",
    "wants_decision": True,
    "is_confirmed": True,
    "is_ended": False,
    "is_muted": False,
}
ERASED = SimpleNamespace(**vars(OWN["comment"]) | {"source": "", "status": "spam"})
READ: dict[str, Any] = {
    "site": SITE,
    "asked": SimpleNamespace(url="https://1.1"),
    "title": "§",
    "thread": SimpleNamespace(count=3),
    "branches": [Branch(_comment(), [Branch(_comment(edited_by="moderator"))]), Branch(_comment(is_tombstone=True))],
    "next_cursor": "1",
    "sort": "1",
    "reading": Reading({}, is_open=True),
    "form": FORM,
    "next_path": {},
}
SHUT = Reading({}, is_open=False, is_of_one_root=True)
POSTED = {"site": SITE, "comment": OWN["comment"], "receipt": "1", "is_to_confirm": True, "path": {}}
RENDERED: list[tuple[str, dict[str, Any]]] = [
    ("publication/read.html", READ),
    ("publication/read.html", READ | {"reading": SHUT, "branches": [], "thread": None}),
    ("publication/read.html", READ | {"branches": [], "form": replace(FORM, parent_name=None, problem="⟦⟧")}),
    *(("publication/fragment.html", READ | {"has_more": has_more}) for has_more in (True, False)),
    ("publication/fragment.html", READ | {"has_more": False, "reading": SHUT}),
    ("intake/form_again.html", {"site": SITE, "form": FORM, "path": {}}),
    ("intake/posted.html", POSTED | {"is_pending": True}),
    ("intake/posted.html", POSTED | {"is_pending": False}),
    ("intake/own.html", OWN),
    ("intake/own.html", OWN | {"is_asked": True}),
    ("intake/own.html", OWN | {"appeal": "waiting", "may_edit": False, "sent": {"body": "§"}}),
    ("intake/own.html", OWN | {"appeal": "answered", "comment": ERASED}),
    *(
        (page, {"subscription": SimpleNamespace(**SUBSCRIBED | state), "token": "1", "has_changed": has_changed})
        for page in ("intake/subscription.html", "intake/unsubscribe.html")
        for state in ({}, {"is_confirmed": False}, {"is_ended": True}, {"is_muted": True})
        for has_changed in (True, False)
    ),
]  # fmt: skip


@pytest.mark.parametrize(("template", "values"), RENDERED)
def test_a_page_says_nothing_but_what_its_catalogue_has(template: str, values: dict[str, Any]) -> None:
    rooms = {room: f"commentsvc.{room}" for room in ("web", "intake", "publication")}
    html = Pages(StaticFiles(), rooms, lambda _: PSEUDO).render(template, **values)
    assert "⟦" in html
    assert unsaid(html) == []


class _Links:
    def subscription(self, public_id: str) -> str:
        return f"https://1.1/{public_id}"

    unsubscribe = data = subscription


ARTICLE = Article("https://1.1", "§")
REPLIES = tuple(Reply("1", "§", "§", ARTICLE, is_answer) for is_answer in (True, False))
TOLD: list[tuple[Event, dict[str, Any]]] = [
    (Event.SUBSCRIPTION_ASKED, {"subscription": "1"}),
    (Event.DATA_ASKED, {"author": "1"}),
    *(
        (Event.DECISION_TOLD, {"subscription": "1", "article": ARTICLE, "is_approved": is_approved, "message": "§"})
        for is_approved in (True, False)
    ),
    *((Event.REPLY_PUBLISHED, {"subscription": "1", "replies": (reply,)}) for reply in REPLIES),
    (Event.REPLY_DIGEST, {"subscription": "1", "replies": REPLIES, "left_out": 2}),
]


def mail_of(told: ReaderMail, speak: Callable[[str], Speech]) -> tuple[str, str, str, str]:
    """Sender's name, subject, plain text and HTML."""
    writer = ReaderMailWriter(MailWriter("1@1.1", "https://1.1", lambda: AT), _Links(), speak)
    mail = writer.write(told, EmailAddress("1@1.1"), "1")
    plain, html = (part.get_content() for part in mail.iter_parts())
    return mail["From"].addresses[0].display_name, str(mail["Subject"]), plain, html


@pytest.mark.parametrize(("event", "values"), TOLD)
def test_a_mail_says_nothing_but_what_its_catalogue_has(event: Event, values: dict[str, Any]) -> None:
    texts = mail_of(ReaderMail(event, SITE, b"", **values), lambda _: PSEUDO)
    assert all("⟦" in text for text in texts)
    assert [unsaid(text) for text in texts] == [[]] * 4


def test_a_word_of_the_template_itself_is_found() -> None:
    assert unsaid('<p aria-label="Hello">⟦Said⟧ left</p>') == ["left", "Hello"]
