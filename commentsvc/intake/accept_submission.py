"""A submission is checked, limited, rendered and sealed, and then written, once."""

import json
import re
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from commentsvc.domain.clock import to_the_minute
from commentsvc.domain.comment import OwnComment, Rendered
from commentsvc.domain.errors import (
    InvalidTokenError,
    MalformedIdempotencyKeyError,
    TooManyRequestsError,
)
from commentsvc.domain.normal_text import text_digest
from commentsvc.domain.site import Site
from commentsvc.domain.submission import Submission
from commentsvc.intake.desk import Desk
from commentsvc.intake.origins import origin_of
from commentsvc.intake.parse_submission import Sent, check_submission
from commentsvc.intake.write_submission import Prepared, own, write
from commentsvc.markup import render
from commentsvc.store import submissions
from commentsvc.store.submissions import Once
from commentsvc.web.rate_limits import Attempt
from commentsvc.web.tokens import Purpose

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{8,128}")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the writer is told."""

    comment: OwnComment
    receipt: str


async def accept(desk: Desk, site: Site, sent: Sent, *, client: str | None, idempotency_key: str | None) -> Accepted:
    """Take a submission in.

    Args:
        desk: What to work with.
        site: Where it is to stand.
        sent: What came.
        client: The reader's IP address, for the rate limit alone.
        idempotency_key: The same key makes one comment, however often it is sent.

    Raises:
        CommentsvcError: Each of its kinds says what the reader can do; nothing was written then.
    """
    desk.limiter.check(desk.policy.per_lookup, scope="render", address=client)  # first: to refuse must be cheap
    submission = check_submission(
        sent,
        site,
        desk.limits,
        seconds_to_write=_seconds_to_write(desk, site, sent.form_token),
        has_mail=desk.policy.has_mail,
    )
    once = _once(desk, site, sent, idempotency_key)
    rendered = render(submission.source)
    try:
        _limit(desk, site, submission, client)  # only now: what cannot be shown has not used up anything
    except TooManyRequestsError:
        if (earlier := await _earlier(desk, site, once)) is None:
            raise
        return _accepted(desk, site, earlier)
    prepared = _prepare(desk, site, sent, submission, rendered, once)
    comment = await desk.store.write(lambda conn: write(conn, prepared), origin=origin_of(site, client))
    return _accepted(desk, site, comment)


async def _earlier(desk: Desk, site: Site, once: Once | None) -> OwnComment | None:
    """What this same submission made already: whoever sends it once more is answered, be it once too often.

    Raises:
        IdempotencyKeyReusedError: The key came with other content.
    """
    if once is None:
        return None

    def job(conn: Connection) -> OwnComment | None:
        earlier = submissions.repeated(conn, site.id, once)
        return None if earlier is None else own(conn, earlier)

    return await desk.store.read(job)


def _prepare(
    desk: Desk, site: Site, sent: Sent, submission: Submission, rendered: Rendered, once: Once | None
) -> Prepared:
    email = submission.email
    return Prepared(
        site=site,
        submission=submission,
        rendered=rendered,
        text_digest=text_digest(rendered.text),
        blind_indexes=desk.index.candidates(email, site_key=site.key) if email else [],
        sealed_email=desk.sealer.seal(email) if email else None,
        proof=_proof(desk, site, sent.receipt),
        once=once,
        is_site_flooded=is_flooded(desk, site),
        now=to_the_minute(desk.clocks.now()),
    )


def _accepted(desk: Desk, site: Site, comment: OwnComment) -> Accepted:
    return Accepted(comment, desk.signer.sign(Purpose.RECEIPT, {"comment": comment.id, "site": site.key}))


def _limit(desk: Desk, site: Site, submission: Submission, client: str | None) -> None:
    desk.limiter.check_all(
        Attempt(desk.policy.per_reader, f"post {site.key}", client),
        Attempt(desk.policy.per_thread, f"thread {site.key} {submission.address}"),
    )


def is_flooded(desk: Desk, site: Site) -> bool:
    """Count one more comment that comes in; whether there are more than the site can have readers for."""
    try:
        desk.limiter.check(desk.policy.per_site, scope=f"site {site.key}")
    except TooManyRequestsError:
        return True
    return False


def _seconds_to_write(desk: Desk, site: Site, token: str | None) -> float | None:
    """Since the form was opened; None without a valid token of this site."""
    if token is None:
        return None
    try:
        claims = desk.signer.verify(Purpose.FORM, token, max_age=desk.policy.form_age)
        age = desk.signer.age(Purpose.FORM, token, max_age=desk.policy.form_age)
    except InvalidTokenError:
        return None
    return age.total_seconds() if claims.get("site") == site.key else None


def _proof(desk: Desk, site: Site, receipt: str | None) -> str | None:
    """Public id of the comment that a valid receipt of this site proves; an invalid one proves nothing."""
    if receipt is None:
        return None
    try:
        claims = desk.signer.verify(Purpose.RECEIPT, receipt, max_age=desk.policy.receipt_age)
    except InvalidTokenError:
        return None
    return str(claims["comment"]) if claims.get("site") == site.key else None


def _once(desk: Desk, site: Site, sent: Sent, key: str | None) -> Once | None:
    if key is None:
        return None
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise MalformedIdempotencyKeyError
    content = json.dumps(sent.model_dump(exclude={"form_token", "receipt"}), sort_keys=True).encode()
    return Once(
        digest=desk.index.fingerprint(b"idempotency key " + key.encode(), site_key=site.key),
        fingerprints=tuple(desk.index.fingerprint_candidates(content, site_key=site.key)),
    )
