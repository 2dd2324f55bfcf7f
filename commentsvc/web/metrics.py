"""GET /metrics: what an operator's Prometheus reads."""

import hmac
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from commentsvc import __version__
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.figures import Figures
from commentsvc.web.parts import part


@dataclass(frozen=True, slots=True)
class Metrics:
    """How to find out, and whom to tell."""

    token: str = field(repr=False)
    """Empty: nobody."""
    read: Callable[[], Awaitable[Figures]]
    now: Callable[[], datetime]


async def show_metrics(request: Request) -> Response:
    """Answer 200 with the figures of queue, outbox and process to who has the operator's token, else 404.

    Source:
        Prometheus text exposition format; RFC 6750 section 2.1 (bearer tokens).
    """
    metrics = part(request, Metrics)
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    is_operator = scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), metrics.token.encode())
    if not metrics.token or not is_operator:
        raise NotFoundError
    registry = CollectorRegistry()
    registry.register(_Found(await metrics.read(), metrics.now()))
    ProcessCollector(registry=registry)
    return Response(
        generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
    )


class _Found(Collector):
    """The figures as Prometheus names them."""

    def __init__(self, figures: Figures, now: datetime) -> None:
        self._figures, self._now = figures, now

    @override
    def collect(self) -> Iterator[Metric]:
        version = GaugeMetricFamily("commentsvc_info", "Always 1; the label tells the version.", labels=["version"])
        version.add_metric([__version__], 1)
        yield version
        waiting = GaugeMetricFamily(
            "commentsvc_waiting_comments", "Comments in the moderation queue, counted to 10,000.", labels=["site"]
        )
        since = GaugeMetricFamily(
            "commentsvc_oldest_waiting_seconds", "Age of the oldest of them; 0 without one.", labels=["site"]
        )
        for site in self._figures.sites:
            waiting.add_metric([site.site], site.waiting)
            since.add_metric([site.site], (self._now - site.waiting_since).total_seconds() if site.waiting_since else 0)
        yield from (waiting, since)
        notices = GaugeMetricFamily(
            "commentsvc_unsent_notices",
            "Mails and webhook calls that wait, or that were given up, counted to 10,000 each.",
            labels=["channel", "state"],
        )
        for each in self._figures.notices:
            notices.add_metric([each.channel, "waiting"], each.waiting)
            notices.add_metric([each.channel, "failed"], each.failed)
        yield notices
