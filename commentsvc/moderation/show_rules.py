"""The rules of a site, and its policy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MalformedParameterError
from commentsvc.domain.roles import Role
from commentsvc.domain.rules import KnownRule, RuleKind
from commentsvc.domain.site import Site
from commentsvc.moderation import rule_words, words
from commentsvc.moderation.rule_trial import ShownTrial
from commentsvc.store import rules, sites
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

ENDED_SHOWN = 50

_DONE = {
    "added": "The rules are in force.",
    "changed": "The rule is changed.",
    "removed": "The rule has ended. What it found stays as it is.",
    "policy": "The policy is changed.",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a form of the page, to be shown with it again."""

    form: Mapping[str, str] = field(default_factory=dict)
    """As it was filled in."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """Field → sentence."""
    trial: ShownTrial | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    site: Site
    known: list[KnownRule]
    ended: list[KnownRule]


async def show_rules(request: Request) -> Response:
    """GET /moderation/sites/KEY/rules: what is in force, by kind, what has ended, and forms to add and to change."""
    done = read_query(request, required=(), optional=("done",)).get("done")
    if done is not None and done not in _DONE:
        raise MalformedParameterError
    return await rules_page(request, request.path_params["key"], done=done)


async def rules_page(
    request: Request, key: str, *, done: str | None = None, answered: Answered | None = None
) -> Response:
    """The page, after a form of it if there was one.

    Raises:
        NotFoundError: No site of theirs has this key (404).
    """
    me, now, came = signed_in(request), part(request, Clocks).now(), answered or Answered()

    def job(conn: Connection) -> _Shown:
        site = sites.looked_after(conn, key, me.roles)
        return _Shown(site, rules.known(conn, site.id, now=now), rules.ended(conn, site.id, now=now, limit=ENDED_SHOWN))

    shown = await part(request, Store).read(job)
    return part(request, Pages).show(
        "moderation/rules.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if came.errors else HTTPStatus.OK,
        me=me,
        words=words,
        rule_words=rule_words,
        site=shown.site,
        is_owner=is_owner(me, shown.site),
        by_kind=_by_kind(shown.known),
        ended=shown.ended,
        form=came.form,
        errors=came.errors,
        trial=came.trial,
        done=_DONE.get(done or ""),
    )


def is_owner(me: SignedIn, site: Site) -> bool:
    """Whether they own the site: they may change its policy and its rules about the number of links."""
    return me.roles[site.id] is Role.OWNER


def rules_address(key: str, *, done: str | None = None) -> str:
    """Path of the page; the key must be an existing site's."""
    return f"/moderation/sites/{key}/rules" + (f"?done={done}" if done else "")


def _by_kind(known: list[KnownRule]) -> dict[RuleKind, list[KnownRule]]:
    """In the order of the page; link counts by their number."""
    found = {kind: [each for each in known if each.rule.kind is kind] for kind in rule_words.KINDS}
    found[RuleKind.LINKS].sort(key=lambda each: int(each.rule.pattern))
    return {kind: some for kind, some in found.items() if some}
