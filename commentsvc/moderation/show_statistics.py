"""A site's statistics: what came, how long it waited, what screening was worth, who decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import MalformedParameterError
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation import statistics_in_words, words
from commentsvc.moderation.choose_site import SiteChoice, choose_site
from commentsvc.moderation.periods import PERIODS, Period, period_of
from commentsvc.moderation.statistics_in_words import Figures, posts_chart, waits_chart
from commentsvc.store import statistics
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.signed_in import SignedIn, signed_in

PATH = "/moderation/statistics"


@dataclass(frozen=True, slots=True)
class _Shown:
    choice: SiteChoice
    figures: Figures | None


async def show_statistics(request: Request) -> Response:
    """GET /moderation/statistics: a site's last 30 days, 13 weeks or 52 weeks in charts and figures."""
    me = signed_in(request)
    query = read_query(request, required=(), optional=("site", "days"))
    if query.get("days", "30") not in PERIODS:
        raise MalformedParameterError
    period = period_of(query.get("days", "30"), part(request, Clocks).now())
    shown = await part(request, Store).read(lambda conn: _look(conn, me, query.get("site"), period))
    return _page(request, me, query, period, shown)


def _look(conn: Connection, me: SignedIn, key: str | None, period: Period) -> _Shown:
    choice = choose_site(conn, me, key)
    return _Shown(choice, None if choice.site is None else _count(conn, choice.site.id, period))


def _count(conn: Connection, site_id: int, period: Period) -> Figures:
    begin, end = period.begin, period.end
    return Figures(
        posts=statistics.posts(conn, site_id, period.posts),
        waits=statistics.waits(conn, site_id, period.waits),
        screened=statistics.screened(conn, site_id, begin, end),
        hands=statistics.handiwork(conn, site_id, begin, end),
        appeals=statistics.appeals(conn, site_id, begin, end),
    )


def _page(request: Request, me: SignedIn, query: Mapping[str, str], period: Period, shown: _Shown) -> Response:
    figures = shown.figures
    return part(request, Pages).show(
        "moderation/statistics.html",
        me=me,
        words=words,
        said=statistics_in_words,
        statuses=list(CommentStatus),
        sites=shown.choice.own,
        site=shown.choice.site,
        days=query.get("days", "30"),
        periods=PERIODS,
        period=period,
        here=PATH,
        figures=figures,
        posts=None if figures is None else posts_chart(figures, period),
        waits=None if figures is None else waits_chart(figures, period),
        judged_at_most=statistics.JUDGED,
        waits_each=statistics.WAITS_EACH,
    )
