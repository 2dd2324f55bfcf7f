"""Every look of the embed on the demo's gallery page: nothing at fault, nothing cut off, nothing jumps."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.deploy.conftest import until
from tests.support.axe import axe_violations
from tests.support.process import HOST, clean_environment, free_port

LOOKS = ("default", "dark", "newspaper", "dense", "large", "mirrored")
_MOST_SHIFT = 0.05
"""Cumulative layout shift that a page may have to be called good."""
_WATCH = """
window.shift = 0;
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
_TEXT_SPACING = """() => {
  const { style } = document.body;
  style.lineHeight = "1.5";
  style.letterSpacing = "0.12em";
  style.wordSpacing = "0.16em";
}"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the page, as `make run` shows it."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "tmp").mkdir()
    port, article_port = free_port(), free_port()
    ours = {"COMMENTSVC_PORT": str(port), "COMMENTSVC_PUBLIC_URL": f"http://{HOST}:{port}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "commentsvc", "demo", "--folder", folder, "--article-port", str(article_port)],
        cwd=folder,
        env=clean_environment(folder) | ours,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    address = f"http://{HOST}:{article_port}/embed-gallery"
    try:
        until(lambda: _answers(f"http://{HOST}:{port}/readyz") and _answers(address))
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_look_is_at_fault_or_cut_off_or_jumps(chromium: Browser, gallery: str, width: int, *, dark: bool) -> None:
    with chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
    ) as context:
        page = context.new_page()
        page.add_init_script(_WATCH)
        page.goto(gallery)
        _see_all(page)
        assert axe_violations(page) == []
        assert page.evaluate("shift") <= _MOST_SHIFT
        assert page.evaluate("violations") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(_TEXT_SPACING)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert _cut_off(page) == []


def test_a_look_is_loaded_when_a_reader_comes_near(chromium: Browser, gallery: str) -> None:
    with chromium.new_context(viewport={"width": 1280, "height": 600}) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/api/v1/thread" in request.url else None)
        page.goto(gallery)
        expect(_look(page, "default").locator("article").first).to_be_visible()
        assert 1 <= len(asked) < len(LOOKS)
        _see_all(page)
        assert len(asked) == len(LOOKS)


def test_forced_colours_and_reduced_motion_take_nothing_away(chromium: Browser, gallery: str) -> None:
    with chromium.new_context(forced_colors="active", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(gallery)
        _see_all(page)
        # The system's own colours, which axe takes for the page's: their contrast is the system's affair.
        assert {fault["id"] for fault in axe_violations(page)} <= {"color-contrast"}
        assert _colours(page) == {("rgb(0, 0, 0)", "rgb(255, 255, 255)")}
        running = "document.getAnimations().length + [...document.querySelectorAll('comment-thread')]"
        assert page.evaluate(f"{running}.reduce((sum, each) => sum + each.shadowRoot.getAnimations?.().length, 0)") == 0


def test_from_right_to_left_the_thread_is_mirrored(chromium: Browser, gallery: str) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(gallery)
        _see_all(page)
        sides = {}
        for look in ("default", "mirrored"):
            box = _look(page, look).bounding_box()
            heading = _look(page, look).locator("[part=heading]").evaluate("(it) => getComputedStyle(it).direction")
            replies = (
                _look(page, look)
                .locator("[part=replies]")
                .first.evaluate(
                    "(it) => ({ left: getComputedStyle(it).paddingLeft, right: getComputedStyle(it).paddingRight })"
                )
            )
            sides[look] = (heading, replies["left"] != "0px", replies["right"] != "0px", box is not None)
        assert sides == {"default": ("ltr", True, False, True), "mirrored": ("rtl", False, True, True)}


def test_threads_on_one_page_are_told_apart_by_their_labels(chromium: Browser, gallery: str) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(gallery)
        _see_all(page)
        for name, role in (("Comments: Dense", "region"), ("Leave a Reply: Dense", "form")):
            expect(page.get_by_role(role, name=name, exact=True)).to_have_count(1)  # type: ignore[arg-type]
        _look(page, "dense").evaluate("(it) => it.setAttribute('label', 'Close set')")
        expect(page.get_by_role("region", name="Comments: Close set", exact=True)).to_have_count(1)


def _look(page: Page, name: str) -> Locator:
    return page.locator(f"section.{name} comment-thread")


def _see_all(page: Page) -> None:
    """As one reads: each look is there before it comes into sight; one who leaps into its empty room sees it grow."""
    for name in LOOKS:
        _look(page, name).evaluate("(it) => scrollBy(0, it.getBoundingClientRect().top - innerHeight - 100)")
        expect(_look(page, name).locator("article")).to_have_count(6)
        _look(page, name).scroll_into_view_if_needed()


def _colours(page: Page) -> set[tuple[str, str]]:
    """Of headings and what is behind them where a look has a background of its own, as the browser paints them."""
    found = page.locator("section.dark comment-thread [part=thread]").evaluate_all(
        """(all) => all.map((each) => [
          getComputedStyle(each.querySelector("[part=heading]")).color, getComputedStyle(each).backgroundColor])"""
    )
    return {(text, behind) for text, behind in found}


def _cut_off(page: Page) -> list[str]:
    """Controls whose words do not fit into them."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("comment-thread")].flatMap(({ shadowRoot }) =>
          [...shadowRoot.querySelectorAll("button:not([hidden]), label, h3, h4")]
            .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline")
            .map((each) => each.textContent))"""
    )
    return found


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False
