"""Rules made from one comment: its author, name, link domains, or a word of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.comment import HeldComment
from commentsvc.domain.errors import (
    DecisionNotPossibleError,
    InvalidInputError,
    TooManyRulesError,
    UnknownCommentError,
)
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.links import link_domain
from commentsvc.domain.rules import PastComment, Rule, RuleKind, normal_pattern
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus, Decision, possible_decisions
from commentsvc.domain.urls import host_of
from commentsvc.moderation import rule_words, words
from commentsvc.moderation.places import list_address
from commentsvc.moderation.rule_forms import Terms, Wish, check_fields, read_terms, read_wish, word_of
from commentsvc.moderation.rule_trial import try_out
from commentsvc.moderation.show_comment import comment_page
from commentsvc.moderation.show_rules import Answered
from commentsvc.store import change_rules, decisions, queue, recent_comments, sites
from commentsvc.store.engine import Store
from commentsvc.store.recent_comments import DomainRecord
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

log = structlog.get_logger()

MOST_DOMAINS = 10
COUNT_UP_TO = 1_000
DOMAIN = "domain:"
"""What the field of a link domain is called, before the domain itself."""

_FIELDS = frozenset({"author", "name", "word", "leaning", "reason", "period", "mark_spam", "seen", "do"})
_YES = "yes"


@dataclass(frozen=True, slots=True)
class _Found:
    """A comment and what can be blocked of it."""

    site: Site
    comment: HeldComment
    past: PastComment
    domains: list[DomainRecord]
    """In order of appearance, at most 10."""

    @property
    def likely(self) -> str:
        """The field that is chosen already: a domain that has never been approved, else the author."""
        own = {host_of(origin) for origin in self.site.origins}
        unknown = [each.domain for each in self.domains if not each.approved and each.domain not in own]
        return f"{DOMAIN}{unknown[0]}" if unknown else "author"


async def show_block(request: Request) -> Response:
    """GET /moderation/comments/ID/block: what of this comment a rule can be made of."""
    read_query(request, required=())
    return _page(request, await _find(request), Answered())


async def block(request: Request) -> Response:
    """POST /moderation/comments/ID/block: make the rules, mark the comment as spam if wanted, go on in the queue."""
    me, found, now = signed_in(request), await _find(request), part(request, Clocks).now()
    check_fields(me.form, _FIELDS | {f"{DOMAIN}{each.domain}" for each in found.domains})
    try:
        wanted = _read_rules(me.form, found, read_terms(me.form, now))
        if read_wish(me.form) is Wish.TRY:
            trial = await try_out(request, found.site.id, wanted)
            return _page(request, found, Answered(me.form, trial=trial))
        back = await part(request, Store).write(lambda conn: _carry_out(conn, me, found, wanted, now))
    except InvalidInputError as error:
        return _page(request, found, Answered(me.form, error.fields))
    except TooManyRulesError as error:
        return _page(request, found, Answered(me.form, {"rules": error.public}))
    except DecisionNotPossibleError:
        return await comment_page(request, found.comment.id, is_refused=True)
    log.info("rules_added", site=found.site.key, moderator=me.moderator_id, count=len(wanted))
    return RedirectResponse(back, HTTPStatus.SEE_OTHER)


def _carry_out(conn: Connection, me: SignedIn, found: _Found, wanted: Iterable[Rule], now: datetime) -> str:
    """Decision and rules, all or nothing; where to go on. The decision comes first, because it locks the thread."""
    public_id, is_spam = found.comment.id, me.form.get("mark_spam") == _YES
    done = None
    if is_spam:
        done = decisions.decide(
            conn,
            public_id,
            Decision.MARK_SPAM,
            site_ids=me.site_ids,
            moderator_id=me.moderator_id,
            reason=None,
            seen=word_of(CommentStatus, me.form.get("seen", "")),
            now=now,
        )
    for rule in wanted:
        change_rules.add(conn, found.site.id, rule, moderator_id=me.moderator_id, now=now, comment=public_id)
    if done is None:
        return list_address(CommentStatus.PENDING, anchor=public_id)
    following = queue.page(conn, CommentStatus.PENDING, site_ids=me.site_ids, after=public_id, limit=1).comments
    anchor = following[0].id if following else None
    return list_address(
        CommentStatus.PENDING, anchor=anchor, done=Decision.MARK_SPAM, comment=public_id, batch=done.batch
    )


def _read_rules(form: Mapping[str, str], found: _Found, terms: Terms) -> list[Rule]:
    patterns: list[tuple[RuleKind, str]] = []
    if form.get("author") == _YES:
        patterns.append((RuleKind.AUTHOR, str(found.past.written.author_id)))
    if form.get("name") == _YES:
        patterns.append((RuleKind.NAME, found.comment.name))
    patterns += [(RuleKind.LINK_DOMAIN, each.domain) for each in found.domains if form.get(f"{DOMAIN}{each.domain}")]
    if form.get("word", "").strip():
        patterns.append((RuleKind.WORD, form["word"]))
    if not patterns:
        raise InvalidInputError(fields={"rules": "Choose at least one."})
    return [
        Rule(kind, normal_pattern(kind, pattern), terms.leaning, terms.reason, terms.expires_at)
        for kind, pattern in patterns
    ]


async def _find(request: Request) -> _Found:
    """The comment of the address.

    Raises:
        UnknownCommentError: Absent, or of a site that the moderator does not look after (404).
    """
    me, public_id = signed_in(request), request.path_params["id"]
    if not is_public_id(public_id):
        raise UnknownCommentError
    return await part(request, Store).read(lambda conn: _look(conn, me, public_id))


def _look(conn: Connection, me: SignedIn, public_id: str) -> _Found:
    comment = queue.one(conn, public_id, site_ids=me.site_ids)
    found = recent_comments.one(conn, public_id, site_ids=me.site_ids)
    if comment is None or found is None:
        raise UnknownCommentError
    site_id, past = found
    (site,) = sites.with_ids(conn, [site_id])
    domains = [recent_comments.domain_record(conn, site_id, domain, up_to=COUNT_UP_TO) for domain in _domains(past)]
    return _Found(site, comment, past, domains)


def _domains(past: PastComment) -> list[str]:
    """Where its links and its writer's website lead."""
    links = [*past.written.links, *([past.written.website] if past.written.website else [])]
    found = dict.fromkeys(filter(None, map(link_domain, links)))
    return list(found)[:MOST_DOMAINS]


def _page(request: Request, found: _Found, answered: Answered) -> Response:
    return part(request, Pages).show(
        "moderation/block.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if answered.errors else HTTPStatus.OK,
        me=signed_in(request),
        words=words,
        rule_words=rule_words,
        site=found.site,
        comment=found.comment,
        domains=found.domains,
        domain_field=DOMAIN,
        count_up_to=COUNT_UP_TO,
        may_mark_spam=Decision.MARK_SPAM in possible_decisions(found.comment.status),
        form=answered.form or {found.likely: _YES, "leaning": "spam"},
        errors=answered.errors,
        trial=answered.trial,
    )
