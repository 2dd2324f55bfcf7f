"""Whatever cannot be taken is told with its own code and sentence, and nothing of it is written."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commentsvc.domain.site import SitePolicy
from tests.support.inside import add_site, row_counts, set_open
from tests.support.service import ARTICLE, ORIGIN, Service

pytestmark = pytest.mark.anyio


async def refused(service: Service, fields: object, status: int, code: str, **request: Any) -> dict[str, Any]:
    """Post it and see that it is refused in this way, without a trace; the problem document."""
    before = await row_counts(service)
    answer = await service.post(fields, **request)
    assert (answer.status_code, answer.json().get("code")) == (status, code), f"{fields!r:.300} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["status"] == status
    assert answer.json()["title"].endswith((".", "frame"))
    assert await row_counts(service) == before
    problem: dict[str, Any] = answer.json()
    return problem


async def test_what_is_no_json_object_is_refused(service: Service) -> None:
    for body in [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"17",
        b"{'site': 'news'}",
        b'{"site": "news",}',
        b'{"site": "news"} {}',
        b'{"site": "news", "site": "news"}',
        b'{"site": {"a": 1, "a": 2}}',
        b'{"site": NaN}',
        b'{"site": -Infinity}',
        b"[" * 30_000,
        b'{"a":' * 6_000,
        b'{"site": "new\ns"}',
        b"\xef\xbb\xbf{}",
    ]:
        await refused(service, body, 400, "malformed_json")


async def test_what_is_no_text_is_refused(service: Service) -> None:
    for body in [
        b'{"site": "\xff"}',
        b'{"site": "\xc0\xaf"}',
        b'{"site": "\xed\xa0\x80"}',
        '{"site": "news"}'.encode("utf-16"),
        b'{"site": "\\u0000"}',
        b'{"site": "\\ud800"}',
        b'{"site": "\\udc00\\ud800"}',
        b'{"\\ud800": "news"}',
        b'{"site": [{"deep": ["\\u0000"]}]}',
    ]:
        await refused(service, body, 400, "malformed_text")


async def test_a_surrogate_pair_is_an_ordinary_character(service: Service) -> None:
    body = json.dumps(service.submission(body="Fine \U0001f600")).encode("ascii")
    assert b"\\ud83d\\ude00" in body
    answer = await service.post(body)
    assert answer.json()["comment"]["source"] == "Fine \U0001f600"


async def test_a_wrong_type_is_told_at_its_field(service: Service) -> None:
    table: list[tuple[dict[str, Any], str, str]] = [
        ({"name": 17}, "name", "This must be a text."),
        ({"body": ["words"]}, "body", "This must be a text."),
        ({"site": True}, "site", "This must be a text."),
        ({"email": {}}, "email", "This must be a text."),
        ({"notify": "yes"}, "notify", "This must be true, false, none, replies or thread."),
        ({"notify": 1}, "notify", "This must be true, false, none, replies or thread."),
        ({"notify": None, "notify_decision": "1"}, "notify_decision", "This must be true or false."),
    ]
    for change, field, sentence in table:
        problem = await refused(service, service.submission(**change), 422, "invalid_input")
        assert problem["fields"] == {field: sentence}


async def test_all_missing_fields_are_told_at_once(service: Service) -> None:
    problem = await refused(service, {"site": "news"}, 422, "invalid_input")
    assert problem["fields"] == dict.fromkeys(("url", "name", "body"), "This field is missing.")


async def test_all_unusable_fields_are_told_at_once(service: Service) -> None:
    fields = service.submission(name=" ", email="nobody", website="ftp://x.example", body="", parent="17", id="\u200b")
    problem = await refused(service, fields, 422, "invalid_input")
    assert set(problem["fields"]) == {"name", "email", "website", "body", "parent", "id"}


async def test_an_unknown_field_is_refused_by_name(service: Service) -> None:
    for field in ["status", "is_admin", "created_at", "site_id", "author", "Name", ""]:
        fields = service.submission() | {field: "approved"}
        problem = await refused(service, fields, 400, "unknown_field")
        assert problem["fields"] == {field: "There is no such field."}


async def test_an_unknown_site_is_refused(service: Service) -> None:
    for key in ["new", "NEWS", "", "news ", "../news"]:
        await refused(service, service.submission(site=key), 404, "unknown_site")


async def test_a_foreign_origin_is_refused_and_may_not_read_why(service: Service) -> None:
    for origin in [
        "https://evil.example",
        "null",
        "http://news.example",
        "https://news.example.evil.example",
        "https://news.example:444",
        "https://NEWS.example",
        "https://news.example/",
        "",
    ]:
        await refused(service, service.submission(), 403, "foreign_origin", headers={"Origin": origin})
        answer = await service.post(service.submission(), headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers


async def test_another_sites_page_may_not_post_here(service: Service) -> None:
    await add_site(service, "other", "https://other.example")
    await refused(service, service.submission(), 403, "foreign_origin", headers={"Origin": "https://other.example"})
    answer = await service.post(service.submission(), headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_a_program_that_is_no_page_may_post(service: Service) -> None:
    content = json.dumps(service.submission()).encode()
    answer = await service.client.post(
        "/api/v1/comments", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 202
    assert "access-control-allow-origin" not in answer.headers


async def test_an_address_that_is_not_the_sites_is_refused(service: Service) -> None:
    for url, status, code in [
        ("", 422, "malformed_url"),
        ("an-article", 422, "malformed_url"),
        ("/an-article", 422, "malformed_url"),
        ("//news.example/a", 422, "malformed_url"),
        ("ftp://news.example/a", 422, "malformed_url"),
        ("javascript:alert(1)", 422, "malformed_url"),
        ("https://news.example:port/", 422, "malformed_url"),
        ("https://news.example/a b", 422, "malformed_url"),
        ("https://news.example/" + "a" * 2_048, 422, "malformed_url"),
        ("https://news.example/" + "é" * 700, 422, "malformed_url"),
        ("https://evil.example/a", 403, "unknown_host"),
        ("https://news.example:8443/a", 403, "unknown_host"),
        ("https://news.example@evil.example/a", 403, "unknown_host"),
        ("https://news.example.evil.example/", 403, "unknown_host"),
    ]:
        await refused(service, service.submission(url=url), status, code)


async def test_a_parent_that_is_not_there_is_refused(service: Service) -> None:
    await refused(service, service.submission(parent="a" * 24), 404, "unknown_parent")


async def test_a_pending_parent_is_refused_as_if_it_were_not_there(service: Service) -> None:
    pending = (await service.submit())["comment"]["id"]
    told = await refused(service, service.submission(parent=pending), 404, "unknown_parent")
    assert told == await refused(service, service.submission(parent="a" * 24), 404, "unknown_parent")


async def test_a_parent_under_another_article_is_refused(service: Service) -> None:
    elsewhere = await service.publish(url=f"{ORIGIN}/another")
    await refused(service, service.submission(parent=elsewhere), 422, "foreign_parent")


async def test_a_parent_on_another_site_is_as_unknown_as_one_that_is_not_there(service: Service) -> None:
    other = await add_site(service, "other", ORIGIN)
    taken = await service.submit(site="other")
    await replace(service, site=other).decide(taken["comment"]["id"])
    await refused(service, service.submission(parent=taken["comment"]["id"]), 404, "unknown_parent")


async def test_a_thread_closed_by_hand_takes_nothing_until_it_is_opened(service: Service) -> None:
    root = await service.publish()
    await set_open(service, is_open=False)
    await refused(service, service.submission(), 409, "thread_closed")
    await refused(service, service.submission(parent=root), 409, "thread_closed")
    await set_open(service, is_open=True)
    await service.submit()


async def test_a_thread_closes_by_its_age(service: Service) -> None:
    await service.change_policy(SitePolicy(close_after_days=14))
    await service.submit()
    service.clock.advance(timedelta(days=14, seconds=-30))
    await service.submit()
    service.clock.advance(timedelta(minutes=2))
    await refused(service, service.submission(), 409, "thread_closed")
    await service.submit(url=f"{ORIGIN}/a-newer-article")


async def test_what_is_too_long_is_told_at_its_field(service: Service) -> None:
    for change, sentence in [
        ({"name": "n" * 81}, "Please use at most 80 characters."),
        ({"body": "b" * 5_001}, "Your comment has 5,001 characters; at most 5,000 are possible."),
        ({"website": "https://w.example/" + "w" * 283}, "Please use at most 300 characters."),
        ({"id": "i" * 201}, "The thread's id must have 1 to 200 characters."),
        ({"email": "e" * 64 + "@" + "d" * 60 + ".example." * 15 + "org"}, "This does not look like an e-mail address."),
        ({"email": "e" * 20_000}, "This does not look like an e-mail address."),
        ({"parent": "p" * 25}, "This is no id of a comment."),
    ]:
        problem = await refused(service, service.submission(**change), 422, "invalid_input")
        assert problem["fields"] == dict.fromkeys(change, sentence)


async def test_what_is_just_not_too_long_is_taken(service: Service) -> None:
    for change in [
        {"name": "n" * 80},
        {"name": "\U0001f600" * 80},
        {"body": "b" * 5_000},
        {"body": "\U0001f600" * 5_000},
        {"website": "https://w.example/" + "w" * 282},
        {"id": "i" * 200},
        {"email": "e" * 64 + "@mail.example"},
    ]:
        content = json.dumps(service.submission(**change), ensure_ascii=False).encode()
        assert (await service.post(content)).status_code == 202, change


async def test_a_title_that_is_too_long_is_cut(service: Service) -> None:
    await service.publish(title="t" * 400)
    assert (await service.thread())["thread"]["title"] == "t" * 300


async def test_a_name_that_leaves_no_ink_is_none(service: Service) -> None:
    for name in [
        "",
        " ",
        "\t\n",
        "\u200b",
        "\u200d\u200c",
        "\u202e",
        "\ufeff",
        "\u00ad\u2060",
        "\U000e0041",
        "\u3164",
        "\u2800",
        "\u115f\u1160",
        "\uffa0",
        "\u0301",
    ]:
        problem = await refused(service, service.submission(name=name), 422, "invalid_input")
        assert problem["fields"] == {"name": "Please write your name."}


async def test_a_body_that_leaves_no_ink_is_none(service: Service) -> None:
    for body in ["", " \n ", "\u200b\u200b", "\u3164", "<br>", "\u2800"]:
        problem = await refused(service, service.submission(body=body), 422, "invalid_input")
        assert set(problem["fields"]) == {"body"}


async def test_what_is_no_email_address_is_refused(service: Service) -> None:
    for email in [
        "ada",
        "ada@",
        "@mail.example",
        "ada@mail",
        "ada@@mail.example",
        "ada mail@mail.example",
        "ada@mail..example",
        ".ada@mail.example",
        "ada@-mail.example",
        "ada@mail.example>",
        "Ada <ada@mail.example>",
        "ada@mail.example,bob@mail.example",
        "ada@mail.example\r\nBcc: bob@mail.example",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        '"ada"@mail.example',
        "ada(comment)@mail.example",
        "ada@localhost",
        "ada@" + "m" * 64 + ".example",
    ]:
        problem = await refused(service, service.submission(email=email), 422, "invalid_input")
        assert problem["fields"] == {"email": "This does not look like an e-mail address."}


async def test_what_is_no_website_is_refused(service: Service) -> None:
    for website in [
        "javascript:alert(1)",
        "JaVaScRiPt://news.example/%0aalert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "data://text/html",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://w.example/",
        "https:w.example",
        "https://",
        "https:///path",
        "//w.example",
        "https://ada:secret@w.example/",
        "https://ada@w.example/",
        "ada@w.example",
        "mailto:ada@w.example",
        "https://w.example:99999/",
        "https://w example/",
        'https://w.example/"onmouseover=alert(1)',
        "https://w.example/<b>",
        "https://w.example\\@evil.example/",
        "https://[::1",
        "https://-w.example-/",
        "https://" + "w" * 64 + ".example/",
    ]:
        problem = await refused(service, service.submission(website=website), 422, "invalid_input")
        assert problem["fields"] == {"website": "This does not look like a web address (http or https)."}


async def test_a_website_is_kept_in_its_normal_form(service: Service) -> None:
    for website, kept in [
        ("w.example", "https://w.example/"),
        (" http://W.example/a b".replace(" b", ""), "http://w.example/a"),
        ("https://w.example/?q=1#top", "https://w.example/?q=1#top"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example/"),
        ("", None),
        ("  ", None),
    ]:
        assert (await service.submit(website=website))["comment"]["author"]["website"] == kept


async def test_a_body_of_more_than_32_kb_is_refused_however_it_comes(service: Service) -> None:
    fields = json.dumps(service.submission(title="t" * 40_000)).encode()
    await refused(service, fields, 413, "too_large")
    await refused(service, fields, 413, "too_large", headers={"Content-Length": "99999999999999999999999"})


async def test_a_stream_without_a_length_is_cut_off_at_the_limit(service: Service) -> None:
    given = 0

    async def endless() -> Any:
        nonlocal given
        while given < 10_000_000:
            given += 4_096
            yield b" " * 4_096

    answer = await service.client.post(
        "/api/v1/comments", content=endless(), headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_only_plain_json_is_taken(service: Service) -> None:
    for headers in [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": ""},
        {"Content-Type": "application/json, text/plain"},
        {"Content-Type": "text/plain; application/json"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "br"},
        {"Content-Encoding": "identity, gzip"},
    ]:
        await refused(service, service.submission(), 415, "unsupported_media_type", headers=headers)


async def test_other_spellings_of_plain_json_are_taken(service: Service) -> None:
    for headers in [
        {"Content-Type": "application/json; charset=utf-8"},
        {"Content-Type": "Application/JSON"},
        {"Content-Encoding": "identity"},
    ]:
        assert (await service.post(service.submission(), headers=headers)).status_code == 202


async def test_an_email_address_is_required_by_default(service: Service) -> None:
    for fields in (service.submission(email=None), service.submission(email=""), service.submission(email="  ")):
        problem = await refused(service, fields, 422, "invalid_input")
        assert problem["fields"] == {"email": "Please write your e-mail address. It will not be published."}


async def test_nothing_is_taken_by_another_method(service: Service) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = await service.client.request(method, "/api/v1/comments")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert "POST" in answer.headers["allow"]
    assert (await service.thread(ARTICLE))["thread"]["count"] == 0
