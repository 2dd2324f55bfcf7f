"""Rules, policies and trials in words, and the choices that their forms offer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import KnownRule, PastComment, Rule, RuleKind
from commentsvc.domain.site import HoldPolicy
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation.words import STATUSES, day_in_words
from commentsvc.screening.try_rules import Trial
from commentsvc.words.catalogues import languages as spoken_languages
from commentsvc.words.speech import speech

KINDS: Mapping[RuleKind, str] = {
    RuleKind.WORD: "Words and phrases",
    RuleKind.LINK_DOMAIN: "Link domains",
    RuleKind.NAME: "Names",
    RuleKind.AUTHOR: "Authors",
    RuleKind.LINKS: "Number of links",
}
"""Headings, in the order in which they stand."""
ADDED: Mapping[RuleKind, str] = {
    RuleKind.WORD: "Words or phrases",
    RuleKind.LINK_DOMAIN: "Domains that links lead to",
    RuleKind.NAME: "Names of authors",
    RuleKind.LINKS: "More links than",
}
"""What the form can add; authors are blocked from one of their comments."""
LEANINGS: Mapping[Leaning, str] = {Leaning.HOLD: "Needs a look", Leaning.SPAM: "Looks like spam"}
"""What a rule may lean to."""
HOLDS: Mapping[HoldPolicy, str] = {
    HoldPolicy.EVERYTHING: "Every comment",
    HoldPolicy.NEW_AUTHORS: "Comments by new authors, and what needs a look",
    HoldPolicy.FLAGGED: "Only what needs a look or looks like spam",
    HoldPolicy.NOTHING: "Only what looks like spam or meets a rule",
}

NUMBERS: Sequence[tuple[str, str, str]] = (
    (
        "edit_minutes",
        "Writers may change their own comment for so many minutes",
        "Counted from when they posted it; 0: never. New words are looked at like a new comment and may wait again.",
    ),
    (
        "report_hold",
        "A public comment waits again after so many reports",
        "By different readers in different networks; 0: never. After a moderator has decided, they no longer count.",
    ),
    (
        "address_days",
        "Erase a reader\u2019s address after so many days",
        "Counted from when they last wrote or were written to; 0 keeps addresses for ever. Their words stay.",
    ),
    (
        "refused_days",
        "Erase the words of a refused comment after so many days",
        "Counted from the decision; 0 keeps them for ever. It cannot be approved any more then.",
    ),
)
"""What an owner sets as a number, times above all: field of the policy, label, hint."""

_PERIODS: Mapping[str, tuple[str, timedelta | None]] = {
    "ever": ("For ever", None),
    "day": ("1 day", timedelta(days=1)),
    "week": ("1 week", timedelta(weeks=1)),
    "month": ("1 month", timedelta(days=30)),
    "quarter": ("3 months", timedelta(days=91)),
}
PERIODS: Mapping[str, str] = {word: label for word, (label, _) in _PERIODS.items()}
"""How long a rule may last."""


def languages() -> Mapping[str, str]:
    """What readers' pages and mails can speak: BCP 47 → the language's own name."""
    return {name: speech(name).own_name for name in spoken_languages()}


def end_of(period: str, now: datetime) -> datetime | None:
    """When a rule that is made now ends; None: never.

    Raises:
        KeyError: None of `PERIODS`.
    """
    length = _PERIODS[period][1]
    return None if length is None else now + length


def pattern_in_words(known: KnownRule) -> str:
    """What a rule is about: ``casino``, ``more than 5 links``, ``the author of the comment by Ada on 3 November``."""
    match known.rule.kind:
        case RuleKind.AUTHOR if known.example is None:
            return "an author whose comments are gone"
        case RuleKind.AUTHOR if known.example is not None:
            return f"the author of the comment by {known.example.name} on {day_in_words(known.example.created_at)}"
        case RuleKind.LINKS:
            return f"more than {known.rule.pattern} link{'' if known.rule.pattern == '1' else 's'}"
        case _:
            return known.rule.pattern


def hits_in_words(known: KnownRule) -> str:
    """``not met yet``, ``met once, on 3 November 2026``, ``met 12 times, last on 3 November 2026``."""
    if known.last_hit_at is None:
        return "not met yet"
    day = day_in_words(known.last_hit_at)
    return f"met once, on {day}" if known.hits == 1 else f"met {known.hits:,} times, last on {day}"


def until_in_words(rule: Rule) -> str:
    """``until 3 November 2026``, ``for ever``."""
    return "for ever" if rule.expires_at is None else f"until {day_in_words(rule.expires_at)}"


def trial_in_words(trial: Trial, *, before: Trial | None) -> str:
    """``It would have held 12 of the last 1,000 comments, 3 of which you approved.``.

    Args:
        trial: Of what is wanted.
        before: Of what is there now, if it finds something else.
    """
    if not trial.looked_at:
        return "There are no comments yet to try it on."
    if trial.looked_at == 1:
        return f"It would {'' if trial.met else 'not '}have held the only comment there is."
    whole = f"the last {trial.looked_at:,} comments"
    if not trial.met:
        found = f"It would have found none of {whole}"
    else:
        approved = sum(each.status is CommentStatus.APPROVED for each in trial.met)
        found = f"It would have held {len(trial.met):,} of {whole}, {approved or 'none'} of which you approved"
    now = "" if before is None else f"; as it is now, it finds {len(before.met):,}"
    return f"{found}{now}."


def outcome_counts(met: Iterable[PastComment]) -> list[tuple[str, int]]:
    """What became of some comments: ``[("approved", 3), ("marked as spam", 9)]``, those that occur."""
    counts = dict.fromkeys(CommentStatus, 0)
    for each in met:
        counts[each.status] += 1
    return [(STATUSES[status], count) for status, count in counts.items() if count]
