"""`commentsvc migrate` on a database that has no tables yet."""

from collections.abc import Callable

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """As an installation finds it, once for each engine."""
    return empty_database_url


def test_it_can_be_run_again(run: Run, refuse: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTSVC_MIGRATE_AT_START", "false")
    assert refuse("site", "list") == "The database is older than this program. Run `commentsvc migrate`."
    for _ in range(2):
        assert run("migrate").stdout == "The database is up to date.\n"
    assert run("site", "list").exit_code == 0
