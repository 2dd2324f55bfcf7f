"""What a first page costs on the wire: 100 comments of about 300 characters, as roots or with replies."""

import json
from pathlib import Path

from bench.installation import COMMENTS, publish_everything, running_service, words
from tests.support.process import ARTICLE, KEY, ORIGIN, ServiceProcess

ROOTS = 20
"""On a page."""
_CODINGS = ("identity", "gzip", "br")


def page_sizes(folder: Path) -> list[tuple[str, list[int]]]:
    """What is on the page → its bytes plain, by gzip and by brotli."""
    roots, replies = f"{ROOTS} of {COMMENTS} roots", f"{ROOTS} roots with {COMMENTS // ROOTS - 1} replies each"
    url = f"sqlite+aiosqlite:///{folder}/comments.db"
    with running_service(url, folder) as service:
        all_roots = [_post(service, "roots", number) for number in range(COMMENTS)]
        parents = [_post(service, "replies", number) for number in range(COMMENTS, COMMENTS + ROOTS)]
        assert publish_everything(url) == len(all_roots) + len(parents)
        for number in range(COMMENTS - ROOTS):
            _post(service, "replies", 3 * COMMENTS + number, parents[number % ROOTS])
        assert publish_everything(url) == COMMENTS - ROOTS
        return [(roots, _sizes(service, "roots")), (replies, _sizes(service, "replies"))]


def _post(service: ServiceProcess, article: str, number: int, parent: str | None = None) -> str:
    fields = {"site": KEY, "url": f"{ARTICLE}?{article}", "name": f"Reader {number}", "body": words(number)}
    fields |= {"email": f"reader{number}@mail.example"} | ({"parent": parent} if parent else {})
    headers = {"Content-Type": "application/json", "Origin": ORIGIN}
    answer = service.ask("POST", "/api/v1/comments", headers=headers, body=json.dumps(fields).encode())
    assert answer.status == 202, answer.body  # noqa: PLR2004 - 202 Accepted
    public_id: str = json.loads(answer.body)["comment"]["id"]
    return public_id


def _sizes(service: ServiceProcess, article: str) -> list[int]:
    path = f"/api/v1/thread?site={KEY}&body=tree&url={ARTICLE}%3F{article}"
    return [len(service.ask("GET", path, headers={"Accept-Encoding": coding}).body) for coding in _CODINGS]
