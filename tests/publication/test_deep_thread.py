"""A chain of ten thousand replies is read like any other thread, a page at a time."""

import time

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.store.schema import comment
from tests.store.copy_comments import FIRST, copy_many, number
from tests.support.service import ARTICLE, Service

pytestmark = pytest.mark.anyio

_DEPTH = 10_000
_PAGE_SECONDS = 0.05


async def _chain(service: Service) -> str:
    """Each reply answers the one before; the public id of the root."""
    root = await service.publish()
    reply = await service.publish(parent=root)

    def job(conn: Connection) -> None:
        first = sa.select(comment.c.id).where(comment.c.public_id == reply).scalar_subquery()
        copy_many(conn, reply, _DEPTH, parent_id=sa.case((number == 1, first), else_=FIRST + number - 1))

    await service.store.write(job)
    return root


async def test_every_reply_of_a_deep_chain_is_read_page_by_page(service: Service) -> None:
    root = await _chain(service)
    answer = await service.client.get("/api/v1/replies", params={"comment": root})
    seen = list(answer.json()["comments"])
    while after := answer.json()["next"]:
        answer = await service.client.get("/api/v1/replies", params={"comment": root, "after": after})
        seen += answer.json()["comments"]
    assert len(seen) == _DEPTH + 1
    assert [each["parent"] for each in seen[1:]] == [each["id"] for each in seen[:-1]]


@pytest.mark.parametrize("path", ["/api/v1/thread", "/read", "/fragment", "/feed"])
async def test_a_page_of_a_deep_chain_costs_no_more_than_a_moment(service: Service, path: str) -> None:
    await _chain(service)
    query = {"site": service.site.key, "url": ARTICLE}
    spent = []
    for again in range(3):  # whatever is loaded or prepared once is not the page's
        await service.publish(body=f"Moves the thread on, {again}.")
        before = time.process_time()
        answer = await service.client.get(path, params=query)
        spent.append(time.process_time() - before)
        assert answer.status_code == 200, answer.text
    assert min(spent) < _PAGE_SECONDS, spent
