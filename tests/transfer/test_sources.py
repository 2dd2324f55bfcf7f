"""What each program's files hold, in our words; made after what those programs write."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commentsvc.domain.emails import ClosedAddresses
from commentsvc.domain.imports import Fault, ImportFileError, Item, Source, SourceStatus, SourceThread
from commentsvc.transfer.sources import read_fields
from commentsvc.transfer.sources.all_sources import readers
from commentsvc.transfer.sources.wordpress import paragraphs

READERS = readers(ClosedAddresses())
APPROVED, PENDING, SPAM, DELETED, _, HIDDEN, NO_COMMENT = SourceStatus
NOON = datetime(2021, 3, 12, 12, 0, tzinfo=UTC)


def read(source: Source, path: Path, content: str | bytes | dict[str, Any] | list[Any]) -> list[Item | Fault]:
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(READERS[source](path))


def items(source: Source, path: Path, content: Any) -> dict[str, Item]:
    found = read(source, path, content)
    assert [each for each in found if isinstance(each, Fault)] == []
    return {each.id: each for each in found if isinstance(each, Item)}


def address(item: Item) -> str | None:
    return None if item.email is None else item.email.reveal()


DISQUS = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
  <category dsq:id="1"><forum>f</forum><title>General</title><isDefault>true</isDefault></category>
  <thread dsq:id="10">
    <id/><forum>f</forum><category dsq:id="1"/><link>http://news.example/a</link><title>An “article”</title><message/>
    <createdAt>2021-03-01T00:00:00Z</createdAt>
    <author><name>Owner</name><isAnonymous>false</isAnonymous><username>owner</username></author>
    <isClosed>true</isClosed><isDeleted>false</isDeleted>
  </thread>
  <thread dsq:id="11"><link>http://news.example/b</link><title/><isClosed>false</isClosed><isDeleted>true</isDeleted>
  </thread>
  <post dsq:id="100">
    <id>wp_id=1</id><message><![CDATA[<p>Hello <b>there</b></p>]]></message>
    <createdAt>2021-03-12T12:00:00Z</createdAt>
    <isDeleted>false</isDeleted><isSpam>false</isSpam>
    <author><email>ada@reader.example</email><name>Ada</name><isAnonymous>true</isAnonymous><username>x</username></author>
    <ipAddress>203.0.113.7</ipAddress><thread dsq:id="10"/>
  </post>
  <post dsq:id="101">
    <message>Reply</message><createdAt>2021-03-12T12:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam>
    <author><name>Ben</name><isAnonymous>false</isAnonymous><username>ben</username></author>
    <thread dsq:id="10"/><parent dsq:id="100"/>
  </post>
  <post dsq:id="102"><message/><createdAt>2021-03-12T12:00:00Z</createdAt><isDeleted>true</isDeleted>
    <isSpam>false</isSpam><thread dsq:id="10"/></post>
  <post dsq:id="103"><message/><createdAt>2021-03-12T12:00:00Z</createdAt><isDeleted>true</isDeleted>
    <isSpam>true</isSpam><thread dsq:id="10"/></post>
  <post dsq:id="104"><message>x</message><createdAt>2021-03-12T12:00:00Z</createdAt><isDeleted>false</isDeleted>
    <isSpam>false</isSpam><thread dsq:id="11"/></post>
  <post dsq:id="105"><message>x</message><createdAt>2021-x03</createdAt><thread dsq:id="10"/></post>
  <post dsq:id="106"><message>x</message><createdAt>2021-03-12T12:00:00Z</createdAt><thread dsq:id="99"/></post>
  <post><message>x</message><createdAt>2021-03-12T12:00:00Z</createdAt><thread dsq:id="10"/></post>
</disqus>
"""


@pytest.mark.parametrize("is_packed", [False, True])
def test_disqus(tmp_path: Path, *, is_packed: bool) -> None:
    content = gzip.compress(DISQUS.encode()) if is_packed else DISQUS
    found = read(Source.DISQUS, tmp_path / "disqus.xml", content)
    faults = [(each.id, each.reason) for each in found if isinstance(each, Fault)]
    assert faults == [("105", read_fields.NO_TIME), ("106", "It belongs to no thread."), ("", read_fields.NO_ID)]
    by_id = {each.id: each for each in found if isinstance(each, Item)}
    first, second = by_id["100"], by_id["101"]
    assert first.thread == SourceThread("http://news.example/a", "An “article”", is_open=False)
    assert (first.name, address(first), first.body, first.is_html) == (
        "Ada",
        "ada@reader.example",
        "<p>Hello <b>there</b></p>",
        True,
    )
    assert (first.created_at, first.parent, first.account) == (NOON, None, None)
    assert (second.parent, second.account, second.email) == ("100", "ben", None)
    assert [by_id[each].status for each in ("100", "102", "103", "104")] == [APPROVED, DELETED, SPAM, HIDDEN]


def wxr(comments: str, **item: str) -> str:
    fields = {"link": "https://news.example/?p=7", "status": "publish", "comment_status": "open", "post_password": ""}
    fields |= item
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.1" created="2021-03-13 12:00" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
    xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
  <title>News</title><link>https://news.example</link><wp:wxr_version>1.2</wp:wxr_version>
  <wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[admin]]></wp:author_login>
    <wp:author_email><![CDATA[owner@news.example]]></wp:author_email></wp:author>
  <item>
    <title><![CDATA[An article &amp; more]]></title><link>{fields["link"]}</link>
    <dc:creator><![CDATA[admin]]></dc:creator>
    <content:encoded><![CDATA[<p>Long words]]&gt;]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
    <wp:post_id>7</wp:post_id><wp:comment_status><![CDATA[{fields["comment_status"]}]]></wp:comment_status>
    <wp:status><![CDATA[{fields["status"]}]]></wp:status>
    <wp:post_password><![CDATA[{fields["post_password"]}]]></wp:post_password>
    <wp:postmeta><wp:meta_key><![CDATA[x]]></wp:meta_key><wp:meta_value><![CDATA[1]]></wp:meta_value></wp:postmeta>
    {comments}
  </item>
</channel></rss>"""


def wp_comment(number: int, **changes: str) -> str:
    fields = {
        "comment_id": str(number),
        "comment_author": "<![CDATA[Ada & Co]]>",
        "comment_author_email": "<![CDATA[ada@reader.example]]>",
        "comment_author_url": "https://ada.example",
        "comment_author_IP": "<![CDATA[203.0.113.7]]>",
        "comment_date": "<![CDATA[2021-03-12 13:00:00]]>",
        "comment_date_gmt": "<![CDATA[2021-03-12 12:00:00]]>",
        "comment_content": "<![CDATA[Words]]>",
        "comment_approved": "<![CDATA[1]]>",
        "comment_type": "<![CDATA[comment]]>",
        "comment_parent": "0",
        "comment_user_id": "0",
    } | changes
    return (
        "<wp:comment>" + "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in fields.items()) + "</wp:comment>"
    )


def test_wordpress(tmp_path: Path) -> None:
    comments = [
        wp_comment(1, comment_content="<![CDATA[One\r\ntwo\n\n<strong>three</strong>]]>"),
        wp_comment(2, comment_parent="1", comment_user_id="1"),
        wp_comment(3, comment_approved="<![CDATA[0]]>", comment_user_id="9"),
        wp_comment(4, comment_approved="<![CDATA[spam]]>"),
        wp_comment(5, comment_approved="<![CDATA[trash]]>"),
        wp_comment(6, comment_type="<![CDATA[pingback]]>"),
        wp_comment(7, comment_date_gmt="0000-00-00 00:00:00"),
    ]
    found = items(Source.WORDPRESS, tmp_path / "wordpress.xml", wxr("".join(comments), comment_status="closed"))
    first, second, third = found["1"], found["2"], found["3"]
    assert first.thread == SourceThread("https://news.example/?p=7", "An article & more", is_open=False)
    assert (first.name, address(first), first.website) == ("Ada & Co", "ada@reader.example", "https://ada.example")
    assert (first.body, first.is_html) == ("<p>One<br>two</p><p><strong>three</strong></p>", True)
    assert (first.created_at, found["7"].created_at.hour) == (NOON, 13)
    assert (second.parent, second.has_badge, third.has_badge) == ("1", True, False)
    assert (first.account, second.account) == (None, "1")
    statuses = [found[str(number)].status for number in range(1, 7)]
    assert statuses == [APPROVED, APPROVED, PENDING, SPAM, DELETED, NO_COMMENT]


@pytest.mark.parametrize("item", [{"status": "private"}, {"status": "draft"}, {"post_password": "x"}])
def test_what_stands_under_articles_that_are_not_public_stays_hidden(tmp_path: Path, item: dict[str, str]) -> None:
    found = items(Source.WORDPRESS, tmp_path / "wordpress.xml", wxr(wp_comment(1), **item))
    assert found["1"].status is HIDDEN


def test_lines_that_wordpress_keeps_become_paragraphs() -> None:
    assert paragraphs("a\nb\n \n\nc") == "<p>a<br>b</p><p>c</p>"
    assert paragraphs(" ") == ""


REMARK42: list[dict[str, Any]] = [
    {
        "version": 1,
        "users": [{"id": "github_1", "blocked": {}, "verified": True, "details": {"email": "ada@reader.example"}}],
        "posts": [{"url": "https://news.example/a", "read_only": True}],
    },
    {
        "id": "one",
        "pid": "",
        "text": "<p>Hello <strong>there</strong></p>\n",
        "orig": "Hello **there**",
        "user": {"name": "Ada", "id": "github_1", "picture": "", "ip": "4f3c", "admin": True, "site_id": "s"},
        "locator": {"site": "s", "url": "https://news.example/a"},
        "score": 1,
        "votes": {"u1": True, "u2": True, "u3": False},
        "time": "2021-03-12T14:00:00.123456789+02:00",
        "edit": {"time": "2021-03-12T12:05:00Z", "summary": "typo"},
        "pin": True,
        "title": "An article",
    },
    {
        "id": "two",
        "pid": "one",
        "text": "<p>Only HTML</p>",
        "user": {"name": "Ben", "id": "anonymous_x", "admin": False},
        "locator": {"site": "s", "url": "https://news.example/a"},
        "score": -4,
        "votes": {},
        "time": "2021-03-12T12:00:00Z",
    },
    {
        "id": "three",
        "pid": "",
        "text": "",
        "user": {"name": "deleted", "id": "deleted"},
        "locator": {"url": "https://news.example/b"},
        "time": "2021-03-12T12:00:00Z",
        "delete": True,
    },
]


def test_remark42(tmp_path: Path) -> None:
    lines = "".join(json.dumps(line) + "\n" for line in REMARK42)
    found = items(Source.REMARK42, tmp_path / "backup.gz", gzip.compress(lines.encode()))
    one, two, three = found["one"], found["two"], found["three"]
    assert one.thread == SourceThread("https://news.example/a", "An article", is_open=False)
    assert (one.body, one.is_html, one.name, address(one)) == ("Hello **there**", False, "Ada", "ada@reader.example")
    assert (one.likes, one.is_pinned, one.has_badge, one.account) == (2, True, True, "github_1")
    assert (one.created_at, one.edited_at) == (NOON, NOON.replace(minute=5))
    assert (two.parent, two.is_html, two.likes, two.account, three.thread.is_open) == ("one", True, -4, None, True)
    assert three.status is DELETED
    damaged = read(Source.REMARK42, tmp_path / "backup", lines + "{oops\n")
    assert damaged[-1] == Fault("line 5", "It is no JSON.")


COMMENTO: dict[str, Any] = {
    "version": 1,
    "comments": [
        {
            "commentHex": "aa",
            "domain": "news.example",
            "url": "/a",
            "commenterHex": "c1",
            "markdown": "Hello **there**",
            "html": "",
            "parentHex": "root",
            "score": 3,
            "state": "approved",
            "creationDate": "2021-03-12T12:00:00.722181Z",
            "direction": 0,
            "deleted": False,
        },
        {
            "commentHex": "bb",
            "domain": "news.example",
            "url": "a",
            "commenterHex": "anonymous",
            "markdown": "Reply",
            "parentHex": "aa",
            "state": "unapproved",
            "creationDate": "2021-03-12T12:00:00Z",
        },
        {
            "commentHex": "cc",
            "domain": "news.example",
            "url": "/a",
            "commenterHex": "c1",
            "markdown": "[deleted]",
            "parentHex": "root",
            "state": "approved",
            "creationDate": "2021-03-12T12:00:00Z",
        },
    ],
    "commenters": [
        {
            "commenterHex": "c1",
            "email": "ada@reader.example",
            "name": "Ada",
            "link": "https://ada.example",
            "photo": "https://secure.gravatar.example/avatar/8f27",
            "isModerator": True,
        }
    ],
}


@pytest.mark.parametrize("source", [Source.COMMENTO, Source.COMENTARIO])
def test_commento_and_what_comentario_took_over(tmp_path: Path, source: Source) -> None:
    found = items(source, tmp_path / "commento.json.gz", gzip.compress(json.dumps(COMMENTO).encode()))
    one, two, three = found["aa"], found["bb"], found["cc"]
    assert one.thread == two.thread == SourceThread("https://news.example/a")
    assert (one.name, address(one), one.website) == ("Ada", "ada@reader.example", "https://ada.example")
    assert (one.body, one.is_html, one.likes, one.has_badge, one.account) == ("Hello **there**", False, 3, True, "c1")
    assert (one.parent, one.created_at.replace(microsecond=0)) == (None, NOON)
    assert (two.parent, two.status, two.name, two.account) == ("aa", PENDING, "", None)
    assert three.status is DELETED


COMENTARIO: dict[str, Any] = {
    "version": 3,
    "pages": [{"id": "p1", "domainId": "d", "path": "/a", "title": "An article", "isReadonly": True}],
    "comments": [
        {
            "id": "aa",
            "pageId": "p1",
            "markdown": "Hello",
            "html": "<p>Hello</p>",
            "score": 2,
            "isSticky": True,
            "isApproved": True,
            "isPending": False,
            "isDeleted": False,
            "createdTime": "2021-03-12T12:00:00.000Z",
            "editedTime": "2021-03-12T12:05:00.000Z",
            "userCreated": "u1",
            "authorIp": "203.0.113.7",
        },
        {
            "id": "bb",
            "parentId": "aa",
            "pageId": "p1",
            "html": "<p>Reply</p>",
            "isApproved": False,
            "isPending": True,
            "createdTime": "2021-03-12T12:00:00.000Z",
            "userCreated": "00000000-0000-0000-0000-000000000000",
            "authorName": "Ben",
        },
        {"id": "cc", "pageId": "p1", "isDeleted": True, "createdTime": "2021-03-12T12:00:00.000Z", "userCreated": "u1"},
        {"id": "dd", "pageId": "p1", "isApproved": False, "isPending": False, "createdTime": "2021-03-12T12:00:00Z"},
    ],
    "commenters": [
        {
            "id": "u1",
            "name": "Ada",
            "email": "ada@reader.example",
            "websiteUrl": "https://ada.example",
            "isModerator": True,
        }
    ],
}


def test_comentario(tmp_path: Path) -> None:
    found = items(Source.COMENTARIO, tmp_path / "comentario.json", COMENTARIO)
    one, two = found["aa"], found["bb"]
    assert one.thread == SourceThread("/a", "An article", is_open=False)
    assert (one.name, address(one), one.website) == ("Ada", "ada@reader.example", "https://ada.example")
    assert (one.likes, one.is_pinned, one.has_badge, one.account) == (2, True, True, "u1")
    assert one.edited_at == NOON.replace(minute=5)
    assert (two.parent, two.name, two.is_html, two.account) == ("aa", "Ben", True, None)
    assert [each.status for each in found.values()] == [APPROVED, PENDING, DELETED, SPAM]


ARTALK: list[dict[str, str]] = [
    {
        "id": "1",
        "rid": "0",
        "content": "Hello **there**",
        "ua": "Mozilla",
        "ip": "203.0.113.7",
        "is_collapsed": "false",
        "is_pending": "false",
        "is_pinned": "true",
        "vote_up": "4",
        "vote_down": "1",
        "created_at": "2021-03-12 20:00:00.5 +0800 CST",
        "updated_at": "2021-03-12 20:00:00 +0800",
        "nick": "Ada",
        "email": "ada@reader.example",
        "link": "https://ada.example",
        "badge_name": "VIP",
        "page_key": "https://news.example/a",
        "page_title": "An article",
        "page_admin_only": "true",
        "site_name": "News",
        "site_urls": "https://news.example/,https://other.example",
    },
    {
        "id": "2",
        "rid": "1",
        "content": "Reply",
        "is_pending": "true",
        "created_at": "2021-03-12 12:00:00",
        "nick": "Ben",
        "page_key": "/a",
        "site_urls": "https://news.example/,https://other.example",
    },
    {"id": "3", "rid": "", "content": "x", "created_at": "2021-03-12T12:00:00Z", "nick": "C", "page_key": "a"},
]


def test_artalk(tmp_path: Path) -> None:
    found = items(Source.ARTALK, tmp_path / "artrans.json", ARTALK)
    one, two, three = found["1"], found["2"], found["3"]
    assert one.thread == SourceThread("https://news.example/a", "An article", is_open=False)
    assert (one.body, one.is_html, one.likes, one.is_pinned, one.has_badge) == (
        "Hello **there**",
        False,
        4,
        True,
        False,
    )
    assert (one.created_at, two.created_at, one.parent) == (NOON, NOON, None)
    assert (one.name, address(one), one.website) == ("Ada", "ada@reader.example", "https://ada.example")
    assert (two.parent, two.status, two.thread.url, three.thread.url) == ("1", PENDING, "https://news.example/a", "/a")


WALINE: dict[str, Any] = {
    "type": "waline",
    "version": 1,
    "time": 1_615_550_400_000,
    "tables": ["Comment", "Counter", "Users"],
    "data": {
        "Comment": [
            {
                "objectId": "1",
                "user_id": 5,
                "comment": "Hello **there**",
                "insertedAt": "2021-03-12T12:00:00.000Z",
                "ip": "203.0.113.7",
                "link": "https://ada.example",
                "mail": "ada@reader.example",
                "nick": "Ada",
                "pid": None,
                "rid": None,
                "sticky": 1,
                "status": "approved",
                "like": 3,
                "ua": "Mozilla",
                "url": "/a",
            },
            {
                "objectId": "2",
                "comment": "<p>Reply</p>",
                "insertedAt": {"__type": "Date", "iso": "2021-03-12T12:00:00.000Z"},
                "nick": "Ben",
                "pid": "1",
                "rid": "1",
                "status": "waiting",
                "url": "/a",
            },
            {"objectId": "3", "comment": "x", "createdAt": "2021-03-12 12:00:00", "status": "spam", "url": "/a"},
        ],
        "Counter": [{"objectId": "1", "time": 3, "url": "/a"}],
        "Users": [{"objectId": 5, "display_name": "Ada", "email": "ada@reader.example", "type": "administrator"}],
    },
}


@pytest.mark.parametrize("form", ["panel", "answer", "leancloud", "array"])
def test_waline(tmp_path: Path, form: str) -> None:
    comments = WALINE["data"]["Comment"]
    forms: dict[str, Any] = {
        "panel": WALINE,
        "answer": {"errno": 0, "errmsg": "", "data": WALINE},
        "leancloud": {"results": comments},
        "array": comments,
    }
    found = items(Source.WALINE, tmp_path / "waline.json", forms[form])
    one, two = found["1"], found["2"]
    assert one.thread == SourceThread("/a")
    assert (one.body, one.is_html, one.likes, one.is_pinned) == ("Hello **there**", False, 3, True)
    assert (one.name, address(one), one.website) == ("Ada", "ada@reader.example", "https://ada.example")
    assert [each.created_at for each in found.values()] == [NOON] * 3
    assert (two.parent, two.is_html) == ("1", True)
    assert [each.status for each in found.values()] == [APPROVED, PENDING, SPAM]
    has_users = form in {"panel", "answer"}
    assert (one.has_badge, one.account) == ((True, "5") if has_users else (False, None))


NOT_THESE = {
    Source.DISQUS: "The file is of another kind: it begins with <rss>.",
    Source.WORDPRESS: "The file is of another kind: it begins with <disqus>.",
    Source.REMARK42: "The file is no backup of Remark42.",
    Source.COMMENTO: "The file is no export of Commento: it has version 3, not 1.",
    Source.COMENTARIO: "The file is no export of Comentario: it has version None, not 3.",
    Source.ARTALK: "The file is no Artrans of Artalk.",
    Source.WALINE: "The file is no export of Waline.",
}


@pytest.mark.parametrize("source", NOT_THESE)
def test_the_file_of_another_program_is_told_in_a_sentence(tmp_path: Path, source: Source) -> None:
    others: dict[Source, Any] = {
        Source.DISQUS: wxr(""),
        Source.WORDPRESS: DISQUS,
        Source.REMARK42: WALINE,
        Source.COMMENTO: COMENTARIO,
        Source.COMENTARIO: ARTALK,
        Source.ARTALK: COMENTARIO,
        Source.WALINE: ARTALK,
    }
    with pytest.raises(ImportFileError) as refused:
        read(source, tmp_path / "file", others[source])
    assert str(refused.value) == NOT_THESE[source]


@pytest.mark.parametrize("source", [source for source in Source if source is not Source.ISSO])
def test_an_empty_file_is_told_as_such(tmp_path: Path, source: Source) -> None:
    with pytest.raises(ImportFileError, match=r"^The file is empty\.$"):
        read(source, tmp_path / "file", "")


@pytest.mark.parametrize(
    ("spelled", "at"),
    [
        ("2021-03-12T12:00:00Z", NOON),
        ("2021-03-12T12:00:00", NOON),
        ("2021-03-12 06:00:00-0600", NOON),
        ("2021-03-12T17:45:00+05:45", NOON),
        ("2021-03-12 20:00:00.123456789 +0800 CST m=+0.1", NOON),
        ("2021-03-12 12:00:00 +0000 UTC", NOON),
        (NOON.timestamp(), NOON),
        ("2021-02-30T12:00:00Z", None),
        ("2021-03-12T25:00:00Z", None),
        ("2021-03-12T12:00:00+99:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("yesterday", None),
        ("", None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        ([], None),
    ],
)
def test_times_in_odd_zones(spelled: object, at: datetime | None) -> None:
    assert read_fields.moment(spelled) == at
