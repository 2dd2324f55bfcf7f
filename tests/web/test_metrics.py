"""What Prometheus is told, and that nobody else is."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from commentsvc.domain.status import Decision
from commentsvc.settings import SettingsError, load_settings
from tests.support import migrated
from tests.support.service import Service, running_service

pytestmark = pytest.mark.anyio

TOKEN = "a-token-of-the-operator"
Samples = dict[tuple[str, ...], float]


@pytest.fixture
async def watched(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """A service whose operator watches it, once for each engine."""
    async with running_service(database_url, tmp_path, metrics_token=TOKEN) as running:
        yield running


async def test_what_waits_is_told_and_since_when(watched: Service) -> None:
    nothing = await _read(watched)
    assert nothing["commentsvc_waiting_comments", "news"] == 0
    assert nothing["commentsvc_oldest_waiting_seconds", "news"] == 0
    first = await watched.submit()
    watched.clock.advance(timedelta(minutes=10))
    await watched.submit()
    some = await _read(watched)
    assert some["commentsvc_waiting_comments", "news"] == 2
    assert 600 <= some["commentsvc_oldest_waiting_seconds", "news"] < 660  # comments have no seconds
    await watched.decide(first["comment"]["id"], Decision.APPROVE)
    fewer = await _read(watched)
    assert fewer["commentsvc_waiting_comments", "news"] == 1
    assert 0 <= fewer["commentsvc_oldest_waiting_seconds", "news"] < 60
    assert fewer["commentsvc_unsent_notices", "mail", "waiting"] == 0
    assert fewer["process_resident_memory_bytes",] > 10_000_000


async def test_nothing_about_people_is_in_it(watched: Service) -> None:
    await watched.submit(name="Ada Canary", email="canary@mail.example", body="Canaries sing.")
    answer = await watched.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert "canar" not in answer.text.lower()
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("sent", [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN])
async def test_without_the_token_the_address_is_unknown(watched: Service, sent: str | None) -> None:
    answer = await watched.client.get("/metrics", headers={} if sent is None else {"Authorization": sent})
    unknown = await watched.client.get("/nothing-here")
    assert (answer.status_code, answer.content) == (404, unknown.content)


async def test_where_no_token_is_set_it_is_unknown_to_everybody(tmp_path: Path) -> None:
    async with running_service(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path) as service:
        for sent in ("Bearer ", "Bearer x"):
            answer = await service.client.get("/metrics", headers={"Authorization": sent})
            assert answer.status_code == 404


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"COMMENTSVC_METRICS_TOKEN.*20 characters"):
        load_settings(metrics_token="short")


async def _read(service: Service) -> Samples:
    """Name and the labels' values → value."""
    answer = await service.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
