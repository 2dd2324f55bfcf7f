"""The description of what other pages than the article's own show: newest comments, threads for static sites."""

from typing import Any

from commentsvc.domain.limits import Limits
from commentsvc.web.openapi_parts import Part, answer, array, nullable, objects, operation, parameter, problem, string

_UNCHANGED: Part = {"304": {"description": "The client has it."}}
_HTML, _SCRIPT = "text/html; charset=utf-8", "text/javascript; charset=utf-8"


def paths(*, site: Part, url: Part, thread_id: Part) -> dict[str, Any]:
    """Their addresses, with the parameters that others have as well."""
    return {
        "/api/v1/recent": {"get": _recent(site)},
        "/fragment": {"get": _fragment([site, url, thread_id])},
        "/counts.js": {
            "get": operation(
                "loadCounts",
                "The script of pages that list articles.",
                [],
                {"200": answer(string(), "The script.", _SCRIPT)} | _UNCHANGED,
            )
        },
    }


def _recent(site: Part) -> Part:
    most = Limits().recent_comments
    limit = parameter("limit", {"type": "integer", "minimum": 1, "maximum": most}, description="5 by default.")
    comment = objects(
        {
            "id": string(),
            "url": string(description="Of the comment, on the article's page."),
            "title": nullable(string(description="Of the article.")),
            "author": objects({"name": string(), "badge": nullable(string())}),
            "excerpt": string(description="The beginning, as plain text."),
            "created_at": string(format="date-time"),
        }
    )
    return operation(
        "listRecent",
        "A site's newest comments in short, newest first.",
        [site, limit],
        {"200": answer(objects({"comments": array(comment, maxItems=most)}))} | _UNCHANGED | problem(400, 404, 503),
    )


def _fragment(thread: list[Part]) -> Part:
    form = parameter("format", string(enum=["html", "json-ld"]), description="html by default.")
    found = answer(string(), "A piece of HTML without a form, or an Article with its comments.", _HTML)
    found["content"]["application/ld+json; charset=utf-8"] = {"schema": {"type": "object"}}
    return operation(
        "readFragment",
        "The published comments of an article, to be put into its page when that is built.",
        [*thread, form],
        {"200": found} | _UNCHANGED | problem(400, 403, 404, 422, 503),
    )
