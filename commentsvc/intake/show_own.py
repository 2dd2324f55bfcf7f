"""/own: what became of one's own comment, and what one may still do about it, without JavaScript.

The receipt travels in a form, never in a URL.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.appeals import APPEAL_CHARACTERS
from commentsvc.domain.comment import OwnComment
from commentsvc.domain.errors import CommentsvcError, InvalidInputError, InvalidTokenError, UnknownFieldError
from commentsvc.domain.site import Site
from commentsvc.intake.appeal_decision import make_appeal
from commentsvc.intake.bearer_receipt import site_of_receipt
from commentsvc.intake.delete_own import take_back
from commentsvc.intake.desk import Desk, desk, what_proves
from commentsvc.intake.edit_own import change_words
from commentsvc.intake.form_in_words import faults_in_words
from commentsvc.intake.origins import check_own_page
from commentsvc.store import own_comments
from commentsvc.web import wire
from commentsvc.web.body import read_form
from commentsvc.web.client_address import client_of
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.web.query import read_query
from commentsvc.web.spoken_language import language_of
from commentsvc.words.speech import speech

_FIELDS = {"receipt", "text", "body", "delete"}
_SURE = "yes"


async def ask_receipt(request: Request) -> Response:
    """GET /own: a form to show a receipt in."""
    read_query(request, required=())
    return part(request, Pages).show("intake/ask_receipt.html", language=language_of(request))


async def show_own(request: Request) -> Response:
    """Answer with the comment that the receipt is for, after an appeal, a change or its deletion if one was sent."""
    at = desk(request)
    fields = await read_form(request, limit_bytes=at.limits.request_bytes * 3)  # percent-encoding triples a text
    check_own_page(request)
    if not fields.keys() <= _FIELDS:
        raise UnknownFieldError
    at.limiter.check(at.policy.per_lookup, scope="own", address=client_of(request))
    receipt = fields.get("receipt", "").strip()
    site, comment = await _proven(at, receipt)
    try:
        await _act(at, site, comment.id, fields, client=client_of(request))
    except CommentsvcError as error:
        return _page(request, at, site, (await _proven(at, receipt))[1], fields, error)
    kept = {name: value for name, value in fields.items() if name in {"receipt", "delete"}}
    return _page(request, at, site, (await _proven(at, receipt))[1], kept)


async def _act(at: Desk, site: Site, public_id: str, fields: Mapping[str, str], *, client: str | None) -> None:
    """Do what the form wants, if it wants anything but to look.

    Raises:
        CommentsvcError: It cannot be done.
    """
    if "text" in fields:
        await make_appeal(at, public_id, site.id, fields["text"])
    elif "body" in fields:
        words = fields["body"].replace("\r\n", "\n")  # forms send CRLF, readers count one
        await change_words(at, site, public_id, words, client=client)
    elif fields.get("delete") == _SURE:
        await take_back(at, site, public_id, client=client)


async def _proven(at: Desk, receipt: str) -> tuple[Site, OwnComment]:
    """The comment of a receipt and its site.

    Raises:
        InvalidTokenError: The receipt proves nothing, or what it proves is gone (403).
    """
    public_id, key = what_proves(at, receipt)
    site = await site_of_receipt(at, key)
    found = await at.store.read(lambda conn: own_comments.own(conn, [public_id]))
    if public_id not in found or found[public_id][0] != key:
        raise InvalidTokenError("of a comment that is gone")
    return site, found[public_id][1]


def _page(
    request: Request,
    at: Desk,
    site: Site,
    comment: OwnComment,
    fields: Mapping[str, str],
    error: CommentsvcError | None = None,
) -> Response:
    """The comment and its forms; what was refused is in them again."""
    spoken, problem = speech(site.policy.language), None
    if isinstance(error, InvalidInputError):
        problem = " ".join(faults_in_words(spoken, error.fields, fields, at.limits).values())
    elif error is not None:
        problem = spoken.refusal(error.code, error.public)
    until = comment.may_edit_until
    answer = part(request, Pages).show(
        "intake/own.html",
        status=200 if error is None else error.status,
        language=spoken.language,
        site=site,
        comment=comment,
        appeal=wire.appeal_state(comment),
        receipt=fields["receipt"].strip(),
        sent=fields,
        may_edit=until is not None and at.clocks.now() < until,
        is_asked=fields.get("delete") is not None,
        problem=problem,
        limit=APPEAL_CHARACTERS,
        body_limit=at.limits.source_characters,
    )
    if error is not None and error.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer
