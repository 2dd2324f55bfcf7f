"""``make bench-embed``: how soon the first comment is seen, beside the same list as static HTML; to bench/EMBED.md."""

import asyncio
import gzip
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.installation import COMMENTS, publish_everything, running_service  # noqa: E402 - the path comes first
from bench.machine import describe_machine  # noqa: E402
from bench.measure_writes import post_some  # noqa: E402
from tests.support.browser import open_chromium  # noqa: E402
from tests.support.process import ARTICLE, HOST, KEY, ServiceProcess  # noqa: E402

_ROUNDS = 9
_PARAGRAPHS = "<p>The article itself, with a few words in it, as articles have.</p>" * 3
_EMBED, _STATIC = "/embed", "/static"
_FIRST_SEEN = """
const look = () => {
  const found = (document.querySelector("comment-thread")?.shadowRoot ?? document).querySelector("[part~=comment]");
  if (found?.getClientRects().length) console.debug(window.seen = performance.now());
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
_ASKED = """(service) => performance.getEntriesByType("resource")
  .filter(({ name, startTime }) => name.startsWith(service) && startTime < seen).length"""
"""As the page itself knows it: to be told of each request from outside would take time from what is measured."""
_LIST = """() => {
  const { shadowRoot } = document.querySelector("comment-thread");
  const styles = [...shadowRoot.adoptedStyleSheets[0].cssRules].map((rule) => rule.cssText).join("\\n");
  return [styles, shadowRoot.querySelector("section").outerHTML];
}"""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One load with nothing cached."""

    milliseconds: float
    """From navigation to the first frame in which a comment is laid out."""
    requests: int
    """To the comment service until then."""
    shift: float
    """Cumulative layout shift until all is quiet."""


class _Pages(ThreadingHTTPServer):
    """The article with the tag, and the same with the list in it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Handler)
        self.pages: dict[str, bytes] = {}

    def put(self, path: str, head: str, comments: str) -> None:
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>An article</title>'
            '<link rel="icon" href="data:,">'
            f"{head}<main><h1>An article</h1>{_PARAGRAPHS}{comments}</main><footer>The end of the page.</footer></html>"
        )
        self.pages[path] = brotli.compress(page.encode(), quality=11)


class _Handler(BaseHTTPRequestHandler):
    server: _Pages

    def do_GET(self) -> None:
        body = self.server.pages[self.path]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Encoding", "br")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Measure, and write the table."""
    with tempfile.TemporaryDirectory(prefix="commentsvc-bench-") as name:
        folder = Path(name)
        with running_service(f"sqlite+aiosqlite:///{folder}/comments.db", folder) as service:
            asyncio.run(post_some(service.port, COMMENTS))
            assert publish_everything(service.database_url) == COMMENTS
            with _pages() as pages, open_chromium() as browser:
                rounds = _measure(service, pages, browser)
    lines = [*_about(), *_table(rounds), *_sizes()]
    (ROOT / "bench" / "EMBED.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


@contextmanager
def _pages() -> Iterator[_Pages]:
    server = _Pages()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _measure(service: ServiceProcess, pages: _Pages, browser: Browser) -> dict[str, list[_Seen]]:
    reserved = "<style>comment-thread { display: block; min-height: 34em }</style>"
    tag = f'<script async src="{service.public_url}/embed.js" data-site="{KEY}" data-url="{ARTICLE}"></script>'
    pages.put(_EMBED, reserved + tag, "<comment-thread></comment-thread>")
    origin = f"http://{HOST}:{pages.server_port}"
    styles, comments = _list_of(browser, origin)
    pages.put(_STATIC, f"<style>{styles}</style>", comments)
    rounds: dict[str, list[_Seen]] = {_EMBED: [], _STATIC: []}
    for _ in range(_ROUNDS):
        for path, seen in rounds.items():
            seen.append(_look(browser, origin + path, service))
    return rounds


def _list_of(browser: Browser, origin: str) -> tuple[str, str]:
    """The embed's own style and list, to stand in a page as they are."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(origin + _EMBED)
        page.locator("comment-thread article").first.wait_for()
        styles, comments = page.evaluate(_LIST)
    return styles, comments


def _look(browser: Browser, address: str, service: ServiceProcess) -> _Seen:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(_FIRST_SEEN)
        with page.expect_console_message():  # asking the page whether it is so takes time from what is measured
            page.goto(address)
        page.wait_for_load_state("networkidle")
        return _Seen(page.evaluate("seen"), page.evaluate(_ASKED, service.public_url), page.evaluate("shift"))


def _about() -> Iterator[str]:
    yield "# The embed\n"
    today = datetime.now(UTC)  # noqa: TID251 - a date
    yield f"Measured on {today:%Y-%m-%d} by `make bench-embed`: {describe_machine()}.\n"
    yield f"A thread of {COMMENTS} comments on loopback, nothing cached, {_ROUNDS} loads of each page in turn. The"
    yield "static page holds the very list and style that the embed draws, compressed.\n"


def _table(rounds: dict[str, list[_Seen]]) -> Iterator[str]:
    medians = {path: statistics.median(each.milliseconds for each in seen) for path, seen in rounds.items()}
    yield "| until a comment is seen | ms, median | fastest and slowest | requests to the service | layout shift |"
    yield "| --- | --- | --- | --- | --- |"
    for path, name in ((_STATIC, "static HTML"), (_EMBED, "embed")):
        seen = rounds[path]
        times = [each.milliseconds for each in seen]
        requests, shift = max(each.requests for each in seen), max(each.shift for each in seen)
        yield f"| {name} | {medians[path]:.0f} | {min(times):.0f} to {max(times):.0f} | {requests} | {shift:.3f} |"
    yield f"\nThe embed takes {medians[_EMBED] / medians[_STATIC]:.2f} times as long as static HTML.\n"


def _sizes() -> Iterator[str]:
    static = ROOT / "commentsvc" / "web" / "static"
    catalogues = sorted((static / "languages").iterdir())
    largest = max(catalogues, key=lambda file: len(brotli.compress(file.read_bytes(), quality=11)))
    yield "| file | bytes | gzip -9 | brotli 11 |"
    yield "| --- | --- | --- | --- |"
    for file in (static / "embed.js", static / "embed-tools.js", largest):
        data = file.read_bytes()
        packed, best = len(gzip.compress(data, 9)), len(brotli.compress(data, quality=11))
        yield f"| {file.relative_to(static)} | {len(data):,} | {packed:,} | {best:,} |"
    yield f"\nThe last is the largest of {len(catalogues)} catalogues."


if __name__ == "__main__":
    main()
