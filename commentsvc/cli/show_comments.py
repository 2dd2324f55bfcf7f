"""Comments in a terminal: their words as plain text, never as markup or commands."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from commentsvc.cli.plain_words import plain_line, plain_text
from commentsvc.domain.comment import HeldComment, PastDecision
from commentsvc.domain.findings import Leaning
from commentsvc.moderation.words import LEANINGS, PAST, STATUSES, record_in_words

_STYLES = {Leaning.PASS: "dim", Leaning.HOLD: "yellow", Leaning.SPAM: "red"}
_EXCERPT_CHARACTERS = 60


def show_line(console: Console, comment: HeldComment) -> None:
    """One comment on one line: id, site, who, the beginning of its words."""
    words = plain_line(comment.source)
    excerpt = words if len(words) <= _EXCERPT_CHARACTERS else f"{words[: _EXCERPT_CHARACTERS - 1]}…"
    line = Text.assemble(
        (comment.id, "bold"), f"  {plain_line(comment.site_key)}  {plain_line(comment.name)}: {excerpt}"
    )
    console.print(line, soft_wrap=True)


def show_whole(console: Console, comment: HeldComment) -> None:
    """One comment with everything that is needed to decide."""
    created = f"{comment.created_at:%Y-%m-%d %H:%M} UTC"
    where = plain_line(comment.thread_title or comment.thread_url)
    console.print(Text.assemble((plain_line(comment.name), "bold"), f"  {record_in_words(comment)}"))
    console.print(Text(f"{created}, {where} ({plain_line(comment.site_name)})", "dim"))
    console.print(Text(f"{comment.id}, {STATUSES[comment.status]}", "dim"))
    if comment.parent is not None:
        console.print(Text(f"Answers {plain_line(comment.parent.name)}", "dim"))
    console.print()
    console.print(Text(plain_text(comment.source)))
    console.print()
    for finding in comment.findings:
        trigger = f" {plain_line(finding.trigger)}" if finding.trigger else ""
        said = f"{LEANINGS[finding.leaning]}: {plain_line(finding.words)}{trigger}"
        console.print(Text(said, _STYLES[finding.leaning]))


def show_past(console: Console, history: Sequence[PastDecision]) -> None:
    """What was decided about a comment, oldest first."""
    for entry in history:
        who = plain_line(entry.moderator or "the site's policy")
        why = f": {plain_line(entry.reason)}" if entry.reason else ""
        console.print(Text(f"{entry.created_at:%Y-%m-%d %H:%M} UTC {PAST[entry.act]} by {who}{why}", "dim"))
