"""A site's policy as sentences."""

from collections.abc import Mapping, Sequence

from commentsvc.domain.site import EmailPolicy, HoldPolicy, SitePolicy
from commentsvc.words.speech import speech

_HOLD: Mapping[HoldPolicy, str] = {
    HoldPolicy.EVERYTHING: "Every new comment waits for a moderator.",
    HoldPolicy.NEW_AUTHORS: "Comments by new authors wait for a moderator, and so do those that look doubtful.",
    HoldPolicy.FLAGGED: "Comments that look doubtful wait for a moderator; others are public at once.",
    HoldPolicy.NOTHING: "Comments are public at once; only what looks like spam waits.",
}
_EMAIL: Mapping[EmailPolicy, str] = {
    EmailPolicy.REQUIRED: "Commenting needs an e-mail address; it is kept sealed.",
    EmailPolicy.OPTIONAL: "An e-mail address may be given; it is kept sealed.",
}


def sentences(policy: SitePolicy) -> Sequence[str]:
    """What holds on a site, a sentence for each thing that its owner can decide."""
    return [
        _HOLD[policy.hold],
        _EMAIL[policy.email],
        _links(policy.max_links),
        _closing(policy.close_after_days),
        _changing(policy.edit_minutes),
        _reporting(policy.report_hold),
        *_keeping(policy),
        f"Readers\u2019 pages and mails speak {speech(policy.language).english_name}.",
    ]


def _links(most: int) -> str:
    if most == 0:
        return "Any link in a comment is a reason to look closely."
    return f"More than {most} {'link' if most == 1 else 'links'} in a comment are a reason to look closely."


def _closing(days: int | None) -> str:
    if not days:
        return "Articles stay open for comments."
    return f"An article closes {days} {'day' if days == 1 else 'days'} after its first comment."


def _changing(minutes: int) -> str:
    if minutes == 0:
        return "Writers cannot change a comment once it is posted; they can delete it."
    while_new = f"for {minutes} {'minute' if minutes == 1 else 'minutes'} after posting it"
    return f"Writers can change their own comment {while_new}, and delete it at any time."


def _reporting(hold_at: int) -> str:
    if hold_at == 0:
        return "Reports of readers are listed for moderators; they hold nothing by themselves."
    if hold_at == 1:
        return "One report by a reader lets a public comment wait for a moderator again."
    return f"{hold_at} reports by readers let a public comment wait for a moderator again."


def _keeping(policy: SitePolicy) -> Sequence[str]:
    addresses, words = _days(policy.address_days), _days(policy.refused_days)
    return [
        f"A reader\u2019s address is kept {addresses} after they last wrote or were written to."
        if addresses
        else "Readers\u2019 addresses are kept for ever.",
        f"The words of a refused comment are kept {words} after the decision."
        if words
        else "The words of refused comments are kept for ever.",
    ]


def _days(days: int | None) -> str | None:
    return None if days is None else f"for {days} {'day' if days == 1 else 'days'}"
