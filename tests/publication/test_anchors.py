"""GET /api/v1/anchors: links that were made before a comment came here lead to it."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.anchors import meanings
from commentsvc.domain.imports import Source
from commentsvc.domain.status import Decision
from commentsvc.store.schema import comment, import_ledger
from tests.support.service import ARTICLE, ORIGIN, Service

pytestmark = pytest.mark.anyio


async def ask(service: Service, anchor: str, url: str = ARTICLE) -> Any:
    return await service.client.get("/api/v1/anchors", params={"site": "news", "url": url, "anchor": anchor})


async def imported(service: Service, source: str, source_id: str, **changes: Any) -> str:
    """A published comment that came from elsewhere; its public id."""
    public_id = await service.publish(**changes)

    def note(conn: Connection) -> None:
        row = conn.execute(sa.select(comment).where(comment.c.public_id == public_id)).one()
        values = {"thread_id": row.thread_id, "source": source, "source_id": source_id, "comment_id": row.id}
        conn.execute(sa.insert(import_ledger), values)

    await service.store.write(note)
    return public_id


async def test_an_old_anchor_leads_to_the_comment_on_its_own_page_alone(service: Service) -> None:
    isso = await imported(service, "isso", "12")
    other = await imported(service, "isso", "12", url=f"{ORIGIN}/other")
    disqus = await imported(service, "disqus", "34")
    assert (await ask(service, "isso-12")).json() == {"comment": isso}
    assert (await ask(service, "isso-12", f"{ORIGIN}/other?utm_source=x")).json() == {"comment": other}
    answer = await ask(service, "comment-34")
    assert answer.json() == {"comment": disqus}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"].startswith("public")


async def test_what_is_not_there_or_not_public_is_unknown_alike(service: Service) -> None:
    gone = await imported(service, "isso", "1")
    await service.decide(gone, Decision.DELETE)
    answers = [
        await ask(service, "isso-1"),
        await ask(service, "isso-2"),
        await ask(service, "isso-1", f"{ORIGIN}/nowhere"),
        await ask(service, "!"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "unknown_comment")}
    assert len({answer.content for answer in answers}) == 1
    assert (await ask(service, "x" * 241)).status_code == 400


@pytest.mark.parametrize(
    ("anchor", "means"),
    [
        ("isso-12", {(Source.ISSO, "12")}),
        ("comment-34", {(Source.WORDPRESS, "34"), (Source.DISQUS, "34")}),
        ("remark42__comment-ef14-ab_1", {(Source.REMARK42, "ef14-ab_1")}),
        ("commento-e7069a7d", {(Source.COMMENTO, "e7069a7d"), (Source.COMENTARIO, "e7069a7d")}),
        ("comentario-1b2c-3d", {(Source.COMENTARIO, "1b2c-3d")}),
        ("atk-comment-5", {(Source.ARTALK, "5")}),
        ("60b8d2f1", {(Source.WALINE, "60b8d2f1")}),
        (f"comment-{'a2' * 12}", {(Source.COMMENTSVC, "a2" * 12)}),
        ("isso-\u0661", set()),
        ("comment-", set()),
        ("isso-12'", set()),
        ("", set()),
    ],
)
def test_an_anchor_means_what_its_program_made_of_it(anchor: str, means: set[tuple[Source, str]]) -> None:
    assert set(meanings(anchor)) == means
