"""What an owner lets pass without a moderator, how many links, and how long anything may be done or is kept."""

from http import HTTPStatus

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.findings import Leaning
from commentsvc.domain.roles import Role
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.site import Site, SitePolicy
from commentsvc.moderation.rule_forms import Wish, check_fields, read_policy, read_wish
from commentsvc.moderation.rule_trial import ShownTrial, try_out
from commentsvc.moderation.show_rules import Answered, rules_address, rules_page
from commentsvc.store import policies, sites
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.signed_in import signed_in

log = structlog.get_logger()

_FIELDS = frozenset(
    {
        "hold",
        "trust_after",
        "max_links",
        "edit_minutes",
        "report_hold",
        "address_days",
        "refused_days",
        "language",
        "do",
    }
)


async def change_policy(request: Request) -> Response:
    """POST /moderation/sites/KEY/rules/policy: for owners; change the policy, or try another limit for links first."""
    me, key, now = signed_in(request), request.path_params["key"], part(request, Clocks).now()
    site = await part(request, Store).read(lambda conn: sites.looked_after(conn, key, me.roles, role=Role.OWNER))
    form = me.form
    check_fields(form, _FIELDS)
    try:
        wanted = read_policy(form, site.policy)
    except InvalidInputError as error:
        return await rules_page(request, key, answered=Answered(form, error.fields))
    if read_wish(form) is Wish.TRY:
        trial = await _try_limit(request, site, wanted)
        return await rules_page(request, key, answered=Answered(form, trial=trial))

    def job(conn: Connection) -> None:
        policies.change(conn, site, lambda before: read_policy(form, before), moderator_id=me.moderator_id, now=now)

    await part(request, Store).write(job)
    log.info("policy_changed", site=site.key, moderator=me.moderator_id)
    return RedirectResponse(rules_address(site.key, done="policy"), HTTPStatus.SEE_OTHER)


async def _try_limit(request: Request, site: Site, wanted: SitePolicy) -> ShownTrial:
    return await try_out(request, site.id, [_limit(wanted)], before=[_limit(site.policy)])


def _limit(policy: SitePolicy) -> Rule:
    """The policy's limit as a rule: it finds the same comments."""
    return Rule(RuleKind.LINKS, str(policy.max_links), Leaning.HOLD)
