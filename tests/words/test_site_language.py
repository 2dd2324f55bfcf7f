"""A site's language, on its pages and in its mails."""

from dataclasses import replace

import pytest

from commentsvc.domain.limits import Limits
from commentsvc.domain.notices import Event
from commentsvc.domain.site import HoldPolicy, SitePolicy
from commentsvc.intake.form_in_words import faults_in_words, warnings_in_words
from commentsvc.store.reader_notices import Article, ReaderMail, Reply
from commentsvc.words.catalogues import languages
from commentsvc.words.speech import speech
from tests.support.service import ARTICLE, Service
from tests.words.test_no_english_left import AT, SITE, mail_of

REPLY = Reply("1", "Ada", "Hello", Article("https://1.1", "Title"), is_answer=True)


async def _read(service: Service) -> str:
    answer = await service.client.get("/read", params={"site": "news", "url": ARTICLE})
    assert answer.status_code == 200
    return str(answer.text)


@pytest.mark.anyio
async def test_a_page_speaks_the_language_of_its_site_and_runs_its_way(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NOTHING, language="de"))
    assert "Schreiben Sie den ersten Kommentar." in await _read(service)
    await service.change_policy(SitePolicy(hold=HoldPolicy.NOTHING, language="ar"))
    text = await _read(service)
    assert '<html lang="ar" dir="rtl">' in text
    assert "كن أول من يعلّق." in text


@pytest.mark.anyio
async def test_a_thread_counts_with_the_plural_forms_of_the_language(service: Service) -> None:
    for _ in range(2):
        await service.publish()
    await service.change_policy(SitePolicy(language="ru"))
    assert "2 комментария" in await _read(service)


@pytest.mark.parametrize("count", [2, 5, 21])
def test_a_mail_in_russian_counts_as_russian_does(count: int) -> None:
    site = replace(SITE, policy=SitePolicy(language="ru"))
    told = ReaderMail(Event.REPLY_DIGEST, site, b"", subscription="1", replies=(REPLY, REPLY), left_out=count - 2)
    _, subject, plain, html = mail_of(told, speech)
    forms = {2: "2 новых комментария", 5: "5 новых комментариев", 21: "21 новый комментарий"}
    assert subject == f"{forms[count]} на §"
    assert "Отписаться: https://1.1/1" in plain
    assert '<html lang="ru">' in html


def test_a_mail_in_arabic_runs_from_right_to_left() -> None:
    site = replace(SITE, policy=SitePolicy(language="ar"))
    sender, subject, plain, html = mail_of(ReaderMail(Event.SUBSCRIPTION_ASKED, site, b"", subscription="1"), speech)
    assert (sender, subject) == ("التعليقات على §", "يرجى التأكيد: رسائل من §")
    assert "هل تريد رسائل بشأن التعليقات؟" in plain
    assert '<html lang="ar" dir="rtl">' in html


@pytest.mark.parametrize("language", languages())
def test_every_mail_can_be_written_in_every_language(language: str) -> None:
    site = replace(SITE, policy=SitePolicy(language=language))
    for event, values in (
        (Event.SUBSCRIPTION_ASKED, {"subscription": "1"}),
        (Event.DATA_ASKED, {"author": "1"}),
        (Event.DECISION_TOLD, {"subscription": "1", "article": REPLY.article, "is_approved": True}),
        (Event.REPLY_PUBLISHED, {"subscription": "1", "replies": (REPLY,)}),
        (Event.REPLY_DIGEST, {"subscription": "1", "replies": (REPLY,) * 2, "left_out": 3}),
    ):
        texts = mail_of(ReaderMail(event, site, b"", **values), speech)
        assert not any("{" in text.replace("{ ", "").partition("</style>")[2] for text in texts[3:])
        assert not any("{" in text for text in texts[:3])


def test_what_is_wrong_with_a_form_is_told_in_the_language_of_the_site() -> None:
    faults = {"name": "?", "email": "?", "body": "?", "website": "?", "notify": "?", "parent": "?"}
    typed = {"name": " ", "email": "x", "body": "x" * 5002, "website": "x", "parent": "x"}
    said = faults_in_words(speech("de"), faults, typed, Limits())
    assert said["name"] == "Bitte füllen Sie dieses Feld aus."
    assert said["body"] == "Das ist zu lang. Zu kürzende Zeichen: 2"
    assert said.keys() == faults.keys()
    assert "?" not in said.values()
    assert faults_in_words(speech("en"), faults, typed, Limits()) == faults


def test_what_gives_a_writer_away_is_told_in_the_language_of_the_site() -> None:
    said = warnings_in_words(speech("de"), {"body": "This contains your email address.", "name": "This seems to."})
    assert said["body"].startswith("Kommentar: ")
    assert said["name"].startswith("Name: ")
    assert "address" not in said["body"]


def test_an_error_is_told_in_the_language_of_the_site_where_that_has_words_for_it() -> None:
    told = "Von dieser Seite aus können keine Kommentare gesendet werden."
    assert speech("de").refusal("unknown_host", "English") == told
    assert speech("de").refusal("edit_not_possible", "English") == "Dieser Kommentar kann nicht mehr geändert werden."
    assert speech("de").refusal("idempotency_key_reused", "English") == "English"
    assert speech("en").refusal("unknown_host", "English") == "English"


@pytest.mark.parametrize("language", languages())
def test_every_language_names_itself_and_writes_a_time(language: str) -> None:
    said = speech(language)
    assert said.own_name
    assert said.english_name
    assert "2026" in said.moment(AT)
    assert "2026" in said.day(AT)
