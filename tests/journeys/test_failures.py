"""The network fails at each step of posting: no word is lost, nothing is posted twice."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import Installation
from tests.journeys.steps import comment_by, fill_form, thread

_WORDS = "Every word of this matters."
Fail = Callable[[Route], object]


def _problem(status: int, code: str) -> Fail:
    body = json.dumps({"type": f"/errors/{code}", "title": f"Told: {code}.", "status": status, "code": code})
    headers = {"Access-Control-Allow-Origin": "*", "Retry-After": "1"}
    return lambda route: route.fulfill(
        status=status, content_type="application/problem+json", headers=headers, body=body
    )


def _arrive_unanswered(route: Route) -> None:
    route.fetch()
    route.abort()


def _no_json(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", headers={"Access-Control-Allow-Origin": "*"}, body="<p>Sign in")


_POST = "**/api/v1/comments"
_TOOLS = "**/embed/tools-*"
STEPS: dict[str, tuple[str, Fail]] = {
    "the script for it does not come": (_TOOLS, lambda route: route.abort()),
    "the script for it is another": (
        _TOOLS,
        lambda route: route.fulfill(
            body="hits.push(1)", content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"}
        ),
    ),
    "the form's time does not come": ("**/api/v1/form*", lambda route: route.abort()),
    "the form's time is no answer": ("**/api/v1/form*", _no_json),
    "the comment does not arrive": (_POST, lambda route: route.abort()),
    "the comment arrives, its answer does not": (_POST, _arrive_unanswered),
    "a captive portal answers": (_POST, _no_json),
    "the service is full": (_POST, _problem(503, "storage_unavailable")),
    "the service breaks": (_POST, _problem(500, "internal_error")),
    "it was too much at once": (_POST, _problem(429, "too_many_requests")),
    "the words are refused": (_POST, _problem(422, "invalid_input")),
    "the session of a proxy ended": (_POST, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>")),
}


@pytest.fixture(scope="module")
def mo(installation: Installation) -> Iterator[Page]:
    """A moderator at the queue."""
    with installation.moderator() as page:
        yield page


@pytest.mark.parametrize("step", STEPS)
def test_no_word_is_lost_and_nothing_is_posted_twice(installation: Installation, mo: Page, step: str) -> None:
    pattern, fail = STEPS[step]
    name = f"Writer {list(STEPS).index(step)}"
    with installation.person() as ada:
        ada.goto(installation.article(f"Fails {list(STEPS).index(step)}"))
        expect(thread(ada)).to_contain_text("Be the first to comment")
        failed: list[str] = []

        def break_it(route: Route) -> None:
            failed.append(route.request.url)
            fail(route)

        ada.route(pattern, break_it)
        form = thread(ada).locator("form").last
        fill_form(form, name=name, words=_WORDS)
        _press_until(ada, form, lambda: bool(failed))
        _is_kept_or_sent(ada, form, name)
        ada.unroute(pattern)
        if not comment_by(ada, name).count():
            form.get_by_role("button", name="Post Comment").click()
        expect(comment_by(ada, name)).to_contain_text("awaiting moderation")
        expect(form.get_by_role("textbox", name="Comment")).to_have_value("")
        mo.reload()
        expect(mo.locator("article.card").filter(has_text=name)).to_have_count(1)
        assert ada.evaluate("hits") == []


def test_words_are_there_again_after_a_crash(installation: Installation) -> None:
    article = installation.article("Crash")
    with installation.person() as ada:
        ada.goto(article)
        form = thread(ada).locator("form").last
        form.get_by_role("textbox", name="Comment").fill(_WORDS)
        again = ada.context.new_page()
        ada.close(run_before_unload=False)
        again.goto(article)
        expect(thread(again).locator("form").last.get_by_role("textbox", name="Comment")).to_have_value(_WORDS)


def _press_until(page: Page, form: Locator, has_failed: Callable[[], bool]) -> None:
    form.get_by_role("button", name="Post Comment").click()
    for _ in range(300):
        if has_failed():
            return
        page.wait_for_timeout(100)
    raise AssertionError("the step was never reached")


def _is_kept_or_sent(page: Page, form: Locator, name: str) -> None:
    """Either the words stand in the form and something is said, or the comment stands in the thread."""
    told = form.locator("[part=form-error]:not(:empty)").or_(comment_by(page, name))
    expect(told.first).to_be_visible()
    if not comment_by(page, name).count():
        expect(form.get_by_role("textbox", name="Comment")).to_have_value(_WORDS)
        expect(form.get_by_role("textbox", name="Email")).not_to_have_value("")
