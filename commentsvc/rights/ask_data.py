"""POST /own/data: "what do you hold about me?", answered by a mail to the address and by nothing else."""

import structlog
from email_validator import EmailNotValidError, validate_email
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.limits import Limits
from commentsvc.domain.site import Site
from commentsvc.rights.desk import RightsPolicy, own_form
from commentsvc.store import own_data
from commentsvc.store.engine import Store
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.web.client_address import client_of
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.rate_limits import Attempt, RateLimiter
from commentsvc.web.spoken_language import speak_as

log = structlog.get_logger()

_FIELDS = {"site", "email"}


async def ask_data(request: Request) -> Response:
    """POST /own/data: have a link sent to an address; what is answered is the same for all of them."""
    fields = await own_form(request, _FIELDS)
    site = await part(request, SiteDirectory).by_key(fields.get("site", ""))
    speak_as(request, site)
    typed = fields.get("email", "").strip()
    address = _address(typed, part(request, Limits))
    if address is None:
        return asking_page(request, site, status=422, typed=typed)
    policy = part(request, RightsPolicy)
    if not policy.has_mail:
        return asking_page(request, site)
    part(request, RateLimiter).check_all(
        Attempt(policy.per_network, f"own data {site.key}", client_of(request)),
        Attempt(policy.per_site, f"own data of all {site.key}"),
    )
    indexes = part(request, BlindIndex).candidates(address, site_key=site.key)
    now = part(request, Clocks).now()
    await part(request, Store).write(lambda conn: own_data.ask(conn, site_id=site.id, blind_indexes=indexes, now=now))
    log.info("data_asked", site=site.key)
    return part(request, Pages).show("rights/asked.html", language=site.policy.language, site=site)


def asking_page(request: Request, site: Site, *, status: int = 200, typed: str | None = None) -> Response:
    """The form that asks for an address; again, if what was `typed` is none."""
    return part(request, Pages).show(
        "rights/ask.html",
        status=status,
        language=site.policy.language,
        site=site,
        policy=part(request, RightsPolicy),
        typed=typed,
    )


def _address(typed: str, limits: Limits) -> EmailAddress | None:
    try:
        checked = validate_email(typed[: limits.email_characters + 1], check_deliverability=False)
    except EmailNotValidError:
        return None
    return EmailAddress(checked.normalized)
