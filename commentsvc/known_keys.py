"""Which keys a database was filled under: it remembers, and a service with others does not start."""

from sqlalchemy.engine import Connection

from commentsvc.domain.errors import WrongKeysError
from commentsvc.store import remembered
from commentsvc.store.engine import Store
from commentsvc.vault.keys import KeyRing

SEALS_WITH = "service_seals_with"
"""The database remembers under this name which key the service that started last seals with."""


async def check_keys(store: Store, ring: KeyRing) -> None:
    """Remember the sealing key at first start, and refuse a database that was filled under another.

    Raises:
        WrongKeysError: None of our keys is the remembered one; posts would be sealed for nobody.
    """
    ours = [pair.public.hex() for pair in ring.sealing]
    if await store.read(_known_key) is None:
        await store.write(lambda conn: remembered.remember_first(conn, "sealing_key", ours[0]))
    if await store.read(_known_key) not in ours:
        raise WrongKeysError("the key file does not belong to this database")


def _known_key(conn: Connection) -> object | None:
    return remembered.recall(conn, "sealing_key")
