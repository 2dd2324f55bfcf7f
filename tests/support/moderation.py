"""The service as moderators see it: filled with what a test needs, and looked at with a browser's eyes."""

import html
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx2
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.engine import Connection
from starlette.applications import Starlette
from starlette.routing import Route
from typing_extensions import override

from commentsvc.accounts.links import new_link
from commentsvc.accounts.passwords import Passwords
from commentsvc.app import ROUTES as APP_ROUTES
from commentsvc.app import create_app
from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import Rendered
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.findings import Finding
from commentsvc.domain.pseudonyms import new_pseudonym
from commentsvc.domain.roles import Role
from commentsvc.domain.rules import Rule
from commentsvc.domain.site import Site, SitePolicy
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.submission import Submission
from commentsvc.domain.subscriptions import NO_WISH
from commentsvc.moderation.search_query import read_spelled
from commentsvc.settings import load_settings
from commentsvc.store import (
    authors,
    bulk,
    change_rules,
    decisions,
    moderators,
    saved_searches,
    sites,
    submissions,
    threads,
)
from commentsvc.store.engine import Store
from commentsvc.store.schema import bulk as bulk_table
from commentsvc.store.schema import membership, metadata, moderator
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.keys import KeyRing, new_key_ring
from commentsvc.vault.sealing import Sealer

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
ROUTES = [route for route in APP_ROUTES if isinstance(route, Route) and route.path.startswith("/moderation")]
"""Every route below /moderation that the service has; one that is added is tested without being named here."""
_FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


class CountingHasher(PasswordHasher):
    """argon2id with small costs, that counts its work."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=64, parallelism=1)
        self.verifications = 0
        self.most_at_once = 0
        self._running = 0
        self._lock = threading.Lock()
        self._may_go_on = threading.Event()
        self._may_go_on.set()

    @override
    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        with self._lock:
            self.verifications += 1
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
        self._may_go_on.wait()
        try:
            return super().verify(hash, password)
        finally:
            with self._lock:
                self._running -= 1

    @contextmanager
    def held(self) -> Iterator[Callable[[], None]]:
        """Keep every verification waiting until the given function is called."""
        self._may_go_on.clear()
        try:
            yield self._may_go_on.set
        finally:
            self._may_go_on.set()


@dataclass
class Time:
    """A clock that tests move."""

    now: datetime = START

    def pass_by(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    def monotonic(self) -> float:
        return (self.now - START).total_seconds()


@dataclass
class Place:
    """The service under test and what stands behind it."""

    app: Starlette
    store: Store
    time: Time
    hasher: CountingHasher
    index: BlindIndex
    sealer: Sealer
    origin: str
    ring: KeyRing
    sites: dict[str, Site] = field(default_factory=dict)

    async def add_site(self, key: str = "gazette", name: str = "The Gazette") -> Site:
        def job(conn: Connection) -> Site:
            policy = SitePolicy()
            return sites.add(
                conn, key=key, name=name, origins=[f"https://{key}.example"], policy=policy, now=self.time.now
            )

        self.sites[key] = await self.store.write(job)
        return self.sites[key]

    async def add_moderator(
        self,
        email: str = "mo@desk.example",
        *,
        name: str = "Mo",
        password: str | None = PASSWORD,
        of: Sequence[str] = ("gazette",),
        role: Role = Role.MODERATOR,
    ) -> int:
        address = EmailAddress(email)
        password_hash = None if password is None else self.hasher.hash(password)

        def job(conn: Connection) -> int:
            index, sealed = self.index.of_moderator(address), self.sealer.seal(address)
            who = moderators.add(conn, name=name, blind_index=index, sealed_email=sealed, now=self.time.now)
            ids = [self.sites[key].id for key in of]
            moderators.join_sites(conn, who, ids, role, now=self.time.now)
            if password_hash is not None:
                moderators.set_password(conn, who, password_hash)
            return who

        return await self.store.write(job)

    async def own(self, moderator_id: int = 1) -> None:
        """Make somebody owner of all their sites."""
        owner = sa.update(membership).where(membership.c.moderator_id == moderator_id).values(role=Role.OWNER)
        await self.store.write(lambda conn: conn.execute(owner))

    async def add_rule(self, rule: Rule, *, site: str = "gazette") -> int:
        """Put a rule in force; its row id."""
        here, now = self.sites[site].id, self.time.now
        return await self.store.write(lambda conn: change_rules.add(conn, here, rule, moderator_id=1, now=now))

    async def disable(self, moderator_id: int) -> None:
        off = sa.update(moderator).where(moderator.c.id == moderator_id).values(disabled_at=self.time.now)
        await self.store.write(lambda conn: conn.execute(off))

    async def own_sites(self, moderator_id: int) -> None:
        """Make them owner of every site that they look after."""
        owner = sa.update(membership).where(membership.c.moderator_id == moderator_id).values(role=Role.OWNER)
        await self.store.write(lambda conn: conn.execute(owner))

    async def leave_sites(self, moderator_id: int) -> None:
        gone = sa.delete(membership).where(membership.c.moderator_id == moderator_id)
        await self.store.write(lambda conn: conn.execute(gone))

    async def add_comment(
        self,
        source: str = "A thoughtful remark.",
        *,
        site: str = "gazette",
        name: str = "Ada",
        email: str | None = "ada@reader.example",
        website: str | None = None,
        title: str | None = "Bread and roses",
        parent: str | None = None,
        html: str | None = None,
        findings: Sequence[Finding] = (),
        links: Sequence[str] = (),
        status: CommentStatus = CommentStatus.PENDING,
        rendered: Rendered | None = None,
    ) -> str:
        """A comment in a status, by way of the decision that leads there; its public id."""
        here = self.sites[site]
        url = f"https://{site}.example/bread"
        address = None if email is None else EmailAddress(email)
        body = rendered or Rendered(
            html or f"<p>{source}</p>",
            [["p", source, *(["a", {"href": link}, link] for link in links)]],
            source,
            tuple(links),
            1,
        )

        def job(conn: Connection) -> str:
            now = self.time.now
            thread = threads.find_or_open(conn, site_id=here.id, address=url, url=url, title=title, now=now)
            indexes = [] if address is None else self.index.candidates(address, site_key=site)
            sealed = None if address is None else self.sealer.seal(address)
            author = authors.find_or_add(conn, site_id=here.id, blind_indexes=indexes, sealed_email=sealed, now=now)
            above = None if parent is None else submissions.parent_of(conn, thread, parent)
            sent = Submission(url, url, title, parent, name, address, website, source, NO_WISH, False, None)  # noqa: FBT003 - the plain order
            public_id = submissions.add(
                conn,
                thread,
                sent,
                author_id=author,
                pseudonym=new_pseudonym(),
                parent=above,
                rendered=body,
                text_digest=source.encode(),
                findings=list(findings),
                status=CommentStatus.PENDING,
                once=None,
                now=now,
            )
            for verb in _WAYS[status]:
                decisions.decide(conn, public_id, verb, site_ids=[here.id], moderator_id=None, reason=None, now=now)
            return public_id

        return await self.store.write(job)

    async def keep_search(self, moderator_id: int) -> str:
        """A saved search of all that waits; its public id."""

        def job(conn: Connection) -> str:
            saved_searches.keep(conn, moderator_id, name="Kept", query="status=pending", now=self.time.now)
            return saved_searches.own(conn, moderator_id)[0].id

        return await self.store.write(job)

    async def start_bulk(self, moderator_id: int, search: str = "status=pending") -> str:
        """A run over all that waits on the Gazette, with its first portion done; its public id."""
        wanted, ids = read_spelled(search), [self.sites["gazette"].id]

        def job(conn: Connection) -> str:
            now, who = self.time.now, moderator_id
            run = bulk.start(conn, wanted, Decision.APPROVE, site_ids=ids, moderator_id=who, reason=None, now=now)
            bulk.go_on(conn, run, wanted, site_ids=ids, moderator_id=who, now=now)
            conn.execute(sa.update(bulk_table).values(total=2, finished_at=None, next_comment_id=0, done=0))
            return run

        return await self.store.write(job)

    async def add_batch(self) -> str:
        """A decision that can be undone."""
        comment, here = await self.add_comment(name="Undone"), [site.id for site in self.sites.values()]
        done = await self.store.write(
            lambda conn: decisions.decide(
                conn, comment, Decision.APPROVE, site_ids=here, moderator_id=None, reason=None, now=self.time.now
            )
        )
        return done.batch

    async def new_link(self, moderator_id: int) -> str:
        return await self.store.write(lambda conn: new_link(conn, moderator_id, now=self.time.now))

    async def statuses(self) -> dict[str, str]:
        rows = await self.dump()
        return {str(row["public_id"]): str(row["status"]) for row in rows["comment"]}

    async def dump(self) -> dict[str, list[dict[str, object]]]:
        """Every row of every table."""

        def job(conn: Connection) -> dict[str, list[dict[str, object]]]:
            return {
                table.name: [dict(row) for row in conn.execute(sa.select(table)).mappings()]
                for table in metadata.sorted_tables
            }

        return await self.store.read(job)

    async def raw_dump(self) -> bytes:
        """The same as bytes, to search in."""
        values = (value for rows in (await self.dump()).values() for row in rows for value in row.values())
        return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)

    def browser(self, *, client: str = "192.0.2.7") -> "Visitor":
        transport = httpx2.ASGITransport(app=self.app, client=(client, 4711))
        return Visitor(httpx2.AsyncClient(transport=transport, base_url=self.origin), self.origin)

    async def signed_in(self, email: str = "mo@desk.example", password: str = PASSWORD) -> "Visitor":
        visitor = self.browser()
        answer = await visitor.sign_in(email, password)
        assert answer.status_code == 303, answer.text
        return visitor


_WAYS: Mapping[CommentStatus, Sequence[Decision]] = {
    CommentStatus.PENDING: (),
    CommentStatus.APPROVED: (Decision.APPROVE,),
    CommentStatus.REJECTED: (Decision.REJECT,),
    CommentStatus.SPAM: (Decision.MARK_SPAM,),
    CommentStatus.DELETED: (Decision.DELETE,),
}


@dataclass
class Visitor:
    """A browser: it keeps cookies, and sends a page's forms back as browsers do."""

    http: httpx2.AsyncClient
    origin: str

    async def get(self, path: str) -> httpx2.Response:
        return await self.http.get(path)

    async def post(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        sent = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"} if headers is None else headers
        return await self.http.post(path, data=dict(fields), headers=dict(sent))

    async def ask(self, path: str, fields: Mapping[str, str]) -> httpx2.Response:
        """Send a form as the moderators' script does: with the token of an open page, asking for JSON."""
        token = (await self.hidden("/moderation/account", action="/moderation/sign-out"))["csrf_token"]
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
        return await self.post(path, {**fields, "csrf_token": token}, headers)

    async def hidden(self, path: str, *, action: str | None = None) -> dict[str, str]:
        """The hidden fields of a page's form, of the one with this action if it is given."""
        return hidden_fields((await self.get(path)).text, action=action)

    async def sign_in(self, email: str, password: str, **more: str) -> httpx2.Response:
        fields = await self.hidden("/moderation/sign-in")
        return await self.post("/moderation/sign-in", fields | {"email": email, "password": password} | more)

    async def use_link(self, token: str) -> httpx2.Response:
        fields = await self.hidden(f"/moderation/link?token={token}")
        return await self.post("/moderation/link", fields)

    async def decide(self, comment: str, decision: str, *, page: str = "/moderation", **more: str) -> httpx2.Response:
        """Press a button on the comment's card."""
        action = f"/moderation/comments/{comment}/decisions"
        fields = await self.hidden(page, action=action)
        return await self.post(action, fields | {"decision": decision} | more)


def hidden_fields(page: str, *, action: str | None = None) -> dict[str, str]:
    """Name → value of the hidden fields of one form of a page."""
    forms = [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action or ""}' in form]
    assert forms, f"no form to {action}"
    return {name: html.unescape(value) for name, value in _FIELD.findall(forms[0])}


@asynccontextmanager
async def open_place(
    database_url: str, *, origin: str = "https://comments.example", hasher: CountingHasher | None = None
) -> AsyncIterator[Place]:
    """Start the service on an empty database."""
    time, ring, counting = Time(), new_key_ring(), hasher or CountingHasher()
    settings = load_settings(
        database_url=database_url, public_url=origin, thread_posts_per_minute=10_000, worker_in_service=False
    )
    app = create_app(settings, ring, clocks=Clocks(lambda: time.now, time.monotonic))
    app.state.parts[Passwords] = Passwords(counting)
    async with app.router.lifespan_context(app):
        yield Place(app, app.state.parts[Store], time, counting, BlindIndex(ring), Sealer(ring), origin, ring)
