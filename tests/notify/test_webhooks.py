"""A webhook reaches the public internet and nothing else; its calls are signed, and tried again."""

import asyncio
import base64
import hmac
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import trustme
from sqlalchemy.engine import Connection

from commentsvc.domain.notices import Channel, NoticeWish, WebhookFormat
from commentsvc.notify.call_webhook import CallWebhook, signed_headers
from commentsvc.notify.deliveries import DeliveryError
from commentsvc.notify.guard_addresses import IpAddress, is_public
from commentsvc.notify.post_pinned import PinnedPost
from commentsvc.notify.worker import Worker
from commentsvc.store import outbox, webhooks
from commentsvc.vault.webhook_secrets import WebhookSecrets
from tests.notify.desk import Desk

pytestmark = pytest.mark.anyio

HOST = "hooks.example"
INNER = [
    line
    for line in (Path(__file__).parent / "inner_addresses.txt").read_text().splitlines()
    if line[:1] not in {"#", ""}
]
PUBLIC = ["1.1.1.1", "93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"]


@dataclass
class Receiver:
    """What listens, with a certificate of a made-up authority, and what it was sent."""

    port: int
    trust: ssl.SSLContext
    answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n"
    connections: int = 0
    heads: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *rest = head.strip().split("\r\n")
        self.lines.append(line)
        self.heads.append({name.lower(): value for name, value in (each.split(": ", 1) for each in rest)})
        self.bodies.append(await reader.readexactly(int(self.heads[-1]["content-length"])))
        writer.write(self.answer)
        await writer.drain()
        writer.close()

    def post(self, *, host: str = "127.0.0.1") -> PinnedPost:
        """A post that is allowed to reach this machine."""

        async def resolver(name: str, _port: int) -> list[IpAddress]:
            assert name == HOST
            return [ip_address(host)]

        return PinnedPost(resolver=resolver, is_allowed=lambda address: address.is_loopback, tls=self.trust)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/hook?a=b"


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    authority = trustme.CA()
    context, trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(HOST).configure_cert(context)
    authority.configure_trust(trust)
    receiver = Receiver(0, trust)
    context.sni_callback = lambda _socket, name, _context: receiver.names.append(name)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=context)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver


@asynccontextmanager
async def trap() -> AsyncIterator[tuple[int, list[object]]]:
    """A port of this machine that nobody should reach, on every address that it calls its own."""
    caught: list[object] = []

    async def catch(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caught.append(writer)
        writer.close()

    four = await asyncio.start_server(catch, "127.0.0.1", 0)
    port = four.sockets[0].getsockname()[1]
    async with four, await asyncio.start_server(catch, "::1", port):
        yield port, caught


def _worker(desk: Desk, receiver: Receiver) -> Worker:
    secrets = WebhookSecrets(desk.place.ring)
    call = CallWebhook(desk.place.store, receiver.post(), secrets, public_url=desk.place.origin, clock=desk.clocks.now)
    return desk.worker({Channel.WEBHOOK: call})


async def _add(desk: Desk, url: str, kind: WebhookFormat = WebhookFormat.JSON) -> str:
    site, now = desk.place.sites["gazette"], desk.place.time.now
    return await desk.place.store.write(lambda conn: webhooks.add(conn, url, kind, site_id=site.id, now=now))


# -- reaching ------------------------------------------------------------------------------------------------------


def test_the_table_is_long_enough() -> None:
    assert len(set(INNER)) >= 40


async def test_no_spelling_of_an_inner_address_is_connected_to() -> None:
    async with trap() as (port, caught):
        post = PinnedPost()
        for host in INNER:
            with pytest.raises(DeliveryError) as refused:
                await post.post(f"https://{host}:{port}/", b"{}", {})
            assert str(refused.value) in {
                "the host is not on the public internet",
                "the host name cannot be resolved",
                "the address is malformed",
            }, host
        assert caught == []
        with pytest.raises(DeliveryError):
            await PinnedPost(is_allowed=lambda _address: True).post(f"https://127.1:{port}/", b"{}", {})
        assert len(caught) == 1, "without the guard, the trap catches it"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


async def test_a_name_that_answers_otherwise_the_second_time_is_asked_once() -> None:
    """Rebinding: what was checked is what is connected to."""
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])
    allowed: list[IpAddress] = []

    async def resolver(_name: str, _port: int) -> list[IpAddress]:
        return [ip_address(next(answers))]

    def note(address: IpAddress) -> bool:
        allowed.append(address)
        return False  # seen as public, but this test leaves the machine alone

    async with trap() as (port, caught):
        assert is_public(ip_address("93.184.215.14"))
        with pytest.raises(DeliveryError):
            await PinnedPost(resolver=resolver, is_allowed=note).post(f"https://rebind.example:{port}/", b"", {})
        with pytest.raises(DeliveryError, match="public internet"):
            await PinnedPost(resolver=resolver).post(f"https://rebind.example:{port}/", b"", {})
        assert [str(address) for address in allowed] == ["93.184.215.14"]
        assert caught == []


async def test_a_connection_goes_to_the_checked_address_and_no_name_is_resolved_again() -> None:
    async with receiving() as receiver:
        assert await receiver.post().post(receiver.url, b"{}", {}) == 204
        assert receiver.names == [HOST]
        assert receiver.heads[0]["host"] == f"{HOST}:{receiver.port}"
        assert receiver.lines == ["POST /hook?a=b HTTP/1.1"]


async def test_a_name_that_leads_outside_and_inside_is_a_trap() -> None:
    async def resolver(_name: str, _port: int) -> list[IpAddress]:
        return [ip_address("93.184.215.14"), ip_address("127.0.0.1")]

    with pytest.raises(DeliveryError, match="public internet"):
        await PinnedPost(resolver=resolver).post("https://both.example/", b"", {})


async def test_a_certificate_for_another_name_or_by_nobody_we_trust_is_refused() -> None:
    async def here(_name: str, _port: int) -> list[IpAddress]:
        return [ip_address("127.0.0.1")]

    async with receiving() as receiver:
        for name, trust in (("other.example", receiver.trust), (HOST, ssl.create_default_context())):
            post = PinnedPost(resolver=here, is_allowed=lambda _address: True, tls=trust)
            with pytest.raises(DeliveryError, match="not secure"):
                await post.post(f"https://{name}:{receiver.port}/", b"", {})
        assert receiver.lines == []


async def test_plain_http_is_never_spoken() -> None:
    async with trap() as (port, caught):
        with pytest.raises(DeliveryError, match="https only"):
            await PinnedPost(is_allowed=lambda _address: True).post(f"http://127.0.0.1:{port}/", b"", {})
        assert caught == []


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as receiver, trap() as (port, caught):
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert await receiver.post().post(receiver.url, b"{}", {}) == 204
        assert caught == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000, "no HTTP|too long"),
        (b"\x00" * 100, "no HTTP"),
        (b"", "no HTTP"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000, "too long|no HTTP"),
    ],
)
async def test_a_strange_answer_is_bounded(answer: bytes, told: str) -> None:
    async with receiving() as receiver:
        receiver.answer = answer
        with pytest.raises(DeliveryError, match=told):
            await receiver.post().post(receiver.url, b"{}", {})


async def test_a_long_body_of_an_answer_is_not_read() -> None:
    async with receiving() as receiver:
        receiver.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 1_000
        assert await receiver.post().post(receiver.url, b"{}", {}) == 200


# -- calling -------------------------------------------------------------------------------------------------------


async def test_a_new_comment_is_told_signed_and_without_an_address(desk: Desk) -> None:
    await desk.wish(NoticeWish.NONE)
    async with receiving() as receiver:
        public_id = await _add(desk, receiver.url)
        comment = await desk.comment("A thoughtful remark.", name="Ada")
        await desk.work(_worker(desk, receiver))
        body, head = receiver.bodies[0], receiver.heads[0]
        told = json.loads(body)
        assert (told["event"], told["site"]["key"]) == ("comment_pending", "gazette")
        assert told["comment"]["id"] == comment
        assert told["comment"]["status"] == "pending"
        assert told["comment"]["article"] == {"url": "https://gazette.example/bread", "title": "Bread and roses"}
        assert b"reader.example" not in body
        assert told["id"] == head["webhook-id"]
        secret = WebhookSecrets(desk.place.ring).of(public_id)[0]
        assert _is_signed(head, body, secret)
        assert not _is_signed(head, body + b" ", secret)
        assert secret not in await desk.place.raw_dump()
        (hook,) = await desk.place.store.read(lambda conn: webhooks.of_site(conn, 1))
        assert hook.last_sent_at is not None
        assert hook.last_error is None


def _is_signed(head: dict[str, str], body: bytes, secret: bytes) -> bool:
    """As docs/http.md tells receivers to verify."""
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
    given = [part.partition(",")[2] for part in head["webhook-signature"].split(" ")]
    return any(hmac.compare_digest(expected, each) for each in given)


def test_a_signature_is_the_one_of_the_published_example() -> None:
    """Standard Webhooks: the example of its reference libraries."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, secrets=[secret])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_chat_gets_one_message_that_calls_nobody(desk: Desk) -> None:
    async with receiving() as receiver:
        await _add(desk, receiver.url, WebhookFormat.CHAT)
        await desk.comment("<!channel> @all [x](https://evil.example)\nsee <https://evil.example|this>", name="@here")
        await desk.work(_worker(desk, receiver))
        told = json.loads(receiver.bodies[0])
        assert list(told) == ["text"]
        for dangerous in ("<", "@all", "@here", "[x]", "https://evil"):
            assert dangerous not in told["text"]
        assert told["text"].startswith("New comment by @")
        assert "\n> " in told["text"]
        assert told["text"].endswith(f"/moderation/comments/{next(iter(await desk.place.statuses()))}")


async def test_a_redirect_to_the_inside_is_not_followed(desk: Desk) -> None:
    async with receiving() as receiver, trap() as (port, caught):
        for target in ("http://169.254.169.254/latest/meta-data/", f"http://127.0.0.1:{port}/"):
            receiver.answer = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\n\r\n".encode()
            await _add(desk, receiver.url)
        await desk.comment()
        await desk.work(_worker(desk, receiver))
        hooks = await desk.place.store.read(lambda conn: webhooks.of_site(conn, 1))
        assert {hook.last_error for hook in hooks} == {"it answered 302; redirects are not followed"}
        assert caught == []


async def test_a_call_that_is_not_taken_is_tried_again_under_the_same_id(desk: Desk) -> None:
    async with receiving() as receiver:
        await _add(desk, receiver.url)
        receiver.answer = b"HTTP/1.1 500 Oh\r\n\r\n"
        await desk.comment()
        worker = _worker(desk, receiver)
        await desk.work(worker)
        receiver.answer = b"HTTP/1.1 200 OK\r\n\r\n"
        await desk.work(worker)
        assert len(receiver.heads) == 1
        desk.pass_by(timedelta(minutes=1))
        await desk.work(worker)
        await desk.work(worker)
        assert len({head["webhook-id"] for head in receiver.heads}) == 1
        assert len(receiver.heads) == 2


async def test_a_webhook_that_is_switched_off_or_removed_is_not_called(desk: Desk) -> None:
    async with receiving() as receiver:
        await _add(desk, receiver.url)
        await _add(desk, receiver.url)
        receiver.answer = b"HTTP/1.1 500 Oh\r\n\r\n"
        await desk.comment()
        worker, now = _worker(desk, receiver), desk.place.time.now
        await desk.work(worker)
        assert receiver.connections == 2

        def job(conn: Connection) -> None:
            first, second = webhooks.of_site(conn, 1)
            webhooks.switch(conn, first.row_id, is_on=False, now=now)
            webhooks.remove(conn, second.row_id)

        await desk.place.store.write(job)
        desk.pass_by(timedelta(hours=1))
        await desk.work(worker)
        assert receiver.connections == 2


async def test_a_test_call_is_made_even_while_nothing_waits(desk: Desk) -> None:
    async with receiving() as receiver:
        await _add(desk, receiver.url)
        now = desk.place.time.now
        await desk.place.store.write(lambda conn: outbox.add_test_call(conn, 1, site_id=1, now=now))
        await desk.work(_worker(desk, receiver))
        assert json.loads(receiver.bodies[0])["event"] == "webhook_test"
