"""GET /privacy: what is stored on a site, why, for how long and who sees it; made from the schema and the settings."""

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.rights import privacy_words
from commentsvc.rights.desk import RightsPolicy
from commentsvc.rights.purposes import PURPOSES, Kind, columns_of
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query

_CACHED = "public, max-age=300, stale-if-error=86400"
_ABOUT_READERS = (
    Kind.WORDS,
    Kind.ADDRESS,
    Kind.RECORD,
    Kind.WISHES,
    Kind.MAILS,
    Kind.REACTIONS,
    Kind.SCREENING,
    Kind.DECISIONS,
    Kind.RULES,
)


async def show_privacy(request: Request) -> Response:
    """GET /privacy: what a site's comments store, why, for how long, and who sees it."""
    query = read_query(request, required={"site"})
    site = await part(request, SiteDirectory).by_key(query["site"])
    page = part(request, Pages).show(
        "rights/privacy.html",
        site=site,
        policy=part(request, RightsPolicy),
        needed=privacy_words.needed(site.policy),
        kinds=[
            (kind, PURPOSES[kind], privacy_words.kept(kind, site.policy), columns_of(kind))
            for kind in (*_ABOUT_READERS, *(kind for kind in Kind if kind not in _ABOUT_READERS))
        ],
        count_about_readers=len(_ABOUT_READERS),
        may_reveal=part(request, RightsPolicy).may_reveal,
    )
    page.headers["Cache-Control"] = _CACHED
    return page
