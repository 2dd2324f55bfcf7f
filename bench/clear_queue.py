"""``python bench/clear_queue.py FILE…``: how many keys clear a queue of 1,000 real comments.

Each file is a CSV with the columns CONTENT, AUTHOR and CLASS (1: spam), as in the YouTube Spam Collection (Alberto,
Lochter and Almeida 2015). A scripted moderator in a real browser knows the label of each comment, and decides on all
that are like the current one where every one of them is spam: two keys. Otherwise it is one key for one comment.
"""

import csv
import http.client
import io
import json
import re
import sys
import tempfile
from functools import partial
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy.engine import Connection

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.moderate import ask_inside, invite, new_service, queue_of, wait_until_settled  # noqa: E402 - the path comes first
from bench.scripted_moderator import ScriptedModerator  # noqa: E402
from commentsvc.domain.comment import Likeness  # noqa: E402
from commentsvc.store import likes, sites  # noqa: E402
from tests.support.browser import open_chromium  # noqa: E402
from tests.support.process import HOST, KEY, ORIGIN, ServiceProcess  # noqa: E402

_WANTED = 1_000
_MOST_LIKE = """
(id) => [...document.getElementById(`c-${id}`).querySelectorAll("a[data-like]")]
  .map(({ dataset }) => [dataset.like, dataset.domain ?? null, Number(dataset.count)])
  .sort((one, other) => other[2] - one[2])[0] ?? null
"""


def main() -> None:
    """Fill the queue, clear it, and print what it took."""
    texts = [Path(name).read_text("utf-8-sig") for name in sys.argv[1:]]
    rows = [row for text in texts for row in csv.DictReader(io.StringIO(text, newline=""))]
    with open_chromium() as browser, tempfile.TemporaryDirectory(prefix="commentsvc-bench-") as name:
        service = new_service(Path(name))
        is_spam = _fill(service, rows)
        mo = ScriptedModerator.sign_in(browser.new_context(), invite(service, "mo"), queue_of(service), seed=1)
        single, groups, in_groups = _clear(mo, service, is_spam)
        wait_until_settled(service, len(is_spam))
        service.stop()
    keys = single + 2 * groups
    print(
        f"{len(is_spam)} real comments, {sum(is_spam.values())} of them spam: {keys} keys, of which {2 * groups} for "
        f"{in_groups} comments in {groups} groups; {keys / len(is_spam):.2f} keys a comment"
    )


def _fill(service: ServiceProcess, rows: list[dict[str, str]]) -> dict[str, bool]:
    """Post the rows until enough were taken; public id → whether it is spam."""
    connection = http.client.HTTPConnection(HOST, service.port)
    is_spam: dict[str, bool] = {}
    for number, row in enumerate(rows):
        if len(is_spam) == _WANTED:
            break
        author = row["AUTHOR"].strip()[:60] or f"Reader {number}"
        mailbox = re.sub(r"[^a-z0-9]", "", author.lower())[:40] or str(number)
        body = {
            "site": KEY,
            "url": f"{ORIGIN}/article-{number % 7}",
            "name": author,
            "email": f"{mailbox}x@mail.example",
            "body": row["CONTENT"].replace("\ufeff", ""),
        }
        headers = {"Content-Type": "application/json", "Origin": ORIGIN}
        connection.request("POST", "/api/v1/comments", json.dumps(body), headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        if answer.status == 202:  # noqa: PLR2004 - taken; some are refused, for a name or for links
            is_spam[told["comment"]["id"]] = row["CLASS"] == "1"
    return is_spam


def _clear(mo: ScriptedModerator, service: ServiceProcess, is_spam: dict[str, bool]) -> tuple[int, int, int]:
    """Single decisions, groups decided together, and how many comments those held."""
    single = groups = in_groups = 0
    while (card := mo.card()) is not None and card.status == "pending":
        like = _all_spam_like(mo.page, service, card.id, is_spam)
        if like:
            mo.page.keyboard.press("l")
            mo.page.get_by_role("dialog").wait_for()
            mo.page.keyboard.press("s")
            groups, in_groups = groups + 1, in_groups + like
        else:
            mo.page.keyboard.press("s" if is_spam[card.id] else "a")
            single += 1
        mo.wait_until_gone(card)
    return single, groups, in_groups


def _all_spam_like(page: Page, service: ServiceProcess, public_id: str, is_spam: dict[str, bool]) -> int:
    """How many comments the largest group of this card holds, if all of them are spam; else 0."""
    most = page.evaluate(_MOST_LIKE, public_id)
    if most is None:
        return 0
    found = ask_inside(service, partial(_members, public_id, Likeness(most[0]), most[1]))
    return len(found) if all(is_spam[each] for each in found) else 0


def _members(public_id: str, by: Likeness, domain: str | None, conn: Connection) -> list[str]:
    site_ids = [site.id for site in sites.all_sites(conn)]
    return likes.ids(conn, public_id, by, domain, site_ids=site_ids, limit=_WANTED)


if __name__ == "__main__":
    main()
