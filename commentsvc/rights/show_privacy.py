"""GET /privacy: what is stored on a site, why, for how long and who sees it; made from the schema and the settings."""

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.rights import privacy_words
from commentsvc.rights.desk import RightsPolicy
from commentsvc.rights.privacy_words import ABOUT_READERS
from commentsvc.rights.purposes import Kind, columns_of
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.words.speech import speech

_CACHED = "public, max-age=300, stale-if-error=86400"


async def show_privacy(request: Request) -> Response:
    """GET /privacy: what a site's comments store, why, for how long, and who sees it."""
    query = read_query(request, required={"site"})
    site = await part(request, SiteDirectory).by_key(query["site"])
    spoken, policy = speech(site.policy.language), part(request, RightsPolicy)
    page = part(request, Pages).show(
        "rights/privacy.html",
        language=spoken.language,
        site=site,
        policy=policy,
        needed=privacy_words.needed(spoken, site.policy),
        receipt_time=spoken.days(policy.receipt_days),
        about_readers=[privacy_words.told(spoken, kind, site.policy) for kind in ABOUT_READERS],
        other_columns=[column for kind in Kind if kind not in ABOUT_READERS for column in columns_of(kind)],
    )
    page.headers["Cache-Control"] = _CACHED
    return page
