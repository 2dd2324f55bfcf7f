"""A site's language, on its pages and in its mails."""

from dataclasses import replace

import pytest

from commentsvc.domain.giveaways import Giveaway
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
    said = warnings_in_words(speech("de"), {"body": Giveaway.ADDRESS, "name": Giveaway.PHONE})
    assert said["body"].startswith("Kommentar: ")
    assert said["name"].startswith("Name: ")
    assert said["body"] != said["name"].replace("Name", "Kommentar", 1)


def test_an_error_is_told_in_the_language_of_the_site_where_that_has_words_for_it() -> None:
    told = "Von dieser Seite aus können keine Kommentare gesendet werden."
    assert speech("de").refusal("unknown_host", "English") == told
    assert speech("de").refusal("edit_not_possible", "English") == "Dieser Kommentar kann nicht mehr geändert werden."
    assert speech("de").refusal("no_appeal", "English") == "English"
    assert speech("en").refusal("unknown_host", "English") == "English"


@pytest.mark.anyio
async def test_pages_about_reports_and_rights_speak_the_language_of_their_site(service: Service) -> None:
    public_id = await service.publish(name="Ada")
    await service.change_policy(SitePolicy(language="ar"))
    for path, query, told in (
        ("/report", {"comment": public_id}, "ما المشكلة فيه؟"),
        ("/own/data", {"site": "news"}, "ما المحفوظ عنك"),
        ("/privacy", {"site": "news"}, "حقوقك"),
    ):
        answer = await service.client.get(path, params=query)
        assert answer.status_code == 200, path
        assert '<html lang="ar" dir="rtl">' in answer.text, path
        assert told in answer.text, path


@pytest.mark.anyio
async def test_an_error_is_a_page_in_the_language_of_the_site_else_in_that_of_the_browser(service: Service) -> None:
    await service.change_policy(SitePolicy(language="ar"))
    russian = {"Accept": "text/html", "Accept-Language": "xx, ru-RU;q=0.9, en;q=0.8"}
    of_site = {"site": "news", "url": ARTICLE, "parent": "nobody"}
    for path, query, language, told in (
        ("/read", of_site, "ar", "لا يوجد تعليق كهذا."),
        ("/read", {"site": "nobody", "url": ARTICLE}, "ru", "отправлять комментарии"),
        ("/report", {"comment": "nobody"}, "ru", "Такого комментария нет."),
        ("/own/data", {"t": "nobody"}, "ru", "получилось"),
        ("/privacy", {}, "ru", "Этот адрес или форма неполны."),
    ):
        answer = await service.client.get(path, params=query, headers=russian)
        assert answer.status_code >= 400, path
        assert f'<html lang="{language}"' in answer.text, path
        assert told in answer.text, path
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.anyio
async def test_who_has_but_a_receipt_is_asked_for_it_in_the_language_of_the_browser(service: Service) -> None:
    for wanted, language in (
        ("de-AT,de;q=0.8", "de"),
        ("zh-TW", "zh-Hant"),
        ("zh-CN", "zh"),
        ("no", "nb"),
        ("en;q=0.3, fr;q=0.7, de;q=broken, *", "fr"),
        ("fr;q=0", "en"),
        ("tlh", "en"),
        ("", "en"),
    ):
        answer = await service.client.get("/own", headers={"Accept-Language": wanted})
        assert f'<html lang="{language}"' in answer.text, wanted


@pytest.mark.anyio
async def test_moderators_are_told_of_errors_in_english(service: Service) -> None:
    answer = await service.client.get("/moderation/link", params={"t": "x"}, headers={"Accept-Language": "de"})
    assert answer.status_code >= 400
    assert '<html lang="en">' in answer.text


def test_a_period_is_told_with_the_plural_forms_of_the_language() -> None:
    assert [speech("pl").days(days) for days in (1, 2, 30)] == ["1 dzień", "2 dni", "30 dni"]
    assert speech("en").days(1) == "1 day"


@pytest.mark.parametrize("language", languages())
def test_every_language_names_itself_and_writes_a_time(language: str) -> None:
    said = speech(language)
    assert said.own_name
    assert said.english_name
    assert "2026" in said.moment(AT)
    assert "2026" in said.day(AT)
