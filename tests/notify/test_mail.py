"""What is handed to a real mail server: one mail, the expected headers, both parts, nothing loaded from elsewhere."""

import re
import ssl
from email.message import EmailMessage
from typing import Any

import pytest
import trustme

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.notices import Channel, NoticeWish
from commentsvc.domain.roles import Role
from commentsvc.notify.deliveries import DeliveryError
from commentsvc.notify.mail_server import MailAccount, MailSecurity, MailServer
from commentsvc.notify.write_mail import clean_words, header_line
from commentsvc.store import moderators
from commentsvc.vault.opening import Opener
from tests.notify.desk import SENDER, Desk
from tests.support.mail_server import only, open_postbox

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),  # aiosmtpd sees no TLS from the start
]

EXPECTED = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
HOSTILE = [
    "x\r\nBcc: victim@third.example",
    "x\nBcc: victim@third.example",
    "x\rBcc: victim@third.example",
    "x\x00Bcc: victim@third.example",
    "x\u2028Bcc: victim@third.example",
    "x\u2029Bcc: victim@third.example",
    "x\x85Bcc: victim@third.example",
    "x\x0b\x0cBcc: victim@third.example",
    "x%0aBcc: victim@third.example",
    "=?utf-8?q?x=0ABcc:_victim@third.example?=",
    "x\r\n.\r\nMAIL FROM:<evil@third.example>",
    "\u202etxt.exe {{7*7}} ${7*7} {0.__class__}",
]


async def _mailed(desk: Desk, **comment: Any) -> EmailMessage:
    await desk.comment(**comment)
    await desk.work()
    assert len(desk.postbox.mails) == 1
    return desk.postbox.mails[0]


def _parts(mail: EmailMessage) -> tuple[str, str]:
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content().replace("\r\n", "\n"), html.get_content()


async def test_a_mail_tells_the_comment_its_article_and_what_was_noticed(desk: Desk) -> None:
    finding = Finding("links", Leaning.HOLD, "3 links (this site allows 2)", "https://x.example")
    mail = await _mailed(desk, source="First line.\n\nSecond <b>line</b>.", name="Ada & Co", findings=[finding])
    assert str(mail["From"]) == f'"Comments on The Gazette" <{SENDER}>'.replace('"', "")
    assert mail["To"] == "mo@desk.example"
    assert mail["Subject"] == "New comment on “Bread and roses”"
    assert re.fullmatch(r"<[0-9a-f]{32}@comments\.example>", mail["Message-ID"])
    plain, html = _parts(mail)
    assert "> First line.\n>\n> Second <b>line</b>.\n" in plain
    assert "Second &lt;b&gt;line&lt;/b&gt;." in html
    assert "Ada & Co" in plain
    assert "Ada &amp; Co" in html
    for part in (plain, html):
        assert "3 links (this site allows 2)" in part
        assert "https://gazette.example/bread" in part
        assert "Open in the queue" in part
        assert "/moderation/sites/gazette/notices" in part
        assert "ada@reader.example" not in part


async def test_nothing_in_a_mail_is_loaded_from_elsewhere(desk: Desk) -> None:
    source = '<img src="https://track.example/x.gif"><style>@import "https://x.example"</style>'
    _, html = _parts(await _mailed(desk, source=source, title=source, name=source[:60]))
    assert not re.search(r"<(img|link|script|iframe|object|video|audio|base|form)\b", html)
    assert not re.search(r"<[^>]*\b(src|srcset|background|style)\s*=", html)
    assert "url(" not in html
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "@import" not in style
    hosts = {re.sub(r"^https?://", "", address).partition("/")[0] for address in re.findall(r'href="([^"]*)"', html)}
    assert hosts == {"comments.example", "gazette.example"}


async def test_no_field_of_a_reader_becomes_a_header_or_a_second_mail(desk: Desk) -> None:
    for number, hostile in enumerate(HOSTILE, start=1):
        stored = hostile.replace("\x00", "")  # no database keeps it
        await desk.comment(source=stored, name=stored, title=stored, site=await _site(desk, number))
    await desk.work()
    assert len(desk.postbox.mails) == len(HOSTILE)
    assert desk.postbox.recipients == ["mo@desk.example"] * len(HOSTILE)
    assert set(desk.postbox.senders) == {SENDER}
    for mail, raw in zip(desk.postbox.mails, desk.postbox.raw, strict=True):
        assert list(mail.keys()) == EXPECTED
        assert not any(line.startswith(b"Bcc:") for line in raw.partition(b"\r\n\r\n")[0].splitlines())
        for name in ("Subject", "From", "To"):
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]", str(mail[name])), name
    assert "{{7*7}} ${7*7} {0.__class__}" in str(desk.postbox.mails[-1]["Subject"])


async def _site(desk: Desk, number: int) -> str:
    """A site of its own for each title, because an article keeps the first one it was given."""
    key = f"site{number}"
    site = await desk.place.add_site(key)
    await desk.place.store.write(
        lambda conn: moderators.join_sites(conn, desk.moderator, [site.id], Role.MODERATOR, now=desk.place.time.now)
    )
    await desk.wish(NoticeWish.EACH, site=key)
    return key


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_writer_itself_cleans_what_no_database_would_have_kept(hostile: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]", header_line(hostile))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", clean_words(hostile))


async def test_an_address_in_another_script_is_no_obstacle() -> None:
    with open_postbox(enable_SMTPUTF8=True) as box:
        account = MailAccount("127.0.0.1", box.port, MailSecurity.NONE, None, None)
        server, to = MailServer(account), EmailAddress("jürgen@müller.example")
        mail = EmailMessage()
        mail["Subject"] = "x"
        await server.send(mail, sender=SENDER, to=to)
        await server.close()
        assert box.recipients == ["jürgen@müller.example"]


class _Tls:
    def __init__(self) -> None:
        authority = trustme.CA()
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self.server)
        self.client = ssl.create_default_context()
        authority.configure_trust(self.client)


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
async def test_mail_goes_by_tls_and_signed_in(security: MailSecurity) -> None:
    tls = _Tls()
    options = {"authenticator": only("desk", "pass"), "auth_required": True}
    is_starttls = security is MailSecurity.STARTTLS
    with open_postbox(tls=tls.server, is_starttls=is_starttls, auth_require_tls=is_starttls, **options) as box:
        for password, trust in (("wrong", tls.client), ("pass", None)):
            server = MailServer(MailAccount("localhost", box.port, security, "desk", password), tls=trust)
            with pytest.raises(DeliveryError) as refused:
                await server.send(EmailMessage(), sender=SENDER, to=EmailAddress("mo@desk.example"))
            assert not re.search(r"@|wrong|pass", str(refused.value))
            assert box.mails == []
        server = MailServer(MailAccount("localhost", box.port, security, "desk", "pass"), tls=tls.client)
        await server.send(EmailMessage(), sender=SENDER, to=EmailAddress("mo@desk.example"))
        await server.close()
        assert box.recipients == ["mo@desk.example"]


async def test_a_server_that_offers_no_starttls_gets_neither_password_nor_mail(desk: Desk) -> None:
    account = MailAccount("localhost", desk.postbox.port, MailSecurity.STARTTLS, "desk", "pass")
    with pytest.raises(DeliveryError):
        await MailServer(account).send(EmailMessage(), sender=SENDER, to=EmailAddress("mo@desk.example"))
    assert desk.postbox.mails == []


async def test_no_address_stands_in_what_is_kept_of_a_failure(desk: Desk) -> None:
    desk.postbox.refused = {"mo@desk.example"}
    await desk.comment()
    await desk.work()
    stored = await desk.place.raw_dump()
    assert b"refused the recipient" in stored
    assert b"mo@desk.example" not in stored


async def test_without_a_private_key_nothing_is_sent_and_nothing_lost(desk: Desk) -> None:
    await desk.comment()
    opener, desk.opener = desk.opener, Opener(desk.place.ring.public_half())
    await desk.worker({Channel.MAIL: desk.mail()}).work_once()
    assert {row.last_error for row in await desk.rows() if row.channel} == {
        "the address cannot be opened (no_private_key)"
    }
    desk.opener = opener
    desk.place.time.pass_by(minutes=2)
    await desk.work()
    assert len(desk.postbox.mails) == 1
