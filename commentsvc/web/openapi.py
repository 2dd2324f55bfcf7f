"""The description of the HTTP interface (OpenAPI 3.1), made from the same limits and words as the code."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentsvc import __version__
from commentsvc.domain.appeals import APPEAL_CHARACTERS, AppealState
from commentsvc.domain.limits import Limits
from commentsvc.domain.rights import Erasure
from commentsvc.domain.site import EmailPolicy, HoldPolicy
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.subscriptions import Frequency, Scope
from commentsvc.web import cors, openapi_lists, openapi_moderation, openapi_reactions
from commentsvc.web.openapi_parts import (
    answer,
    array,
    body_of,
    header,
    in_path,
    nullable,
    objects,
    operation,
    parameter,
    problem,
    problem_fields,
    problem_page,
    ref,
    string,
)

_LIMITS = Limits()
_ID = string(pattern="^[a-z2-7]{24}$", description="Public id of a comment.")
_SITE = parameter("site", string(minLength=1), is_required=True, description="Key of the site.")
_URL = parameter("url", string(minLength=1), is_required=True, description="The article's address.")
_TOKEN = parameter("t", string(), is_required=True, description="The signed part of the link in a mail.")
_THREAD_ID = parameter("id", string(maxLength=_LIMITS.thread_id_characters), description="Explicit id of the thread.")
_AFTER = parameter("after", _ID, description="Cursor: the `next` of the page before.")
_BODY = parameter("body", string(enum=["html", "tree"]), description="Form of the comments' bodies; html by default.")
_SORT = parameter("sort", string(enum=["oldest", "newest", "top"]), description="Order of the roots.")

_APPEAL = string(enum=[str(state) for state in AppealState], description="Whether one may appeal, or has.")


def describe() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "commentsvc",
            "version": __version__,
            "summary": "Moderated comments for articles.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            **_reading(),
            **_writing(),
            **openapi_lists.paths(site=_SITE, url=_URL, thread_id=_THREAD_ID),
            **openapi_reactions.paths(),
            **openapi_moderation.paths(),
            **_pages(),
            **_operating(),
        },
        "components": {
            "schemas": {**_schemas(), **openapi_moderation.schemas()},
            "securitySchemes": openapi_moderation.SECURITY_SCHEMES,
        },
    }


async def show_description(request: Request) -> Response:
    """GET /api/openapi.json: the description."""
    cors.allow(request, cors.EVERYBODY)
    return JSONResponse(describe(), headers={"Cache-Control": "public, max-age=3600"})


def _reading() -> dict[str, Any]:
    page = objects({"comments": array(ref("Comment")), "next": nullable(_ID)})
    return {
        "/api/v1/thread": {
            "get": operation(
                "readThread",
                "A page of an article's comments: roots, each followed by its first replies.",
                [_SITE, _URL, _THREAD_ID, _SORT, _AFTER, _BODY],
                {"200": answer(ref("ThreadPage")), "304": {"description": "The client has it."}}
                | problem(400, 403, 404, 422, 503),
            )
        },
        "/api/v1/replies": {
            "get": operation(
                "readReplies",
                "Further replies of one root, oldest first.",
                [parameter("comment", _ID, is_required=True), _AFTER, _BODY],
                {"200": answer(page), "304": {"description": "The client has it."}} | problem(400, 404, 503),
            )
        },
        "/api/v1/counts": {
            "get": operation(
                "countComments",
                "How many comments each of several articles has.",
                [
                    _SITE,
                    parameter(
                        "url", array(string(), minItems=1, maxItems=_LIMITS.count_urls), is_required=True, explode=True
                    ),
                ],
                {
                    "200": answer(objects({"counts": {"type": "object", "additionalProperties": {"type": "integer"}}})),
                    "304": {"description": "The client has it."},
                }
                | problem(400, 404, 503),
            )
        },
    }


def _writing() -> dict[str, Any]:
    key = header("Idempotency-Key", string(pattern="^[!-~]{8,128}$"), "The same key makes one comment, sent how often.")
    submitted = objects({"comment": ref("OwnComment"), "receipt": string()})
    return {
        "/api/v1/form": {
            "get": operation(
                "openForm",
                "A token that carries the moment at which the form was opened.",
                [_SITE],
                {"200": answer(objects({"token": string()}))} | problem(400, 404, 429, 503),
            )
        },
        "/api/v1/comments": {
            "post": operation(
                "submitComment",
                "Send a comment; it waits for a moderator unless the site's policy publishes it at once.",
                [key],
                {
                    "201": answer(submitted, "It is public."),
                    "202": answer(submitted, "It waits for a moderator."),
                }
                | problem(400, 403, 404, 409, 413, 415, 422, 429, 503),
                body=body_of(ref("Submission")),
            )
        },
        "/api/v1/comments/{id}/appeals": {"post": _appeal()},
        "/api/v1/preview": {
            "post": operation(
                "previewComment",
                "What a source would look like, exactly.",
                [],
                {"200": answer(objects({"html": string(), "tree": ref("Tree")}))}
                | problem(400, 403, 404, 413, 415, 422, 429, 503),
                body=body_of(objects({"site": string(), "body": string(maxLength=_LIMITS.source_characters)})),
            )
        },
        "/api/v1/receipts": {
            "post": operation(
                "showReceipts",
                "Status and content of one's own comments, in the order of their receipts; null for an invalid one.",
                [],
                {"200": answer(objects({"comments": array(nullable(ref("OwnComment")))}))}
                | problem(400, 403, 413, 415, 422, 429, 503),
                body=body_of(objects({"receipts": array(string(), maxItems=_LIMITS.receipts)})),
            )
        },
    }


def _appeal() -> dict[str, Any]:
    receipt = header("Authorization", string(), "`Bearer` and the comment's receipt.")
    return operation(
        "appealDecision",
        "Ask for a second look at one's own comment that was rejected or marked as spam; once.",
        [in_path("id", _ID), receipt],
        {"202": answer(objects({"appeal": _APPEAL}), "A moderator will look again.")}
        | problem(400, 403, 404, 409, 413, 415, 422, 429, 503),
        body=body_of(objects({"text": string(maxLength=APPEAL_CHARACTERS)})),
    )


def _pages() -> dict[str, Any]:
    html = {"200": answer(string(), "A page.", "text/html; charset=utf-8")}
    return {
        "/feed": {
            "get": operation(
                "readFeed",
                "The newest approved comments of a site or an article, as Atom.",
                [_SITE, parameter("url", string()), _THREAD_ID],
                {
                    "200": answer(string(), "An Atom feed.", "application/atom+xml; charset=utf-8"),
                    "304": {"description": "The client has it."},
                }
                | problem(400, 403, 404, 422, 503),
            )
        },
        "/own": {
            "get": operation("askReceipt", "A form to show a receipt in.", [], html | problem_page(400)),
            "post": operation(
                "showOwn",
                "What became of one's own comment; forms to appeal, to change and to delete it, without JavaScript.",
                [],
                html | problem_page(400, 403, 404, 409, 413, 415, 422, 429, 503),
                body=body_of(
                    objects(
                        {name: string() for name in ("receipt", "text", "body", "delete")},
                        optional={"text", "body", "delete"},
                    ),
                    "application/x-www-form-urlencoded",
                ),
            ),
        },
        **_rights(html),
        "/subscription": {
            "get": operation(
                "showSubscription",
                "What a reader is told by mail; the link to it comes in a mail.",
                [_TOKEN],
                html | problem_page(400, 403, 503),
            ),
            "post": operation(
                "changeSubscription",
                "Confirm it as it is wanted, end it, or end all mail from the site to its address.",
                [],
                html | problem_page(400, 403, 413, 415, 503),
                body=body_of(_subscription_form(), "application/x-www-form-urlencoded"),
            ),
        },
        "/unsubscribe": {
            "get": operation(
                "showWayOut",
                "Buttons that end a subscription; the link to it comes in each mail.",
                [_TOKEN],
                html | problem_page(400, 403, 503),
            ),
            "post": operation(
                "endSubscription",
                "End a subscription: by those buttons, or by a mail program's one click (RFC 8058).",
                [_TOKEN],
                html | problem_page(400, 403, 413, 415, 503),
                body=body_of(
                    objects(
                        {"List-Unsubscribe": string(enum=["One-Click"]), "do": string(enum=["end", "end_all"])},
                        optional={"List-Unsubscribe", "do"},
                    ),
                    "application/x-www-form-urlencoded",
                ),
            ),
        },
        "/read": {
            "get": operation(
                "readPage",
                "The thread as a page that needs no JavaScript, with a form.",
                [
                    *(_SITE, _URL, _THREAD_ID, _SORT, _AFTER, parameter("parent", _ID), parameter("root", _ID)),
                    parameter(
                        "form",
                        string(enum=["now", "later"]),
                        description="`later`: without it, the same for everybody, so that a cache may keep the page.",
                    ),
                ],
                html
                | {"304": {"description": "The client has it; only of a page without a form."}}
                | problem_page(400, 403, 404, 422, 503),
            ),
            "post": operation(
                "submitForm",
                "The form of that page; a refused one is answered with the form, what was typed still in it.",
                [],
                html | problem_page(400, 403, 404, 409, 413, 415, 422, 429, 503),
                body=body_of(ref("Form"), "application/x-www-form-urlencoded"),
            ),
        },
        "/languages/{name}": {
            "get": operation(
                "loadLanguage",
                "The embed's words in another language than English.",
                [in_path("name", string(pattern=r"^[\w-]+\.json$"))],
                {
                    "200": answer({"type": "array"}, "The words, in the order in which the embed numbers them."),
                    "304": {"description": "The client has it."},
                }
                | problem(404),
            )
        },
        "/embed/{name}": {
            "get": operation(
                "loadVersion",
                "A script of the embed under a name with its version; it never changes.",
                [in_path("name", string(pattern=r"^(embed|tools|counts)-[0-9a-f]{16}\.js$"))],
                {
                    "200": answer(string(), "The script.", "text/javascript; charset=utf-8"),
                    "304": {"description": "The client has it."},
                }
                | problem(404),
            )
        },
        "/embed.js": {
            "get": operation(
                "loadEmbed",
                "The script that articles load.",
                [],
                {
                    "200": answer(string(), "The script.", "text/javascript; charset=utf-8"),
                    "304": {"description": "The client has it."},
                },
            )
        },
    }


def _rights(html: dict[str, Any]) -> dict[str, Any]:
    """What a person may ask, see, take along and have erased."""
    form = "application/x-www-form-urlencoded"
    token = {"t": string(description="Of the link that a mail brought.")}
    refused = problem_page(400, 403, 413, 415, 422, 503)
    return {
        "/privacy": {
            "get": operation(
                "showPrivacy",
                "What a site's comments store, why, for how long, and who sees it.",
                [_SITE],
                html | problem_page(400, 404, 503),
            )
        },
        "/own/data": {
            "get": operation(
                "showData",
                "A form to ask for a link by mail; with the link, everything that is held under its address.",
                [parameter("site", string()), parameter("t", string())],
                html | problem_page(400, 403, 404, 503),
            ),
            "post": operation(
                "askData",
                "Have a link sent to an address, if anything is held under it; the answer does not tell.",
                [],
                html | problem_page(400, 403, 404, 413, 415, 422, 429, 503),
                body=body_of(ref("DataQuestion"), form),
            ),
        },
        "/own/data/export": {
            "post": operation(
                "exportData",
                "Everything that is held under the link's address, as a file; docs/privacy.md describes it.",
                [],
                {
                    "200": {
                        "description": "The file.",
                        "content": {
                            "application/json": {"schema": {"type": "object"}},
                            "text/html; charset=utf-8": {"schema": string()},
                        },
                    }
                }
                | refused,
                body=body_of(objects(token | {"format": string(enum=["json", "html"])}, optional={"format"}), form),
            )
        },
        "/own/data/erase": {
            "post": operation(
                "eraseData",
                "Erase the address, the name as well, or the words as well; at once and for good.",
                [],
                html | refused,
                body=body_of(objects(token | {"what": string(enum=list(Erasure)), "sure": string(enum=["yes"])}), form),
            )
        },
    }


def _operating() -> dict[str, Any]:
    status = objects({"status": string()})
    return {
        "/api/openapi.json": {
            "get": operation("describe", "This description.", [], {"200": answer({"type": "object"})})
        },
        "/healthz": {"get": operation("showLiveness", "Is the process alive?", [], {"200": answer(status)})},
        "/readyz": {
            "get": operation(
                "showReadiness",
                "Does the database answer?",
                [],
                {"200": answer(status), "503": answer(status, "It does not.")},
            )
        },
        "/metrics": {
            "get": operation(
                "showMetrics",
                "What waits for moderators and in the outbox, and the process, for who has the operator's token.",
                [header("Authorization", string(), "`Bearer` and the token.")],
                {"200": answer(string(), "In Prometheus' text format.", "text/plain; version=1.0.0; charset=utf-8")}
                | problem(404, 503),
            )
        },
    }


def _schemas() -> dict[str, Any]:
    moment = string(format="date-time")
    author = objects({"name": string(), "website": nullable(string()), "key": string(), "badge": nullable(string())})
    common = {
        "id": _ID,
        "parent": nullable(_ID),
        "created_at": moment,
        "edited_at": nullable(moment),
        "edited_by": nullable(string(enum=["moderator"], description="Who changed its words.")),
        "likes": {"type": "integer", "minimum": 0},
        "replies": {
            "type": "integer",
            "minimum": 0,
            "description": "On a root: visible comments in its whole branch; on a reply: those to it directly.",
        },
    }
    return {
        "Problem": objects(problem_fields(), optional={"fields"}),
        "DataQuestion": objects({"site": string(), "email": string()}),
        "Tree": {
            "type": "array",
            "description": "A body as nested arrays: a string is text, [name, …children] an element, "
            "[name, {attributes}, …children] an element with attributes.",
        },
        "Comment": objects(
            common
            | {
                "author": nullable(author),
                "html": string(description="With body=html."),
                "body": ref("Tree"),
                "pinned": {"type": "boolean", "description": "Stands first in its thread."},
                "tombstone": {"type": "boolean", "description": "Removed, and kept in place for its replies."},
            },
            optional={"html", "body", "pinned", "tombstone"},
        ),
        "OwnComment": objects(
            common
            | {
                "author": author,
                "html": string(),
                "body": ref("Tree"),
                "source": string(),
                "status": string(enum=[str(status) for status in CommentStatus]),
                "url": string(description="Of the article."),
                "message": nullable(string(description="What a moderator wants its writer to know.")),
                "appeal": nullable(_APPEAL),
                "may_edit_until": nullable(
                    string(
                        format="date-time", description="From then on its words cannot be changed; null: not at all."
                    )
                ),
            }
        ),
        "ThreadPage": objects({"thread": _thread(), "comments": array(ref("Comment")), "next": nullable(_ID)}),
        "Submission": _submission(),
        "Form": _form(),
    }


def _thread() -> dict[str, Any]:
    count = {"type": "integer", "minimum": 0}
    policy = objects(
        {
            "email": string(enum=[str(word) for word in EmailPolicy]),
            "hold": string(enum=[str(word) for word in HoldPolicy]),
            "notify": {"type": "boolean", "description": "Whether mail can be sent, so that a form may offer it."},
            "limits": objects({"name": count, "body": count, "website": count, "email": count}),
        }
    )
    return objects(
        {
            "url": string(),
            "title": nullable(string()),
            "open": {"type": "boolean"},
            "count": count,
            "revision": count,
            "policy": policy,
        }
    )


def _submission() -> dict[str, Any]:
    fields = {
        "site": string(),
        "url": string(),
        "id": nullable(string(maxLength=_LIMITS.thread_id_characters)),
        "title": nullable(string(description="Of the article; taken when its first comment comes.")),
        "parent": nullable(_ID),
        "name": string(description=f"1 to {_LIMITS.name_characters} characters."),
        "email": nullable(string(description="Never shown again; needed unless the site's policy says otherwise.")),
        "website": nullable(string()),
        "body": string(description=f"Markdown and a few HTML tags, at most {_LIMITS.source_characters} characters."),
        "notify": {
            "anyOf": [{"type": "boolean"}, string(enum=[str(word) for word in Scope])],
            "default": False,
            "description": (
                "Mail to the writer, once they have answered a mail that asks for it: of replies to this comment (true "
                "is the same), or of every new comment in the thread. Needs an e-mail address, and policy.notify."
            ),
        },
        "notify_decision": {
            "type": "boolean",
            "default": False,
            "description": "Mail to the writer about what became of this comment, on the same terms.",
        },
        "form_token": nullable(string(description="From /api/v1/form; without one the comment is looked at closely.")),
        "receipt": nullable(string(description="Of an earlier comment: proves that the same author writes.")),
        "subject": nullable(string(description="A decoy that readers never see; leave it out.")),
    }
    return objects(fields, optional=set(fields) - {"site", "url", "name", "body"})


def _subscription_form() -> dict[str, Any]:
    fields = {
        "t": string(description="From the link."),
        "do": string(enum=["confirm", "end", "end_all"]),
        "scope": string(enum=[str(word) for word in Scope]),
        "frequency": string(enum=[str(word) for word in Frequency]),
        "decision": string(enum=["1"]),
    }
    return objects(fields, optional={"scope", "frequency", "decision"})


def _form() -> dict[str, Any]:
    names = ("site", "url", "id", "parent", "name", "email", "website", "body", "subject")
    proof = {
        "form_token": string(description="From the page; without it nothing is taken."),
        "once": string(description="From the page: sent twice, the form makes one comment."),
        "anyway": string(description="The button below the warning of what gives the writer away."),
    }
    wishes = {"notify": string(enum=[str(word) for word in Scope]), "notify_decision": string(enum=["1"])}
    fields = {name: string() for name in names} | wishes | proof
    return objects(fields, optional=set(fields) - {"site", "url", "name", "body", "form_token"})
