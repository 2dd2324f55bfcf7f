"""POST /own/data/erase: what the holder of an address wants gone goes at once."""

import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.acts import Act
from commentsvc.domain.clock import Clocks
from commentsvc.domain.rights import Erasure
from commentsvc.rights.desk import holder_of, own_form
from commentsvc.rights.show_data import data_page
from commentsvc.rights.words_of_data import erased
from commentsvc.store import erasing
from commentsvc.store.engine import Store
from commentsvc.web.pages import Pages
from commentsvc.web.parts import part
from commentsvc.words.speech import speech

log = structlog.get_logger()

_FIELDS = {"t", "what", "sure"}
_SURE = "yes"


async def erase_data(request: Request) -> Response:
    """POST /own/data/erase: erase the address, the name as well, or the words as well; at once and for good."""
    fields = await own_form(request, _FIELDS)
    token = fields.get("t", "")
    holder = await holder_of(request, token)
    if fields.get("what") not in set(Erasure) or fields.get("sure") != _SURE:
        return await data_page(request, holder, token, is_refused=True)
    what, store, now = Erasure(fields["what"]), part(request, Store), part(request, Clocks).now()
    done = await erasing.erase_person(store, holder.author_id, what, act=Act.ERASE, now=now)
    log.info("data_erased", site=holder.site.key, decision=what, count=done.count)
    page = part(request, Pages).show(
        "rights/erased.html",
        language=holder.site.policy.language,
        site=holder.site,
        what=erased(speech(holder.site.policy.language), what),
        erased=done,
    )
    page.background = BackgroundTask(_scrub, store)
    return page


async def _scrub(store: Store) -> None:
    """Once the answer is sent: the rows are overwritten by now, what is left is in corners of the files."""
    if not await store.scrub():
        log.warning("scrub_postponed")
