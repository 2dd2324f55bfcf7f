"""The objects of the role matrix: each maker gives what fills the names in a row's path and form.

A maker is asked for an object on a site's side (`gazette`, `herald`) or for one that does not exist (None).
"""

import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pyotp
from sqlalchemy.engine import Connection

from commentsvc.accounts.api_tokens import TokenWish, new_api_token
from commentsvc.accounts.sessions import digest_of
from commentsvc.accounts.totp import in_letters
from commentsvc.domain.findings import Leaning
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.notices import WebhookFormat
from commentsvc.domain.reports import ReportReason
from commentsvc.domain.roles import Role
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.second_factor import SECRET_BYTES, SecretKeeper
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.moderation.mail_links import MailLinks
from commentsvc.store import (
    api_tokens,
    appeals,
    authors,
    decisions,
    invitations,
    reports,
    saved_searches,
    second_factors,
    submissions,
    webhooks,
)
from commentsvc.store.reports import NewReport
from commentsvc.store.schema import session
from commentsvc.web.encoding import Coding
from commentsvc.web.reader_links import ReaderLinks
from commentsvc.web.static import StaticFiles, version_of
from commentsvc.web.tokens import Purpose, Signer
from tests.support.moderation import PASSWORD, Place
from tests.support.roles import Cast, Person

Filled = dict[str, str]
_SECRET = b"S" * SECRET_BYTES
_numbers = itertools.count(1)

BODIES: Mapping[str, Mapping[str, object]] = {
    "submission": {
        "site": "gazette", "url": "https://gazette.example/bread", "name": "Reader", "email": "r@mail.example",
        "body": "Words.",
    },
    "preview": {"site": "gazette", "body": "Words."},
    "receipts": {"receipts": []},
    "appeal": {"text": "Why?"},
    "edit": {"body": "Other words."},
    "report": {"reader": "r" * 22, "reason": "spam"},
    "nothing": {},
    "like": {"reader": "r" * 22, "liked": True},
    "decision": {"decision": "approve"},
    "undo": {"batch": "a" * 24},
}  # fmt: skip
"""Bodies of the JSON routes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """For which cell an object is made."""

    place: Place
    cast: Cast
    person: Person
    site: str | None

    @property
    def key(self) -> str:
        return self.site or "nothing"

    def site_id(self) -> int:
        return self.place.sites[self.site or "gazette"].id


async def nothing(_asked: Asked) -> Filled:
    return {}


async def static(_asked: Asked) -> Filled:
    """{name} of a file that every page loads."""
    return {"name": "pages.css"}


async def version(_asked: Asked) -> Filled:
    """{name} of a script of the embed, with its version."""
    script = StaticFiles().find("embed.js").bodies[Coding.IDENTITY]
    return {"name": f"embed-{version_of(script)}.js"}


async def language(_asked: Asked) -> Filled:
    """{name} of a catalogue that the embed speaks from."""
    return {"name": "de.json"}


async def site(asked: Asked) -> Filled:
    return {"key": asked.key}


async def comment(asked: Asked) -> Filled:
    """{id}"""
    return {"id": new_public_id() if asked.site is None else await asked.place.add_comment(site=asked.site)}


async def batch(asked: Asked) -> Filled:
    """{batch} of a decision there that can be undone."""
    if asked.site is None:
        return {"batch": new_public_id()}
    public_id, site_ids = await asked.place.add_comment(site=asked.site), [asked.site_id()]
    now = asked.place.time.now

    def job(conn: Connection) -> str:
        verb = Decision.REJECT
        return decisions.decide(conn, public_id, verb, site_ids=site_ids, moderator_id=None, reason=None, now=now).batch

    return {"batch": await asked.place.store.write(job)}


async def member(asked: Asked) -> Filled:
    """{key} and {number} of a member there."""
    return {"key": asked.key, "number": await _member(asked)}


async def stray_member(asked: Asked) -> Filled:
    """{key} of the Gazette always, {number} of a member there, of the Herald, of nobody."""
    return {"key": "gazette", "number": await _member(asked)}


async def invitation(asked: Asked) -> Filled:
    """{key}, and {id} of an open invitation there."""
    return {"key": asked.key, "id": await _invitation(asked)}


async def stray_invitation(asked: Asked) -> Filled:
    """{key} of the Gazette always, {id} of an invitation there, to the Herald, of none."""
    return {"key": "gazette", "id": await _invitation(asked)}


async def own_session(asked: Asked) -> Filled:
    """{id} of another session of one's own, of somebody else's, of none."""
    if asked.site is None:
        return {"id": new_public_id()}
    is_own = asked.site == "gazette" and asked.person.moderator_id is not None
    owner = asked.person.moderator_id if is_own else int(await _member(asked))
    public_id, now = new_public_id(), asked.place.time.now
    values = {"id_digest": public_id.encode(), "public_id": public_id, "moderator_id": owner, "device": "Firefox"}
    new = session.insert().values(**values, created_at=now, seen_at=now)
    await asked.place.store.write(lambda conn: conn.execute(new))
    return {"id": public_id}


async def link(asked: Asked) -> Filled:
    """{token} of a one-time sign-in link."""
    return {"token": await asked.place.new_link(int(await _member(asked)))}


async def sent_invitation(asked: Asked) -> Filled:
    """{token} of an invitation to the Herald, which nobody of the Gazette belongs to; {email} of nobody."""
    token = f"{next(_numbers):043d}"
    await _invite(asked, "herald", token)
    return {"token": token, "email": f"new{next(_numbers)}@desk.example"}


async def account(asked: Asked) -> Filled:
    """{email} of an account with the usual {password}."""
    email = f"known{next(_numbers)}@desk.example"
    await asked.cast.add_member(email, "Known", "gazette")
    return {"email": email, "password": PASSWORD}


async def first_step(asked: Asked) -> Filled:
    """{state} of somebody who has passed the first step of signing in in this browser, and the {code}."""
    who = int(await _member(asked))
    await _second_factor(asked, who, is_on=True)
    claims = {"moderator": who, "way": "p", "next": "queue", "bound_to": asked.person.binding}
    state = asked.place.app.state.parts[Signer].sign(Purpose.SECOND_FACTOR, claims)
    return {"state": state, "code": _code(asked)}


async def begun(asked: Asked) -> Filled:
    """One's own second factor, still to be confirmed: {secret} and {code}."""
    if asked.person.moderator_id is not None:
        await _second_factor(asked, asked.person.moderator_id, is_on=False)
    return {"secret": in_letters(_SECRET), "code": _code(asked)}


async def second_factor(asked: Asked) -> Filled:
    """One's own second factor, on: {code}."""
    if asked.person.moderator_id is not None:
        await _second_factor(asked, asked.person.moderator_id, is_on=True)
    return {"code": _code(asked)}


async def approved(asked: Asked) -> Filled:
    """{id} of a public comment."""
    return {"id": await _comment_that_is(asked, CommentStatus.APPROVED)}


async def appealed(asked: Asked) -> Filled:
    """{id} of a rejected comment whose writer has appealed."""
    public_id = await _comment_that_is(asked, CommentStatus.REJECTED)
    if asked.site is not None:
        here, now = asked.site_id(), asked.place.time.now
        await asked.place.store.write(lambda conn: appeals.add(conn, public_id, "Why?", site_id=here, now=now))
    return {"id": public_id}


async def reported(asked: Asked) -> Filled:
    """{id} of a public comment that a reader has reported."""
    public_id = await _comment_that_is(asked, CommentStatus.APPROVED)
    if asked.site is not None:
        new = NewReport([b"m" * 16], ReportReason.SPAM, None, is_counted=True)
        now = asked.place.time.now
        await asked.place.store.write(lambda conn: reports.add(conn, public_id, new, hold_at=0, now=now))
    return {"id": public_id}


async def public_form(asked: Asked) -> Filled:
    """{id} of a public comment, and the {form_token} of its site's pages."""
    signer: Signer = asked.place.app.state.parts[Signer]
    token = signer.sign(Purpose.FORM, {"site": asked.key})
    return {"id": await _comment_that_is(asked, CommentStatus.APPROVED), "form_token": token}


async def article(asked: Asked) -> Filled:
    """{key} and {address} of an article with a comment."""
    if asked.site is not None:
        await asked.place.add_comment(site=asked.site)
    return {"key": asked.key, "address": f"https://{asked.key}.example/bread"}


async def new_label(asked: Asked) -> Filled:
    """{key}, and a {label} that no reason there has."""
    return {"key": asked.key, "label": f"Rude {next(_numbers)}"}


async def rule(asked: Asked) -> Filled:
    """{key} and {number} of a rule there."""
    if asked.site is None:
        return {"key": asked.key, "number": "999999"}
    number = await asked.place.add_rule(Rule(RuleKind.WORD, f"word{next(_numbers)}", Leaning.HOLD), site=asked.site)
    return {"key": asked.key, "number": str(number)}


async def webhook(asked: Asked) -> Filled:
    """{key} and {id} of a webhook there."""
    if asked.site is None:
        return {"key": asked.key, "id": new_public_id()}
    here, now = asked.site_id(), asked.place.time.now
    added = await asked.place.store.write(
        lambda conn: webhooks.add(conn, "https://hooks.example/", WebhookFormat.JSON, site_id=here, now=now)
    )
    return {"key": asked.key, "id": added}


async def mailed(asked: Asked) -> Filled:
    """{t} of a mail to somebody who looks after the site."""
    public_id = new_public_id() if asked.site is None else await asked.place.add_comment(site=asked.site)
    to = int(await _member(asked))
    links = asked.place.app.state.parts[MailLinks]
    return {"t": links.address(public_id, moderator_id=to, site=asked.key, version=0).partition("?t=")[2]}


async def own_search(asked: Asked) -> Filled:
    """{saved}: one's own, of somebody else, of nobody."""
    if asked.site is None:
        return {"saved": new_public_id()}
    is_own = asked.site == "gazette" and asked.person.moderator_id is not None
    owner = asked.person.moderator_id if is_own else int(await _member(asked))
    assert owner is not None
    now, name = asked.place.time.now, f"Kept {next(_numbers)}"

    def job(conn: Connection) -> str:
        saved_searches.keep(conn, owner, name=name, query="status=pending", now=now)
        return next(each.id for each in saved_searches.own(conn, owner) if each.name == name)

    return {"saved": await asked.place.store.write(job)}


async def own_run(asked: Asked) -> Filled:
    """{bulk}: a run over a search of one's own, of somebody else, of nobody."""
    if asked.site is None:
        return {"bulk": new_public_id()}
    for _ in range(2):
        await asked.place.add_comment(site="gazette")
    is_own = asked.site == "gazette" and asked.person.moderator_id is not None
    owner = asked.person.moderator_id if is_own else int(await _member(asked))
    assert owner is not None
    return {"bulk": await asked.place.start_bulk(owner)}


async def own_token(asked: Asked) -> Filled:
    """{token}: public id of one's own token for scripts, of somebody else's, of none."""
    if asked.site is None:
        return {"token": new_public_id()}
    is_own = asked.site == "gazette" and asked.person.moderator_id is not None
    owner = asked.person.moderator_id if is_own else int(await _member(asked))
    assert owner is not None
    now, name = asked.place.time.now, f"nightly {next(_numbers)}"

    def job(conn: Connection) -> str:
        new_api_token(conn, owner, TokenWish(name, may_decide=True, days=None), now=now)
        return next(each.id for each in api_tokens.of_moderator(conn, owner) if each.name == name)

    return {"token": await asked.place.store.write(job)}


async def own_data(asked: Asked) -> Filled:
    """{t} of the link that was sent to somebody who commented there."""
    public_id = new_public_id()
    if asked.site is not None:
        comment_id = await asked.place.add_comment(site=asked.site, email=f"r{next(_numbers)}@mail.example")

        def job(conn: Connection) -> str:
            proven = submissions.proven_author(conn, asked.site_id(), comment_id)
            assert proven is not None
            return authors.public_id_of(conn, proven.author_id)

        public_id = await asked.place.store.write(job)
    return {"t": asked.place.app.state.parts[ReaderLinks].data(public_id).partition("?t=")[2]}


MAKERS: Mapping[str, Callable[[Asked], Awaitable[Filled]]] = {
    "-": nothing,
    "language": language,
    "version": version,
    "static": static,
    "site": site,
    "comment": comment,
    "batch": batch,
    "approved": approved,
    "appealed": appealed,
    "reported": reported,
    "public-form": public_form,
    "article": article,
    "new-label": new_label,
    "rule": rule,
    "webhook": webhook,
    "mailed": mailed,
    "own-search": own_search,
    "own-run": own_run,
    "own-token": own_token,
    "own-data": own_data,
    "member": member,
    "stray-member": stray_member,
    "invitation": invitation,
    "stray-invitation": stray_invitation,
    "own-session": own_session,
    "link": link,
    "sent-invitation": sent_invitation,
    "account": account,
    "first-step": first_step,
    "begun": begun,
    "second-factor": second_factor,
}
"""By the names that rows use."""


async def _comment_that_is(asked: Asked, status: CommentStatus) -> str:
    return new_public_id() if asked.site is None else await asked.place.add_comment(site=asked.site, status=status)


async def _member(asked: Asked) -> str:
    if asked.site is None:
        return "999999"
    return str(await asked.cast.add_member(f"member{next(_numbers)}@desk.example", "Member", asked.site))


async def _invitation(asked: Asked) -> str:
    return new_public_id() if asked.site is None else await _invite(asked, asked.site, f"{next(_numbers):043d}")


async def _invite(asked: Asked, to: str, token: str) -> str:
    by = await asked.cast.add_member(f"inviter{next(_numbers)}@desk.example", "Inviter", to, Role.OWNER)
    now, site_id = asked.place.time.now, asked.place.sites[to].id
    return await asked.place.store.write(
        lambda conn: invitations.add(
            conn,
            digest_of(token),
            site_id=site_id,
            name="Guest",
            role=Role.MODERATOR,
            by=by,
            now=now,
            expires_at=now + timedelta(days=7),
        )
    )


async def _second_factor(asked: Asked, who: int, *, is_on: bool) -> None:
    closed = asked.place.app.state.parts[SecretKeeper].close(_SECRET, moderator_id=who)
    now = asked.place.time.now
    await asked.place.store.write(lambda conn: second_factors.begin(conn, who, closed))
    if is_on:
        await asked.place.store.write(lambda conn: second_factors.confirm(conn, who, closed, 0, now=now))


def _code(asked: Asked) -> str:
    return pyotp.TOTP(in_letters(_SECRET)).at(asked.place.time.now)
