"""What the whole suite stands on works, and its parts do not disturb each other."""

import asyncpg
import pytest
from playwright.sync_api import Browser

from tests.support.postgres import Postgres


def _plain(url: str) -> str:
    return url.replace("postgresql+asyncpg", "postgresql")


def test_the_server_is_a_postgresql_18(postgres: Postgres) -> None:
    assert postgres.execute("SHOW server_version").startswith("18.")


@pytest.mark.anyio
async def test_a_new_database_is_empty_and_can_be_written(new_database: str) -> None:
    connection = await asyncpg.connect(_plain(new_database))
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.execute("CREATE TABLE here (word text)")
    await connection.execute("INSERT INTO here VALUES ('ja')")
    assert await connection.fetchval("SELECT word FROM here") == "ja"
    await connection.close()


def test_a_database_goes_although_somebody_is_connected(postgres: Postgres) -> None:
    name = postgres.create_database()
    assert name in postgres.execute("SELECT datname FROM pg_database").split()
    postgres.drop_database(name)
    assert name not in postgres.execute("SELECT datname FROM pg_database").split()


def test_a_refused_statement_is_an_error(postgres: Postgres) -> None:
    with pytest.raises(RuntimeError, match="syntax error"):
        postgres.execute("SELEKT 1")


def test_a_browser_shows_a_page(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<title>A page</title>")
    assert page.title() == "A page"
    page.close()


@pytest.mark.anyio
async def test_an_asynchronous_test_runs_after_one_with_a_browser(new_database: str) -> None:
    connection = await asyncpg.connect(_plain(new_database))
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()


def test_the_browser_works_on_after_an_asynchronous_test(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<p>Still here</p>")
    assert page.inner_text("p") == "Still here"
    page.close()


@pytest.mark.anyio
async def test_an_asynchronous_test_runs_between_and_after_those_with_a_browser(new_database: str) -> None:
    connection = await asyncpg.connect(_plain(new_database))
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()
