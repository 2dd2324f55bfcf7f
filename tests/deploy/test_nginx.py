"""The deployment's nginx caches what everybody may see, and nothing else."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from commentsvc.domain.errors import CommentsvcError, StorageUnavailableError, TooLargeError, TooManyRequestsError
from tests.deploy.conftest import Answer, Client, Service, until
from tests.support.nginx import Nginx

THREAD = "/api/v1/thread?site=demo&url=https%3A%2F%2Fexample.org%2Fa"
READ = "/read?site=demo&url=x"
PUBLIC = (
    THREAD,
    "/api/v1/replies?comment=c1",
    "/api/v1/anchors?site=demo&url=https%3A%2F%2Fexample.org%2Fa&anchor=isso-1",
    "/api/v1/counts?site=demo&url=x",
    "/api/v1/recent?site=demo",
    "/feed?site=demo",
    "/fragment?site=demo&url=x",
    "/embed.js",
    "/counts.js",
    "/embed/tools-0123456789abcdef.js",
    "/languages/de.json",
)


@pytest.mark.parametrize("target", PUBLIC)
def test_the_second_reader_is_answered_from_the_cache(client: Client, service: Service, target: str) -> None:
    assert client.ask(target).cache == "MISS"
    second = client.ask(target)
    assert (second.cache, second.text) == ("HIT", "answer 1")
    assert [seen.target for seen in service.seen] == [target]


@pytest.mark.parametrize("target", ["/moderation/", "/api/v1/receipts", "/api/v1/threads"])
def test_other_pages_are_never_cached(client: Client, service: Service, target: str) -> None:
    assert [client.ask(target).text for _ in range(2)] == ["answer 1", "answer 2"]
    assert len(service.seen) == 2


@pytest.mark.parametrize("target", ["/api/v1/comments", THREAD, READ])
def test_posts_reach_the_service_each_time(client: Client, service: Service, target: str) -> None:
    answers = [client.ask(target, method="POST", body=b"{}").text for _ in range(2)]
    assert answers == ["answer 1", "answer 2"]
    assert [seen.method for seen in service.seen] == ["POST", "POST"]


def test_a_post_arrives_whole_with_the_headers_it_needs(client: Client, service: Service) -> None:
    body = json.dumps({"body": "ä" * 15_000}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Origin": "https://example.org", "Idempotency-Key": "k-12345678"}
    client.ask("/api/v1/comments", method="POST", body=body, headers=headers)
    assert service.seen[0].body == body
    assert {name: service.seen[0].headers[name] for name in headers} == headers


@pytest.mark.parametrize("header", ["Authorization", "Cookie"])
def test_whoever_says_who_they_are_is_neither_answered_from_nor_into_the_cache(
    client: Client, service: Service, header: str
) -> None:
    mine = {header: "secret"}
    assert client.ask(THREAD, headers=mine).text == "answer 1"
    assert client.ask(THREAD).text == "answer 2"
    assert client.ask(THREAD, headers=mine).text == "answer 3"
    assert client.ask(THREAD).text == "answer 2"
    assert service.seen[0].headers[header] == "secret"


@pytest.mark.parametrize("control", ["no-store", "private", "no-cache", "public, max-age=60, s-maxage=0"])
def test_what_the_service_does_not_want_cached_is_not(client: Client, service: Service, control: str) -> None:
    service.answer = lambda _: Answer(headers={"Cache-Control": control})
    assert [client.ask(THREAD).text for _ in range(2)] == ["answer 1", "answer 2"]


def test_an_error_without_a_lifetime_is_not_cached(client: Client, service: Service) -> None:
    service.answer = lambda _: Answer(status=404, headers={})
    assert [client.ask(THREAD).text for _ in range(2)] == ["answer 1", "answer 2"]


def test_readers_are_served_the_last_answer_while_the_service_is_down(client: Client, service: Service) -> None:
    service.answer = lambda _: Answer(headers={"Cache-Control": "public, s-maxage=1", "ETag": '"1"'})
    assert client.ask(THREAD).text == "answer 1"
    service.stop()
    until(lambda: client.ask(THREAD).cache in {"STALE", "UPDATING"})
    answer = client.ask(THREAD)
    assert (answer.status, answer.text) == (200, "answer 1")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_readers_are_served_the_last_answer_while_the_service_fails(
    client: Client, service: Service, status: int
) -> None:
    service.answer = lambda _: Answer(headers={"Cache-Control": "public, s-maxage=1"})
    client.ask(THREAD)
    service.answer = lambda _: Answer(status=status, headers={})
    until(lambda: client.ask(THREAD).cache != "HIT" and len(service.seen) > 1)
    answer = client.ask(THREAD)
    assert (answer.status, answer.text) == (200, "answer 1")


def test_a_new_revision_is_asked_for_with_the_old_etag(client: Client, service: Service) -> None:
    service.answer = lambda _: Answer(headers={"Cache-Control": "public, s-maxage=1", "ETag": '"1"'})
    client.ask(THREAD)
    until(lambda: client.ask(THREAD) is not None and len(service.seen) > 1)
    assert service.seen[1].headers["If-None-Match"] == '"1"'


def test_a_file_that_is_kept_open_does_not_keep_a_new_answer_from_readers(
    client: Client, service: Service, nginx: Nginx
) -> None:
    service.answer = lambda _: Answer(headers={"Cache-Control": "public, s-maxage=1"})
    assert [client.ask(THREAD).text for _ in range(3)] == ["answer 1"] * 3
    assert _open_answers(nginx)
    until(lambda: client.ask(THREAD).text == "answer 2")


def test_no_reader_waits_while_a_new_revision_is_asked_for(client: Client, service: Service) -> None:
    gate = threading.Event()
    service.answer = lambda _: Answer(headers={"Cache-Control": "public, s-maxage=1"})
    client.ask(THREAD)
    service.answer = lambda _: Answer(gate=gate)
    until(lambda: client.ask(THREAD).cache == "STALE")
    assert (client.ask(THREAD).cache, client.ask(THREAD).text) == ("UPDATING", "answer 1")
    gate.set()
    until(lambda: client.ask(THREAD).text == "answer 2")


def test_a_reader_who_has_it_already_is_told_so_by_the_cache(client: Client, service: Service) -> None:
    service.answer = lambda _: Answer(headers={"Cache-Control": "public, s-maxage=60", "ETag": '"1"'})
    client.ask(THREAD)
    answer = client.ask(THREAD, headers={"If-None-Match": '"1"'})
    assert (answer.status, answer.text) == (304, "")
    assert len(service.seen) == 1


def test_readers_who_come_at_once_ask_the_service_once(client: Client, service: Service) -> None:
    gate = threading.Event()
    service.answer = lambda seen: Answer(gate=gate if seen.target == THREAD else None)
    with ThreadPoolExecutor(30) as readers:
        answers = [readers.submit(client.ask, THREAD) for _ in range(30)]
        until(lambda: _connections_to(client.nginx.port) == 30 and len(service.seen) == 1)
        assert Client(client.nginx).ask("/moderation/").text == "answer 2"  # the others had time to get through
        gate.set()
        assert {answer.result().text for answer in answers} == {"answer 1"}
    assert [seen.target for seen in service.seen] == [THREAD, "/moderation/"]


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("GZIP", "gzip"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("br;q=0.0, gzip;q=0.001", "gzip"),
        ("br;q=0.5", "br"),
        ("gzip;q=0", None),
        ("identity", None),
        ("brotli, xgzip", None),
        ("", None),
    ],
)
def test_encodings_are_asked_for_in_one_spelling(
    client: Client, service: Service, accepted: str, sent: str | None
) -> None:
    client.ask(THREAD, headers={"Accept-Encoding": accepted})
    assert service.seen[0].headers["Accept-Encoding"] == sent


def test_the_cache_keeps_one_variant_for_each_encoding(client: Client, service: Service) -> None:
    service.answer = lambda _: Answer(headers={"Cache-Control": "public, s-maxage=60", "Vary": "Accept-Encoding"})
    spellings = ("gzip, deflate, br", "br, gzip", "br;q=1", "gzip", "gzip, deflate", "identity", "")
    answers = [client.ask(THREAD, headers={"Accept-Encoding": spelling}) for spelling in spellings]
    assert [answer.text for answer in answers] == ["answer 1"] * 3 + ["answer 2"] * 2 + ["answer 3"] * 2
    assert {answer.headers["Vary"] for answer in answers} == {"Accept-Encoding"}


POISON = (
    "Host", "Origin", "Referer", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix",
    "X-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-HTTP-Method-Override", "Accept", "Accept-Language",
    "User-Agent", "Range", "X-Anything",
)  # fmt: skip


def test_no_header_outside_the_key_reaches_what_is_cached(client: Client, service: Service) -> None:
    client.ask(THREAD, headers=dict.fromkeys(POISON, "evil.example"))
    assert "evil.example" not in str(service.seen[0].headers)
    assert client.ask(THREAD).cache == "HIT"


def test_each_reader_of_the_page_with_a_form_asks_the_service_and_one_without_it_is_kept(
    client: Client, service: Service
) -> None:
    mine = dict.fromkeys((*POISON, "Cookie", "Authorization"), "evil.example")
    pages = (READ, f"{READ}&parent=c1", f"{READ}&parent=c2&sort=top")
    answers = {client.ask(page, headers=mine).text for page in (*pages, *pages)}
    assert len(answers) == 6
    kept = [READ + "&form=later", READ + "&sort=top&form=later"]
    until(lambda: len(service.seen) == 8)
    assert sorted(seen.target for seen in service.seen) == sorted([*pages, *pages, *kept])
    assert not any("evil.example" in str(seen.headers) for seen in service.seen if seen.target in kept)


@pytest.mark.parametrize("status", [None, 502, 503, 504])
def test_the_page_without_its_form_stands_in_while_the_service_fails(
    client: Client, service: Service, status: int | None
) -> None:
    client.ask(READ)
    until(lambda: len(service.seen) == 2)
    kept = [f"answer {number}" for number, seen in enumerate(service.seen, 1) if "form=later" in seen.target]
    service.answer = lambda _: Answer(status=status or 500, headers={})
    if status is None:
        service.stop()
    for page in (READ, f"{READ}&parent=c1"):
        answer = client.ask(page)
        assert ([answer.text], answer.headers.get_all("Cache-Control")) == (kept, ["no-store"])
    assert client.ask(READ, method="POST", body=b"body=x").status == (status or 503)
    assert client.ask(f"{READ}&sort=top").status == (status or 503)  # nobody had read that


@pytest.mark.parametrize("target", ["/read/page", "/read/kept"])
def test_how_the_page_is_kept_cannot_be_asked_for_from_outside(client: Client, service: Service, target: str) -> None:
    assert client.ask(target).status == 404
    assert service.seen == []


def test_a_body_does_not_reach_what_is_cached(client: Client, service: Service) -> None:
    client.ask(THREAD, body=b"GET /smuggled HTTP/1.1\r\n\r\n")
    seen = service.seen[0]
    assert (seen.body, seen.beyond, seen.headers["Content-Length"]) == (b"", b"", None)


def test_another_address_is_another_answer(client: Client) -> None:
    targets = (THREAD, f"{THREAD}&sort=newest", "/api/v1/thread", "/api/v1/%74hread", "//api/v1/thread")
    assert [client.ask(target).text for target in targets] == [f"answer {number}" for number in range(1, 6)]


@pytest.mark.parametrize("target", [THREAD, "/moderation/", "/api/v1/comments"])
@pytest.mark.parametrize("forged", ["203.0.113.9", "203.0.113.9, 198.51.100.7", "unknown", "127.0.0.1"])
def test_a_forged_forwarded_address_is_replaced(client: Client, service: Service, target: str, forged: str) -> None:
    client.ask(target, headers={"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for={forged}"})
    headers = service.seen[0].headers
    assert headers.get_all("X-Forwarded-For") == ["127.0.0.77"]
    assert (headers["X-Real-IP"], headers["Forwarded"]) == (None, None)


def test_no_log_names_a_client_or_a_query(client: Client, service: Service, nginx: Nginx) -> None:
    client.ask(THREAD)
    client.ask(
        "/moderation/link?token=TOPSECRET", headers={"User-Agent": "Canary", "Referer": "https://canary.example"}
    )
    client.ask("/api/v1/comments", method="POST", body=b"x" * 70_000)
    client.ask("/" + "x" * 10_000)
    service.stop()
    assert client.ask("/moderation/").status == 503
    until(lambda: nginx.output.read_text().count("\n") == 5)
    written = nginx.output.read_text()
    assert "GET /api/v1/thread 200" in written
    assert "POST /api/v1/comments 413" in written
    assert "GET /moderation/ 503" in written
    for secret in ("127.0.0.77", "TOPSECRET", "site=demo", "anary"):
        assert secret not in written


def test_a_body_over_64_kib_is_refused_in_the_services_shape(client: Client, service: Service) -> None:
    answer = client.ask("/api/v1/comments", method="POST", body=b"x" * (64 * 1024 + 1))
    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(answer.text) == _problem(TooLargeError)
    assert service.seen == []


def test_a_body_of_64_kib_is_left_to_the_service(client: Client, service: Service) -> None:
    assert client.ask("/api/v1/comments", method="POST", body=b"x" * 64 * 1024).status == 200
    assert len(service.seen[0].body) == 64 * 1024


def test_no_words_are_written_to_disk_on_their_way(client: Client, service: Service, nginx: Nginx) -> None:
    folder = nginx.output.parent / "body"
    before = folder.stat().st_mtime_ns
    client.ask("/api/v1/comments", method="POST", body=b"x" * 64 * 1024)
    assert len(service.seen) == 1
    assert folder.stat().st_mtime_ns == before


def test_one_address_cannot_take_every_connection(nginx: Nginx, service: Service) -> None:
    gate = threading.Event()
    greedy, honest = Client(nginx, "127.0.0.66"), Client(nginx)
    service.answer = lambda seen: Answer(gate=gate if seen.headers["X-Forwarded-For"] == greedy.address else None)
    with ThreadPoolExecutor(100) as pool:
        held = [pool.submit(greedy.ask, "/moderation/") for _ in range(100)]
        until(lambda: len(service.seen) == 100)
        refused = greedy.ask("/api/v1/comments", method="POST", body=b"{}")
        assert honest.ask("/moderation/").status == 200
        gate.set()
        assert {answer.result().status for answer in held} == {200}
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert json.loads(refused.text) == _problem(TooManyRequestsError)


def test_without_the_service_posting_is_refused_in_its_shape(client: Client, service: Service) -> None:
    service.stop()
    answer = client.ask("/api/v1/comments", method="POST", body=b"{}")
    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("5", "no-store")
    assert json.loads(answer.text) == _problem(StorageUnavailableError)


@pytest.mark.parametrize("target", ["/metrics", "/readyz"])
def test_what_is_for_the_operator_is_not_shown_outside(client: Client, service: Service, target: str) -> None:
    assert client.ask(target).status == 404
    assert service.seen == []


def _open_answers(nginx: Nginx) -> list[str]:
    """Files of the cache that its workers hold open."""
    held = [file.path for worker in psutil.Process(nginx.pid).children() for file in worker.open_files()]
    return [path for path in held if path.startswith(str(nginx.output.parent / "answers"))]


def _connections_to(port: int) -> int:
    connections = psutil.Process().net_connections(kind="tcp")
    there = [getattr(each.raddr, "port", None) for each in connections if each.status == psutil.CONN_ESTABLISHED]
    return there.count(port)


def _problem(error: type[CommentsvcError]) -> dict[str, object]:
    return {
        "type": f"urn:commentsvc:problem:{error.code}",
        "title": error.public,
        "status": error.status,
        "code": error.code,
    }
