"""The public service signs in to PostgreSQL as a role that cannot read what it need not, and does all its work so."""

from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ProgrammingError

from commentsvc.store import grants
from commentsvc.store.engine import Store
from commentsvc.store.schema import decision, history_head, metadata
from commentsvc.store.schema.columns import SEALED
from tests.support.moderation import Place, open_place
from tests.support.postgres import Postgres
from tests.support.public_role import ROLE, open_to_public, public_url
from tests.support.role_objects import MAKERS, Asked
from tests.support.roles import PEOPLE, Cast, Row, rows, told
from tests.system.test_role_matrix import Try

pytestmark = pytest.mark.anyio

ROWS = rows()
_CHANGES_OF_TABLES = [
    sa.text(each) for each in ("CREATE TABLE more (x int)", "DROP TABLE comment", "ALTER TABLE author ADD COLUMN x int")
]
_TOO_MUCH = sa.text(f"GRANT ALL ON author TO {ROLE}")
_NOTHING = sa.text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE}")
SEALED_COLUMNS = [
    f"{table.name}.{column.name}"
    for table in metadata.sorted_tables
    for column in table.columns
    if SEALED in column.info
]


@pytest.fixture(scope="module")
def module_database(postgres: Postgres) -> Iterator[str]:
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="module")
async def cast(postgres: Postgres, module_database: str) -> AsyncIterator[Cast]:
    """Two sites on a service that has no more rights than the public role."""
    url = await open_to_public(postgres, module_database)
    async with open_place(url, role="public", migrate_at_start=False) as place:
        await place.add_site()
        await place.add_site("herald", "The Herald")
        yield Cast(place)


@pytest.fixture
async def public(postgres: Postgres, new_database: str) -> AsyncIterator[Place]:
    url = await open_to_public(postgres, new_database)
    async with open_place(url, role="public", migrate_at_start=False) as place:
        await place.add_site()
        await place.add_moderator()
        yield place


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_every_route_answers_as_it_does_with_all_rights(cast: Cast, row: Row) -> None:
    tried = {}
    for who in PEOPLE:
        for where in row.places:
            person = await cast.bring(who)
            filled = await MAKERS[row.object](Asked(cast.place, cast, person, where))
            ready = Try(row, who, where, person, filled)
            tried[who, where] = told(await ready.send(), row.path), ready.expected
    assert {cell: answer for cell, (answer, _) in tried.items()} == {
        cell: expected for cell, (_, expected) in tried.items()
    }


def _run(statement: sa.Executable, conn: Connection) -> None:
    conn.execute(statement)


@pytest.mark.parametrize("column", SEALED_COLUMNS)
async def test_a_sealed_address_is_not_read(public: Place, column: str) -> None:
    await public.add_comment()
    table, _, name = column.partition(".")
    wanted = sa.select(metadata.tables[table].c[name])
    queries: tuple[sa.Executable, ...] = (
        wanted,
        sa.select(metadata.tables[table]),
        sa.select(sa.func.max(sa.func.length(wanted.subquery().c[name]))),
    )
    for query in queries:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await public.store.read(partial(_run, query))


def test_what_is_sealed_is_known_to_be() -> None:
    assert {"author.sealed_email", "moderator.sealed_email"} <= set(SEALED_COLUMNS)
    named = {f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in t.columns if "email" in c.name}
    assert named == set(SEALED_COLUMNS)


async def test_the_history_only_grows(public: Place) -> None:
    await public.add_batch()
    count = sa.select(sa.func.count()).select_from(decision)
    assert await public.store.read(lambda conn: conn.execute(count).scalar_one()) > 0
    changes: tuple[sa.Executable, ...] = (sa.update(decision).values(reason="x"), sa.delete(decision))
    for change in changes:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await public.store.write(partial(_run, change))
    await public.store.read(lambda conn: conn.execute(sa.select(history_head)).all())


async def test_the_tables_cannot_be_changed(public: Place) -> None:
    for statement in _CHANGES_OF_TABLES:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            await public.store.write(partial(_run, statement))


async def test_granting_again_takes_what_was_too_much(postgres: Postgres, new_database: str) -> None:
    url = await open_to_public(postgres, new_database)
    owner, public = Store(new_database), Store(url)
    await owner.open()
    await public.open(migrate=False)
    read = sa.text("SELECT count(sealed_email) FROM author")

    def give_too_much(conn: Connection) -> None:
        conn.execute(_TOO_MUCH)

    await owner.write(give_too_much)
    assert await public.read(lambda conn: conn.execute(read).scalar_one()) == 0
    await owner.write(lambda conn: grants.grant(conn, ROLE))
    with pytest.raises(ProgrammingError, match="permission denied"):
        await public.read(lambda conn: conn.execute(read))
    await public.close()
    await owner.close()


async def test_before_anything_is_granted_the_start_is_refused_in_one_sentence(
    postgres: Postgres, new_database: str
) -> None:
    url = await open_to_public(postgres, new_database)
    owner = Store(new_database)
    await owner.open()
    await owner.write(lambda conn: conn.execute(_NOTHING))
    await owner.close()
    assert url == public_url(new_database)
    with pytest.raises(Exception, match="permission denied for table alembic_version"):
        await Store(url).open(migrate=False)
