"""One rule: another leaning, reason or end, or none of it any more."""

from dataclasses import dataclass, replace
from http import HTTPStatus

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidInputError, NotFoundError
from commentsvc.domain.rules import KnownRule, Rule
from commentsvc.domain.site import Site
from commentsvc.moderation import rule_words, words
from commentsvc.moderation.add_rules import check_role
from commentsvc.moderation.rule_forms import KEPT, Wish, check_fields, read_terms, read_wish
from commentsvc.moderation.rule_trial import try_out
from commentsvc.moderation.show_rules import Answered, rules_address
from commentsvc.store import change_rules, rules, sites
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

log = structlog.get_logger()

_FIELDS = frozenset({"leaning", "reason", "period", "do"})
_DIGITS = 18
"""Fewer than those of 2**63, the highest row id there can be."""


@dataclass(frozen=True, slots=True)
class _Found:
    site: Site
    known: KnownRule


async def show_rule(request: Request) -> Response:
    """GET /moderation/sites/KEY/rules/NUMBER: one rule in force, to change it, try it or end it."""
    read_query(request, required=())
    return _page(request, await _find(request), Answered())


async def change_rule(request: Request) -> Response:
    """POST /moderation/sites/KEY/rules/NUMBER: change the rule, try the change, or end the rule."""
    me, found, now = signed_in(request), await _find(request), part(request, Clocks).now()
    site, known = found.site, found.known
    check_fields(me.form, _FIELDS)
    check_role(me, site, known.rule)
    wish = read_wish(me.form)
    try:
        terms = read_terms(me.form, now, kept=known.rule.expires_at)
    except InvalidInputError as error:
        return _page(request, found, Answered(me.form, error.fields))
    wanted = replace(known.rule, leaning=terms.leaning, reason=terms.reason, expires_at=terms.expires_at)
    if wish is Wish.TRY:
        return _page(request, found, Answered(me.form, trial=await try_out(request, site.id, [wanted])))
    await part(request, Store).write(lambda conn: _carry_out(conn, request, found, wanted, wish))
    log.info("rule_changed", site=site.key, moderator=me.moderator_id)
    done = "removed" if wish is Wish.REMOVE else "changed"
    return RedirectResponse(rules_address(site.key, done=done), HTTPStatus.SEE_OTHER)


def _carry_out(conn: Connection, request: Request, found: _Found, wanted: Rule, wish: Wish) -> None:
    who, now, row_id = signed_in(request).moderator_id, part(request, Clocks).now(), found.known.row_id
    if wish is Wish.REMOVE:
        change_rules.remove(conn, found.site.id, row_id, moderator_id=who, now=now)
    else:
        change_rules.change(conn, found.site.id, row_id, wanted, moderator_id=who, now=now)


async def _find(request: Request) -> _Found:
    """The rule of the address.

    Raises:
        NotFoundError: It has ended, there is none of this number, or the site is not theirs (404).
    """
    me, key, now = signed_in(request), request.path_params["key"], part(request, Clocks).now()
    row_id = _row_id(request.path_params["number"])

    def job(conn: Connection) -> _Found:
        site = sites.looked_after(conn, key, me.roles)
        known = rules.one(conn, site.id, row_id)
        if known is None or (known.rule.expires_at is not None and known.rule.expires_at <= now):
            raise NotFoundError
        return _Found(site, known)

    return await part(request, Store).read(job)


def _row_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise NotFoundError
    return int(text)


def _page(request: Request, found: _Found, answered: Answered) -> Response:
    return part(request, Pages).show(
        "moderation/rule.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if answered.errors else HTTPStatus.OK,
        me=signed_in(request),
        words=words,
        rule_words=rule_words,
        kept=KEPT,
        site=found.site,
        known=found.known,
        form=answered.form,
        errors=answered.errors,
        trial=answered.trial,
    )
