"""New rules for a site."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidInputError, OwnerRequiredError, TooManyRulesError
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.site import Site
from commentsvc.moderation.rule_forms import Wish, check_fields, read_new_rules, read_wish
from commentsvc.moderation.rule_trial import try_out
from commentsvc.moderation.show_rules import Answered, is_owner, rules_address, rules_page
from commentsvc.store import change_rules, sites
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.signed_in import SignedIn, signed_in

log = structlog.get_logger()

_FIELDS = frozenset({"kind", "patterns", "leaning", "reason", "period", "do"})


async def add_rules(request: Request) -> Response:
    """POST /moderation/sites/KEY/rules: put new rules in force, or try them first."""
    me, key, now = signed_in(request), request.path_params["key"], part(request, Clocks).now()
    site = await part(request, Store).read(lambda conn: sites.looked_after(conn, key, me.roles))
    check_fields(me.form, _FIELDS)
    try:
        wanted = read_new_rules(me.form, now)
        if read_wish(me.form) is Wish.TRY:
            trial = await try_out(request, site.id, wanted)
            return await rules_page(request, key, answered=Answered(me.form, trial=trial))
        await part(request, Store).write(lambda conn: _add(conn, me, site, wanted, now))
    except InvalidInputError as error:
        return await rules_page(request, key, answered=Answered(me.form, error.fields))
    except TooManyRulesError as error:
        return await rules_page(request, key, answered=Answered(me.form, {"patterns": error.public}))
    log.info("rules_added", site=site.key, moderator=me.moderator_id, count=len(wanted))
    return RedirectResponse(rules_address(site.key, done="added"), HTTPStatus.SEE_OTHER)


def check_role(me: SignedIn, site: Site, rule: Rule) -> None:
    """How many links are welcome is the owner's to say; all other rules are made by every moderator.

    Raises:
        OwnerRequiredError: They do not own the site (403).
    """
    if rule.kind is RuleKind.LINKS and not is_owner(me, site):
        raise OwnerRequiredError


def _add(conn: Connection, me: SignedIn, site: Site, wanted: Sequence[Rule], now: datetime) -> None:
    for rule in wanted:
        check_role(me, site, rule)
        change_rules.add(conn, site.id, rule, moderator_id=me.moderator_id, now=now)
