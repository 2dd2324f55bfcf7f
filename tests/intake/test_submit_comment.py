"""POST /api/v1/comments, end to end on both databases."""

import pytest

from tests.support.service import ORIGIN, Service

pytestmark = pytest.mark.anyio


async def test_a_comment_waits_and_its_writer_gets_a_receipt(service: Service) -> None:
    answer = await service.post(service.submission(name="Ada", body="Hello *you*."))

    assert answer.status_code == 202
    comment = answer.json()["comment"]
    assert (
        comment["author"]["name"],
        comment["html"],
        comment["status"],
    ) == ("Ada", "<p>Hello <em>you</em>.</p>", "pending")
    assert answer.json()["receipt"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == ORIGIN


async def test_a_pending_comment_shows_nowhere(service: Service) -> None:
    before = await service.thread()
    await service.submit(title="The title")
    assert before == await service.thread()


async def test_an_approved_comment_is_public_and_moves_the_revision_by_one(service: Service) -> None:
    public_id = await service.publish()
    thread = await service.thread()
    assert [public_id] == [comment["id"] for comment in thread["comments"]]
    assert (thread["thread"]["count"], thread["thread"]["revision"]) == (1, 1)
