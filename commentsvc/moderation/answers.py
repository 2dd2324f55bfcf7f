"""What scripts are told of decisions."""

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.clock import wire_time
from commentsvc.domain.errors import DecisionNotPossibleError
from commentsvc.domain.status import Decision
from commentsvc.store import decisions
from commentsvc.store.decisions import Decided, DecidedMany, LastDecision
from commentsvc.store.engine import Store
from commentsvc.web.parts import part
from commentsvc.web.problems import response_for
from commentsvc.web.signed_in import SignedIn


def decided(done: Decided, verb: Decision) -> dict[str, object]:
    """One decision."""
    return {"comment": done.comment, "decision": verb, "status": done.after, "batch": done.batch}


def decided_many(many: DecidedMany, faster: list[LastDecision]) -> dict[str, object]:
    """Several of one go, and who was faster at the others."""
    known = {each.comment: last(each) for each in faster}
    return {
        "batch": many.batch,
        "decided": [done.comment for done in many.decided],
        "skipped": [{"id": public_id} | known.get(public_id, {}) for public_id in many.skipped],
    }


def last(decision: LastDecision) -> dict[str, object]:
    """Who decided what; a null moderator is the site's own policy."""
    return {
        "status": decision.status,
        "decision": decision.act,
        "moderator": decision.moderator,
        "at": wire_time(decision.at),
    }


async def refused(request: Request, me: SignedIn, public_id: str, error: DecisionNotPossibleError) -> Response:
    """Nothing was changed, and who was faster."""
    faster = await part(request, Store).read(lambda conn: decisions.last(conn, [public_id], site_ids=me.site_ids))
    return response_for(error, also={"decided": last(faster[0]) if faster else None})
