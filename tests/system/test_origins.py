"""Who may read what from where, and what no header can change, over the wire."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.routing import Route

from commentsvc.app import ROUTES
from tests.support import migrated
from tests.support.process import ARTICLE, KEY, Answer, ServiceProcess, running_process

TABLE = Path(__file__).with_name("origins.txt")
OTHER = "https://other.example"
THREAD = urlencode({"site": KEY, "url": ARTICLE})
JSON = {"Content-Type": "application/json"}
SUBMISSION = {"site": KEY, "url": ARTICLE, "name": "W", "email": "w@mail.example", "body": "Hello."}
REQUESTS: dict[str, tuple[str, str, object]] = {
    "thread": ("GET", f"/api/v1/thread?{THREAD}", None),
    "unknown-thread": ("GET", "/api/v1/thread?site=none&url=none", None),
    "replies": ("GET", f"/api/v1/replies?comment={'a' * 24}", None),
    "anchors": ("GET", f"/api/v1/anchors?{THREAD}&anchor=isso-1", None),
    "counts": ("GET", f"/api/v1/counts?{THREAD}", None),
    "feed": ("GET", f"/feed?site={KEY}", None),
    "recent": ("GET", f"/api/v1/recent?site={KEY}", None),
    "fragment": ("GET", f"/fragment?{THREAD}", None),
    "form": ("GET", f"/api/v1/form?site={KEY}", None),
    "embed": ("GET", "/embed.js", None),
    "counts-js": ("GET", "/counts.js", None),
    "tools": ("GET", f"/embed/tools-{'0' * 16}.js", None),
    "language": ("GET", "/languages/de.json", None),
    "description": ("GET", "/api/openapi.json", None),
    "submit": ("POST", "/api/v1/comments", SUBMISSION),
    "submit-preflight": ("OPTIONS", "/api/v1/comments", None),
    "preview": ("POST", "/api/v1/preview", {"site": KEY, "body": "Hello."}),
    "preview-preflight": ("OPTIONS", "/api/v1/preview", None),
    "receipts": ("POST", "/api/v1/receipts", {"receipts": []}),
    "receipts-preflight": ("OPTIONS", "/api/v1/receipts", None),
    "appeal": ("POST", f"/api/v1/comments/{'a' * 24}/appeals", {"text": "Please look again."}),
    "appeal-preflight": ("OPTIONS", f"/api/v1/comments/{'a' * 24}/appeals", None),
    "edit": ("PATCH", f"/api/v1/comments/{'a' * 24}", {"body": "Other words."}),
    "delete": ("DELETE", f"/api/v1/comments/{'a' * 24}", None),
    "edit-preflight": ("OPTIONS", f"/api/v1/comments/{'a' * 24}", None),
    "like": ("POST", f"/api/v1/comments/{'a' * 24}/likes", {"reader": "r" * 22, "liked": True}),
    "like-preflight": ("OPTIONS", f"/api/v1/comments/{'a' * 24}/likes", None),
    "report": ("POST", f"/api/v1/comments/{'a' * 24}/reports", {"reader": "r" * 22, "reason": "spam"}),
    "report-preflight": ("OPTIONS", f"/api/v1/comments/{'a' * 24}/reports", None),
    "report-page": ("GET", f"/report?comment={'a' * 24}", None),
    "own": ("GET", "/own", None),
    "read": ("GET", f"/read?{THREAD}", None),
    "sign-in": ("GET", "/moderation/sign-in", None),
    "queue": ("GET", "/moderation", None),
    "scripts": ("GET", "/api/v1/moderation/comments", None),
    "scripts-preflight": ("OPTIONS", "/api/v1/moderation/decisions", None),
    "health": ("GET", "/healthz", None),
}


def _rows() -> Iterator[tuple[str, str, str]]:
    """Request, origin, expected ``STATUS ALLOWED``; the first line names the origins."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    origins = lines[0][1:]
    for name, *expected in lines[1:]:
        yield from ((name, origin, wanted) for origin, wanted in zip(origins, expected, strict=True))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """With two sites."""
    folder = tmp_path_factory.mktemp("origins")
    with running_process(migrated.copy_sqlite(folder / "comments.db"), folder) as running:
        running.run("site", "add", "other", "--origin", OTHER)
        running.stop()
        running.start()
        yield running


def _ask(service: ServiceProcess, name: str, headers: dict[str, str]) -> Answer:
    method, path, body = REQUESTS[name]
    content = None if body is None else json.dumps(body).encode()
    return service.ask(method, path, headers=headers | (JSON if body else {}), body=content)


@pytest.mark.parametrize(("name", "origin", "wanted"), list(_rows()))
def test_an_origin_may_read_exactly_what_the_table_says(
    service: ServiceProcess, name: str, origin: str, wanted: str
) -> None:
    answer = _ask(service, name, {} if origin == "none" else {"Origin": origin})
    allowed = answer.header("Access-Control-Allow-Origin")
    words = {None: "-", "*": "*", origin: "itself"}
    assert f"{answer.status}:{words.get(allowed, allowed)}" == wanted
    assert answer.header("Access-Control-Allow-Credentials") is None
    if allowed not in {None, "*"}:
        assert "Origin" in str(answer.header("Vary"))


def test_the_table_has_every_request() -> None:
    assert {name for name, _, _ in _rows()} == set(REQUESTS)


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES if isinstance(route, Route)}))
def test_nothing_is_sniffed_and_only_public_reading_crosses_origins(service: ServiceProcess, path: str) -> None:
    filled = path.replace("{name}", "pages.css").replace("{id}", "a" * 24)
    for query in ("", f"?{THREAD}", f"?site={KEY}", "?nonsense=1"):
        answer = service.ask("GET", filled + query)
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert answer.header("Referrer-Policy") in {"same-origin", "no-referrer", "strict-origin"}
        may_cross = answer.header("Access-Control-Allow-Origin") is not None
        assert answer.header("Cross-Origin-Resource-Policy") == ("cross-origin" if may_cross else "same-origin")
        assert not (
            may_cross
            and path.startswith(
                ("/moderation", "/api/v1/moderation", "/read", "/report", "/own", "/static", "/healthz", "/readyz")
            )
        )
        kind = str(answer.header("Content-Type")) if answer.body else ""
        assert not kind.startswith("text/") or "charset=utf-8" in kind
        assert answer.header("Server") is None


UNKEYED = [
    "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Scheme", "X-Forwarded-Prefix",
    "X-Forwarded-Server", "X-Forwarded-For", "X-Forwarded", "Forwarded", "X-Original-URL", "X-Original-Host",
    "X-Rewrite-URL", "X-Host", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "Origin", "Referer",
    "User-Agent", "Accept", "Accept-Language", "Cookie", "Authorization", "X-Real-IP", "True-Client-IP",
    "CF-Connecting-IP", "Client-IP", "X-Requested-With", "X-WAP-Profile", "Via", "Pragma", "Range", "DNT",
]  # fmt: skip


@pytest.mark.parametrize("name", ["thread", "counts", "feed", "embed", "language", "description", "unknown-thread"])
def test_no_header_changes_what_a_cache_may_keep(service: ServiceProcess, name: str) -> None:
    plain = _ask(service, name, {})
    assert len(UNKEYED) >= 30
    for header in UNKEYED:
        answer = _ask(service, name, {header: "https://evil.example/moderation"})
        assert (answer.status, answer.body) == (plain.status, plain.body), header
        for kept in ("Cache-Control", "ETag", "Vary", "Location", "Access-Control-Allow-Origin"):
            assert answer.header(kept) == plain.header(kept), header


def test_a_header_that_changed_something_would_be_noticed(service: ServiceProcess) -> None:
    plain, packed = (_ask(service, "embed", {"Accept-Encoding": coding}) for coding in ("identity", "br"))
    assert plain.body != packed.body
    assert "Accept-Encoding" in str(packed.header("Vary"))


@pytest.mark.parametrize("name", ["submit", "preview", "receipts", "appeal", "edit", "like", "report"])
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "text/plain; application/json",
    ],
)
def test_what_a_foreign_form_can_send_is_refused(service: ServiceProcess, name: str, kind: str) -> None:
    method, path, body = REQUESTS[name]
    headers = {"Content-Type": kind} if kind else {}
    assert service.ask(method, path, headers=headers, body=json.dumps(body).encode()).status == 415
