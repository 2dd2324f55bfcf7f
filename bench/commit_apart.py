"""The service or a bench of the store, with each job in a commit of its own: what committing together is compared with.

``commit_apart.py serve``; ``commit_apart.py store FOLDER WRITERS SECONDS TOGETHER`` prints jobs a second of the real
submission job on a new database in this folder, where ``TOGETHER`` jobs share a commit at most.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.draw_words import draw_text
from bench.installation import add_site
from commentsvc.cli import main as serve
from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.normal_text import text_digest
from commentsvc.domain.site import Site
from commentsvc.domain.submission import Submission
from commentsvc.domain.subscriptions import Wish
from commentsvc.intake.write_submission import Prepared, write
from commentsvc.markup.render_source import render
from commentsvc.store import group_commit, sites
from commentsvc.store.engine import Store
from tests.support.process import ARTICLE

_TEXTS = 2_000
"""Prepared before the clock starts; each is written again and again, by another reader each time."""


def main() -> None:
    """One of both."""
    if sys.argv[1:2] == ["serve"]:
        group_commit.TOGETHER = 1
        serve()
    else:
        folder, writers, seconds, together = sys.argv[2:]
        group_commit.TOGETHER = int(together)
        print(asyncio.run(_jobs_a_second(Path(folder), int(writers), float(seconds))))


async def _jobs_a_second(folder: Path, writers: int, seconds: float) -> float:
    url = f"sqlite+aiosqlite:///{folder}/comments.db"
    await add_site(url)
    store = Store(url)
    await store.open()
    (site,) = await store.read(sites.all_sites)
    ready = [_prepared(site, number) for number in range(_TEXTS)]
    done = 0
    deadline = (began := time.monotonic()) + seconds

    async def write_on() -> None:
        nonlocal done
        while time.monotonic() < deadline:
            new = ready[done % _TEXTS]
            done += 1
            await store.write(partial(write, new=new))

    await asyncio.gather(*(write_on() for _ in range(writers)))
    took = time.monotonic() - began
    await store.close()
    return done / took


def _prepared(site: Site, number: int) -> Prepared:
    rendered = render(draw_text(number, characters=300))
    submission = Submission(
        address=ARTICLE,
        url=ARTICLE,
        title=None,
        parent=None,
        name=f"Reader {number}",
        email=EmailAddress(f"reader{number}@mail.example"),
        website=None,
        source=rendered.text,
        wish=Wish(),
        is_decoy_filled=False,
        seconds_to_write=None,
    )
    return Prepared(
        site=site,
        submission=submission,
        rendered=rendered,
        text_digest=text_digest(rendered.text),
        blind_indexes=[number.to_bytes(32)],
        sealed_email=bytes(80),
        proof=None,
        once=None,
        is_site_flooded=False,
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )


if __name__ == "__main__":
    main()
