"""The moderator in whose name a command acts."""

from sqlalchemy.engine import Connection

from commentsvc.cli.invite_moderators import checked
from commentsvc.cli.session import Session
from commentsvc.settings import SettingsError
from commentsvc.store import moderators
from commentsvc.store.moderators import Moderator
from commentsvc.vault.blind_index import BlindIndex


async def named_moderator(session: Session, email: str) -> Moderator:
    """The moderator with this address.

    Raises:
        SettingsError: There is none, or they are disabled.
    """
    candidates = BlindIndex(session.ring).moderator_candidates(checked(email))

    def job(conn: Connection) -> Moderator:
        found = moderators.by_index(conn, candidates)
        if found is None:
            raise SettingsError("There is no moderator with this address. `commentsvc moderator add` makes one.")
        if found.is_disabled:
            raise SettingsError("This moderator is disabled.")
        return found

    return await session.store.read(job)
