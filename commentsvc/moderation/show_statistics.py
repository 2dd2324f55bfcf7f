"""A site's statistics: what came, how long it waited, what screening was worth, who decided."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MalformedParameterError
from commentsvc.moderation import statistics_in_words
from commentsvc.moderation.choose_site import SiteChoice, choose_site
from commentsvc.moderation.frame import frame
from commentsvc.moderation.periods import PERIODS, Period, period_of
from commentsvc.moderation.statistics_in_words import Figures, posts_chart, waits_chart
from commentsvc.store import statistics
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import signed_in

PATH = "/moderation/statistics"


async def show_statistics(request: Request) -> Response:
    """GET /moderation/statistics: a site's last 30 days, 13 weeks or 52 weeks in charts and figures."""
    me = signed_in(request)
    query = read_query(request, required=(), optional=("site", "days"))
    if query.get("days", "30") not in PERIODS:
        raise MalformedParameterError
    period = period_of(query.get("days", "30"), part(request, Clocks).now())
    store = part(request, Store)
    choice, around = await store.read(lambda conn: (choose_site(conn, me, query.get("site")), frame(conn, me)))
    figures = None if choice.site is None else await _count(store, choice.site.id, period)
    return _page(request, around, query.get("days", "30"), period, choice, figures)


async def _count(store: Store, site_id: int, period: Period) -> Figures:
    """Each question on a connection of its own: together they take as long as the longest of them."""
    begin, end = period.begin, period.end
    posts, waits, (screened, appeals), hands = await asyncio.gather(
        store.read(lambda conn: statistics.posts(conn, site_id, period.posts)),
        store.read(lambda conn: statistics.waits(conn, site_id, period.waits)),
        store.read(
            lambda conn: (
                statistics.screened(conn, site_id, begin, end),
                statistics.appeals(conn, site_id, begin, end),
            )
        ),
        store.read(lambda conn: statistics.handiwork(conn, site_id, begin, end)),
    )
    return Figures(posts, waits, screened, hands, appeals)


def _page(
    request: Request, around: dict[str, Any], days: str, period: Period, choice: SiteChoice, figures: Figures | None
) -> Response:
    return part(request, Pages).show(
        "moderation/statistics.html",
        **around,
        said=statistics_in_words,
        sites=choice.own,
        site=choice.site,
        days=days,
        periods=PERIODS,
        period=period,
        here=PATH,
        figures=figures,
        posts=None if figures is None else posts_chart(figures, period),
        waits=None if figures is None else waits_chart(figures, period),
        judged_at_most=statistics.JUDGED,
        waits_each=statistics.WAITS_EACH,
    )
