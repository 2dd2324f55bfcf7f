"""The daily round, on a clock that is moved."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from commentsvc.app import create_app, new_retention
from commentsvc.domain.site import SitePolicy
from commentsvc.domain.status import Decision
from commentsvc.rights.retain import Retention, is_overdue
from commentsvc.settings import load_settings
from commentsvc.store.schema import author, comment, outbox
from tests.rights.conftest import ADA, People

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


@pytest.fixture
def retention(people: People) -> Retention:
    return new_retention(load_settings(), people.service.store, people.service.clock.clocks())


async def _round(retention: Retention) -> int:
    done = 0
    while step := await retention.do():
        done += step
    return done


async def _all(people: People, column: Any) -> list[Any]:
    query = sa.select(column).order_by(column.table.c.id)
    return await people.service.store.read(lambda conn: list(conn.execute(query).scalars()))


async def test_what_is_kept_long_enough_goes_and_its_bytes_with_it(
    people: People, retention: Retention, tmp_path: Path
) -> None:
    service, canary = people.service, "xylophonic" * 3
    await service.publish(email=ADA, name="Ada", body="Published words.")
    refused = (await service.submit(email=ADA, name="Ada", body=f"W{canary}"))["comment"]["id"]
    await service.decide(refused, Decision.REJECT)
    (sealed,) = await _all(people, author.c.sealed_email)
    files = sorted(tmp_path.glob("comments.db*"))

    def has(needle: bytes) -> bool:
        return any(needle in file.read_bytes() for file in files)

    assert await _round(retention) == 0
    service.clock.advance(31 * DAY)
    assert await _round(retention) > 0
    assert await _all(people, comment.c.source) == ["Published words.", ""]
    assert await _all(people, author.c.sealed_email) == [sealed]
    assert not has(canary.encode())
    assert not files or has(sealed)
    service.clock.advance(60 * DAY)
    await _round(retention)
    assert await _all(people, author.c.sealed_email) == [None]
    assert await _all(people, author.c.blind_index) == [None]
    assert await _all(people, comment.c.name) == ["Ada", "deleted"]
    assert await _all(people, outbox.c.id) == []
    assert not has(sealed)


async def test_a_round_is_made_once_a_day_and_in_portions(
    people: People, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commentsvc.rights.retain.PORTION", 2)
    for number in range(5):
        await people.service.publish(email=f"r{number}@mail.example")
    people.service.clock.advance(91 * DAY)
    steps = []
    while step := await retention.do():
        steps.append(step)
    assert len(steps) >= 3
    assert await _all(people, author.c.sealed_email) == [None] * 5
    await people.service.publish(email=ADA)
    people.service.clock.advance(DAY / 2)
    assert await retention.do() == 0
    assert not await is_overdue(people.service.store, people.service.clock.now())
    people.service.clock.advance(2 * DAY)
    assert await is_overdue(people.service.store, people.service.clock.now())


async def test_words_that_their_writers_deleted_are_gone_from_the_files_after_the_next_round(
    people: People, retention: Retention, tmp_path: Path
) -> None:
    service, canary = people.service, "xylophonic" * 3
    for number in range(20):  # so that some of it stands in pages that are not written anew by themselves
        taken = await service.submit(email=ADA, body=f"W{canary}{number} " * 50)
        headers = {"Authorization": f"Bearer {taken['receipt']}"}
        path = f"/api/v1/comments/{taken['comment']['id']}"
        service.clock.advance(timedelta(minutes=10))
        assert (await service.client.delete(path, headers=headers)).status_code == 200
    service.clock.advance(DAY)
    await _round(retention)
    assert await _all(people, comment.c.source) == [""] * 20
    assert not any(canary.encode() in file.read_bytes() for file in tmp_path.glob("comments.db*"))


async def test_for_ever_is_for_ever(people: People, retention: Retention) -> None:
    await people.service.change_policy(SitePolicy(address_days=None, refused_days=None))
    refused = (await people.service.submit(email=ADA, body="Kept."))["comment"]["id"]
    await people.service.decide(refused, Decision.REJECT)
    people.service.clock.advance(4_000 * DAY)
    await _round(retention)
    assert await _all(people, comment.c.source) == ["Kept."]
    assert None not in await _all(people, author.c.sealed_email)


async def test_a_service_without_a_worker_says_when_nobody_erases(
    people: People, retention: Retention, capsys: pytest.CaptureFixture[str], database_url: str
) -> None:
    service = people.service
    settings = load_settings(database_url=database_url, worker_in_service=False)
    service.clock.advance(3 * DAY)
    for is_told in (True, False):
        app = create_app(settings, service.ring, clocks=service.clock.clocks())
        async with app.router.lifespan_context(app):
            pass
        said = capsys.readouterr()
        assert ("retention_overdue" in said.out + said.err) is is_told
        await _round(retention)
