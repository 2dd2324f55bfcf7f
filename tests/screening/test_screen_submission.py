from collections.abc import Callable

import pytest

from commentsvc.domain.comment import AuthorRecord
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.site import HoldPolicy
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts, WordRule
from commentsvc.screening.screen_submission import PHASES, first_status, is_held, screen

Make = Callable[..., Submission]
MakeFacts = Callable[..., Facts]
EVERYTHING, NEW_AUTHORS, FLAGGED, NOTHING = HoldPolicy
CLEAN, PASS, HOLD, SPAM = (), (Leaning.PASS,), (Leaning.PASS, Leaning.HOLD), (Leaning.HOLD, Leaning.SPAM)
STRANGER = {"record": AuthorRecord(), "is_proven_author": False}
TYPED_ONLY = {"record": AuthorRecord(approved=50), "is_proven_author": False}
PROVEN = {"record": AuthorRecord(approved=1), "is_proven_author": True}
PROVEN_NEVER_APPROVED = {"record": AuthorRecord(), "is_proven_author": True}


def test_a_reader_without_fault_gets_only_a_word_about_standing(submission: Make, facts: MakeFacts) -> None:
    assert screen(submission(), facts()) == [Finding("standing", Leaning.PASS, "First comment by this author")]


def test_all_judges_are_heard_in_order(submission: Make, facts: MakeFacts) -> None:
    worst = submission(is_decoy_filled=True, seconds_to_write=0.5, source="casino", name="www.casino.example")

    findings = screen(
        worst,
        facts(is_site_flooded=True, same_text_count=3, words=(WordRule("casino", Leaning.SPAM),)),
    )

    assert [finding.phase for finding in findings] == [judge.__name__ for judge in PHASES]
    assert len(findings) == 7


@pytest.mark.parametrize(
    ("policy", "author", "leanings", "held"),
    [
        (EVERYTHING, PROVEN, CLEAN, True),
        (EVERYTHING, PROVEN, PASS, True),
        (EVERYTHING, STRANGER, SPAM, True),
        (NEW_AUTHORS, STRANGER, CLEAN, True),
        (NEW_AUTHORS, TYPED_ONLY, PASS, True),
        (NEW_AUTHORS, PROVEN_NEVER_APPROVED, PASS, True),
        (NEW_AUTHORS, PROVEN, CLEAN, False),
        (NEW_AUTHORS, PROVEN, PASS, False),
        (NEW_AUTHORS, PROVEN, HOLD, True),
        (NEW_AUTHORS, PROVEN, SPAM, True),
        (FLAGGED, STRANGER, CLEAN, False),
        (FLAGGED, STRANGER, PASS, False),
        (FLAGGED, PROVEN, HOLD, True),
        (FLAGGED, PROVEN, SPAM, True),
        (NOTHING, STRANGER, CLEAN, False),
        (NOTHING, STRANGER, PASS, False),
        (NOTHING, STRANGER, HOLD, False),
        (NOTHING, PROVEN, SPAM, True),
    ],
)
def test_the_policy_decides_who_waits(
    facts: MakeFacts,
    policy: HoldPolicy,
    author: dict[str, object],
    leanings: tuple[Leaning, ...],
    held: bool,  # noqa: FBT001 - a column of the table
) -> None:
    findings = [Finding("any", leaning, "words") for leaning in leanings]

    assert is_held(findings, policy, facts(**author)) == held
    expected = CommentStatus.PENDING if held else CommentStatus.APPROVED
    assert first_status(findings, policy, facts(**author)) == expected


@pytest.mark.parametrize("policy", HoldPolicy)
def test_a_flooded_site_holds_everything(facts: MakeFacts, policy: HoldPolicy) -> None:
    assert is_held([], policy, facts(**PROVEN, is_site_flooded=True))


@pytest.mark.parametrize("policy", HoldPolicy)
def test_the_hidden_field_never_publishes_and_never_drops(
    submission: Make, facts: MakeFacts, policy: HoldPolicy
) -> None:
    """A robot's comment waits for a moderator like any other; nothing goes to spam unseen."""
    known = facts(**PROVEN)

    findings = screen(submission(is_decoy_filled=True), known)

    assert first_status(findings, policy, known) == CommentStatus.PENDING


def test_typing_a_trusted_address_publishes_nothing_under_new_authors(submission: Make, facts: MakeFacts) -> None:
    impostor, known = facts(**TYPED_ONLY), facts(**PROVEN)

    assert first_status(screen(submission(), impostor), NEW_AUTHORS, impostor) == CommentStatus.PENDING
    assert first_status(screen(submission(), known), NEW_AUTHORS, known) == CommentStatus.APPROVED
