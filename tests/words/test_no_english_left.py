"""No English stands in a reader's page or mail itself: in a made-up language, every word comes from its catalogue."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from commentsvc.domain.acts import Act
from commentsvc.domain.comment import PublishedComment
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.notices import Event
from commentsvc.domain.rights import (
    Erased,
    Erasure,
    FormerWords,
    HeldMail,
    HeldPerson,
    HeldWords,
    OwnAppeal,
    OwnSubscription,
    ToldDecision,
)
from commentsvc.domain.site import Site, SitePolicy
from commentsvc.domain.status import CommentStatus
from commentsvc.intake.report_form import LABELS
from commentsvc.notify.write_mail import MailWriter
from commentsvc.notify.write_reader_mail import ReaderMailWriter
from commentsvc.publication.branches import Branch, Reading
from commentsvc.rights import privacy_words, words_of_data
from commentsvc.rights.desk import RightsPolicy
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

    day = moment


def _bracketed(said: Message) -> Message:
    return f"⟦{said}⟧" if isinstance(said, str) else {form: f"⟦{text}⟧" for form, text in said.items()}


PSEUDO = _Pseudo("en", {key: _bracketed(said) for key, said in catalogue("en").items()})


def unsaid(html: str) -> list[str]:
    """Words outside of all brackets: in text, and in attributes that people are told."""
    shown = re.sub(r"<style>.*?</style>|<head>.*?<title>", "", html, flags=re.DOTALL)
    told = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', shown)
    text = " ".join([re.sub(r"<[^>]*>", " ", shown), *told])
    without = re.sub(r"⟦[^⟦⟧]*⟧|https?://\S+|/own\b|&\w+;|\b(?:JSON|HTML)\b", "", text)
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
HELD = HeldPerson(
    *(1, True, True, AT, AT, AT, AT, 1, 2, 3, 4, True),
    subscriptions=[
        OwnSubscription("1", "https://1.1", scope, frequency, wants_decision, AT, confirmed_at, ended_at)
        for scope, frequency, wants_decision, confirmed_at, ended_at in (
            ("none", "each", True, None, None),
            ("replies", "daily", False, AT, None),
            ("thread", "each", True, AT, AT),
        )
    ],
    mails=[
        HeldMail(event, AT, sent_at, failed_at)
        for event, sent_at, failed_at in ((*[(event, AT, None) for event in Event], ("1", None, AT), ("1", None, None)))
    ],
)
UNHELD = HeldPerson(*(1, False, False, AT, None, None, None, 0, 0, 0, 0, False))
WRITTEN = HeldWords(
    *("1", "https://1.1", "§", "1", "§", "https://1.1", "§", CommentStatus.APPROVED, "§"),
    *(AT, AT, "moderator", AT, None, 3),
    decisions=[
        ToldDecision(act, AT, None, status, "1")
        for act in (*Act, "1")
        for status in (CommentStatus.PENDING, CommentStatus.SPAM)
    ],
    former=[FormerWords("§", "author", AT)],
    appeal=OwnAppeal("§", AT, AT),
)
GONE = replace(WRITTEN, status=CommentStatus.DELETED, erased_at=AT, edited_by="author")
RIGHTS: dict[str, Any] = {
    "site": SITE,
    "person": HELD,
    "written": [WRITTEN, GONE],
    "token": "1",
    "words": words_of_data,
    "erasures": Erasure,
    "is_refused": True,
    "now": AT,
}
POLICY = RightsPolicy(has_mail=True, contact="1", receipt_days=30, may_reveal=True)
PRIVATE = [privacy_words.told(PSEUDO, kind, SitePolicy()) for kind in privacy_words.ABOUT_READERS]
PRIVACY: dict[str, Any] = {
    "site": SITE,
    "policy": POLICY,
    "needed": privacy_words.needed(PSEUDO, SITE.policy),
    "receipt_time": "1",
    "about_readers": [replace(told, columns=[]) for told in PRIVATE],
    "other_columns": [],
}
ENTRY = SimpleNamespace(comment=_comment(), thread_url="https://1.1")
REPORT: dict[str, Any] = {
    "site": SITE,
    "entry": ENTRY,
    "reasons": LABELS,
    "chosen": "spam",
    "text": "§",
    "faults": {"reason": "⟦⟧", "text": "⟦⟧"},
    "problem": None,
    "reader": "1",
    "token": "1",
    "limit": 500,
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
    *(
        ("publication/read.html", READ | {"reading": SHUT, "branches": [], "thread": None, "form": None} | open_or_not)
        for open_or_not in ({"takes_more": True}, {"takes_more": False})
    ),
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
    ("intake/ask_receipt.html", {}),
    ("intake/report.html", REPORT),
    ("intake/report.html", REPORT | {"faults": {}, "problem": "⟦⟧"}),
    ("intake/report.html", REPORT | {"faults": {}}),
    ("intake/reported.html", {"site": SITE, "entry": ENTRY}),
    *(("rights/ask.html", {"site": SITE, "policy": policy, "typed": typed})
      for policy in (POLICY, replace(POLICY, has_mail=False)) for typed in (None, "1")),
    ("rights/asked.html", {"site": SITE}),
    ("rights/data.html", RIGHTS),
    ("rights/data.html", RIGHTS | {"person": UNHELD, "written": [], "is_refused": False}),
    ("rights/export.html", RIGHTS),
    *(("rights/erased.html", {"site": SITE, "what": words_of_data.erased(PSEUDO, what), "erased": erased})
      for what, erased in zip(Erasure, (Erased(1), Erased(1, 2), Erased(1, 2, 3)), strict=True)),
    ("rights/privacy.html", PRIVACY),
    ("rights/privacy.html", PRIVACY | {"policy": replace(POLICY, has_mail=False, contact="", may_reveal=False)}),
    ("web/problem.html", {"error": SimpleNamespace(code="1", public="⟦⟧", fields={}), "back": None}),
]  # fmt: skip


@pytest.mark.parametrize(("template", "values"), RENDERED)
def test_a_page_says_nothing_but_what_its_catalogue_has(template: str, values: dict[str, Any]) -> None:
    rooms = {room: f"commentsvc.{room}" for room in ("web", "intake", "publication", "rights")}
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
