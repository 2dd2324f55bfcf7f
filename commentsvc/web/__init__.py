"""The shared edge to HTTP: errors, headers, origins, client address, limits, tokens, static files."""

from starlette.routing import Route

from commentsvc.web.health import show_liveness, show_readiness
from commentsvc.web.metrics import show_metrics
from commentsvc.web.openapi import show_description
from commentsvc.web.static import serve_counts, serve_embed, serve_language, serve_static, serve_version

routes = [
    Route("/embed.js", serve_embed),
    Route("/counts.js", serve_counts),
    Route("/embed/{name}", serve_version),
    Route("/languages/{name}", serve_language),
    Route("/static/{name}", serve_static),
    Route("/api/openapi.json", show_description),
    Route("/healthz", show_liveness),
    Route("/readyz", show_readiness),
    Route("/metrics", show_metrics),
]
