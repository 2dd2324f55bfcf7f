"""What a store says to its database, written down while a test looks on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

from commentsvc.store.engine import Store


@dataclass
class Heard:
    """Statements in the order in which they were run, and how often a transaction ended."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0
    rollbacks: int = 0


@contextmanager
def listening(store: Store) -> Iterator[Heard]:
    """Hear everything from both of the store's engines, savepoints left out."""
    heard = Heard()

    def on_execute(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            heard.statements.append(statement)

    def on_commit(_conn: object) -> None:
        heard.commits += 1

    def on_rollback(_conn: object) -> None:
        heard.rollbacks += 1

    engines = store.database.engines
    listeners = (("before_cursor_execute", on_execute), ("commit", on_commit), ("rollback", on_rollback))
    for engine in engines:
        for name, listener in listeners:
            sa.event.listen(engine, name, listener)
    try:
        yield heard
    finally:
        for engine in engines:
            for name, listener in listeners:
                sa.event.remove(engine, name, listener)
