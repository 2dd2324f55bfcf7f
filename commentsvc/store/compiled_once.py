"""Statements of the busiest jobs, which SQLAlchemy compiles once and then finds again without looking.

It finds what it has compiled by a key that spells out the whole statement, and takes the key's hash anew each time. For
a long statement that takes longer than anything else it does.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult

Values = Mapping[str, object]


class CompiledOnce:
    """A statement that is never put together again.

    Args:
        statement: All that changes in it are its parameters' values.
    """

    def __init__(self, statement: sa.Select[Any] | sa.Insert | sa.Update) -> None:
        self.statement = statement
        self._options = {"compiled_cache": _OfOneStatement()}

    def run(self, conn: Connection, values: Values | Sequence[Values]) -> CursorResult[Any]:
        """Execute it with these values, once for each mapping of a sequence."""
        return conn.execute(self.statement, values, execution_options=self._options)


class _OfOneStatement(dict[Any, Any]):
    """What SQLAlchemy takes for its cache: the statement is left out of the key, because there is only one.

    What stays is the dialect, the names of the parameters and whether there are several rows.
    """

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - as a dictionary has it
        return super().get(_without_statement(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:  # noqa: ANN401 - as above
        super().__setitem__(_without_statement(key), compiled)


def _without_statement(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, _, *others = key
    return (dialect, *others)
