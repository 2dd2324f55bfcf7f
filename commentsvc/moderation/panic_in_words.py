"""What moderators are told while the panic switch is on."""

from collections.abc import Collection, Mapping

from sqlalchemy.engine import Connection

from commentsvc.domain.site import Panic
from commentsvc.store import sites
from commentsvc.store.read_only import is_read_only

_READ_ONLY = "Nothing can be changed just now, no decision either: whoever runs this service has set it to read only."
_OF_A_SITE: Mapping[Panic, str] = {
    Panic.HOLD: "{site}: every new comment waits for now, whoever wrote it.",
    Panic.FREEZE: "{site}: nobody can post or change a comment for now. What is there can be read and decided on.",
}
_BY_WHOM = " Whoever runs this service has turned the panic switch on."


def panics(conn: Connection, site_ids: Collection[int]) -> list[str]:
    """A sentence for each of these sites whose switch is on, or one for all."""
    if is_read_only(conn):
        return [_READ_ONLY]
    found = sites.with_ids(conn, site_ids)
    return [
        _OF_A_SITE[each.policy.panic].format(site=each.name) + _BY_WHOM
        for each in found
        if each.policy.panic is not Panic.OFF
    ]
