"""One comment after another in a terminal, decided by single keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import typer
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from commentsvc.cli.show_comments import show_whole
from commentsvc.domain.clock import system_clock
from commentsvc.domain.comment import HeldComment
from commentsvc.domain.errors import DecisionNotPossibleError, UnknownCommentError
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.moderation.words import STATUSES
from commentsvc.store import decisions, queue
from commentsvc.store.engine import Store
from commentsvc.store.moderators import Moderator

_DECISIONS: Mapping[str, Decision] = {
    "a": Decision.APPROVE,
    "r": Decision.REJECT,
    "s": Decision.MARK_SPAM,
    "d": Decision.DELETE,
}
_KEYS = "a approve   r reject   s spam   d delete   n next   u undo   q quit"
_END_OF_INPUT = frozenset({"", "q", "\x03", "\x04"})


@dataclass
class _Round:
    """One sitting at the queue."""

    store: Store
    console: Console
    who: Moderator
    site_ids: frozenset[int]
    done: list[str] = field(default_factory=list)
    """Batches, the newest last; `u` takes them back one by one."""
    after: str | None = None
    """The comment that was passed over last."""

    async def next(self) -> HeldComment | None:
        """The oldest waiting comment after those that were passed over."""
        page = await self.store.read(
            lambda conn: queue.page(conn, CommentStatus.PENDING, site_ids=self.site_ids, after=self.after, limit=1)
        )
        return page.comments[0] if page.comments else None

    async def decide(self, comment: HeldComment, verb: Decision) -> None:
        """Carry it out, unless somebody else was faster."""
        job = partial(
            decisions.decide,
            public_id=comment.id,
            verb=verb,
            site_ids=self.site_ids,
            moderator_id=self.who.id,
            reason=None,
            now=system_clock(),
            seen=CommentStatus.PENDING,
            words=comment.words_mark,
            way="terminal",
        )
        try:
            done = await self.store.write(job)
        except (DecisionNotPossibleError, UnknownCommentError):
            self.say("Somebody else was faster; nothing was changed.", "yellow")
        else:
            self.done.append(done.batch)
            self.say(f"It is {STATUSES[done.after]}.", "green")

    async def undo(self) -> None:
        """Take back the last decision of this sitting."""
        if not self.done:
            self.say("There is nothing to undo.", "yellow")
            return
        now = system_clock()
        job = partial(
            decisions.undo,
            batch=self.done.pop(),
            site_ids=self.site_ids,
            moderator_id=self.who.id,
            now=now,
            since=now - decisions.UNDO_FOR,
        )
        many = await self.store.write(job)
        self.after = None  # it is older than what was passed over
        self.say("Undone." if many.decided else "Somebody has decided otherwise since; nothing was changed.", "green")

    def say(self, sentence: str, style: str = "") -> None:
        """One line of our own."""
        self.console.print(Text(sentence, style))


async def decide_by_key(store: Store, console: Console, who: Moderator, site_ids: frozenset[int]) -> None:
    """Until nothing waits any more, or `q`.

    Args:
        store: Open.
        console: Where comments are shown.
        who: In whose name.
        site_ids: Whose comments.
    """
    sitting = _Round(store, console, who, site_ids)
    while True:
        comment = await sitting.next()
        if comment is None:
            sitting.say("Nothing else is waiting." if sitting.after else "Nothing is waiting.")
            sitting.say("u undo   any other key quits")
        else:
            console.print(Rule())
            show_whole(console, comment)
            sitting.say(_KEYS, "bold")
        key = _key()
        if key == "u":
            await sitting.undo()
        elif comment is None or key in _END_OF_INPUT:
            return
        elif key in _DECISIONS:
            await sitting.decide(comment, _DECISIONS[key])
        elif key in {"n", " ", "j"}:
            sitting.after = comment.id


def _key() -> str:
    """A single key; ``q`` at the end of the input."""
    try:
        return typer.getchar().lower()
    except (EOFError, KeyboardInterrupt):
        return "q"
