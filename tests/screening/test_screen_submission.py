from collections.abc import Callable

import pytest

from commentsvc.domain.comment import AuthorRecord
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.site import HoldPolicy
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts
from commentsvc.screening.screen_by_rules import RULE_PHASES
from commentsvc.screening.screen_submission import PHASES, first_status, is_held, screen

Make = Callable[..., Submission]
MakeFacts = Callable[..., Facts]
EVERYTHING, NEW_AUTHORS, FLAGGED, NOTHING = HoldPolicy
CLEAN, PASS, HOLD, SPAM = (), (Leaning.PASS,), (Leaning.PASS, Leaning.HOLD), (Leaning.HOLD, Leaning.SPAM)
STRANGER = {"record": AuthorRecord(), "proven_approved": 0}
TYPED_ONLY = {"record": AuthorRecord(approved=50), "proven_approved": 0}
PROVEN = {"record": AuthorRecord(approved=1), "proven_approved": 1}
PROVEN_TOO_FEW = {"record": AuthorRecord(approved=50), "proven_approved": 2, "trust_after": 3}
PROVEN_ENOUGH = {"record": AuthorRecord(approved=3), "proven_approved": 3, "trust_after": 3}
RULES = (
    Rule(RuleKind.WORD, "casino", Leaning.SPAM, id=1),
    Rule(RuleKind.LINK_DOMAIN, "casino.example", Leaning.SPAM, id=2),
    Rule(RuleKind.NAME, "WWW.Casino.Example", Leaning.HOLD, id=3),
    Rule(RuleKind.AUTHOR, "7", Leaning.HOLD, id=4),
    Rule(RuleKind.LINKS, "0", Leaning.HOLD, id=5),
)


def test_a_reader_without_fault_gets_only_a_word_about_standing(submission: Make, facts: MakeFacts) -> None:
    assert screen(submission(), facts()) == [Finding("standing", Leaning.PASS, "First comment by this author")]


def test_all_judges_are_heard_in_order(submission: Make, facts: MakeFacts) -> None:
    worst = submission(is_decoy_filled=True, seconds_to_write=0.5, source="casino", name="www.casino.example")

    findings = screen(
        worst,
        facts(links=("https://casino.example/",), is_site_flooded=True, same_text_count=3, rules=RULES),
    )

    judges = [*PHASES, *RULE_PHASES.values()]
    assert [finding.phase for finding in findings] == [judge.__name__ for judge in judges]
    assert len(findings) == 11
    assert [finding.rule_id for finding in findings[6:]] == [4, 3, 2, 5, 1]


@pytest.mark.parametrize(
    ("policy", "author", "leanings", "held"),
    [
        (EVERYTHING, PROVEN, CLEAN, True),
        (EVERYTHING, PROVEN, PASS, True),
        (EVERYTHING, STRANGER, SPAM, True),
        (NEW_AUTHORS, STRANGER, CLEAN, True),
        (NEW_AUTHORS, TYPED_ONLY, PASS, True),
        (NEW_AUTHORS, PROVEN_TOO_FEW, PASS, True),
        (NEW_AUTHORS, PROVEN_ENOUGH, PASS, False),
        (NEW_AUTHORS, PROVEN_ENOUGH, HOLD, True),
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


def test_a_rule_of_the_sites_own_outweighs_trust_and_every_policy(submission: Make, facts: MakeFacts) -> None:
    """Without any hold at all, a look that a moderator asked for on purpose is still had."""
    for rule in RULES[1:]:
        known = facts(**PROVEN, links=("https://casino.example/",), rules=(rule,))
        findings = screen(submission(name="www.casino.example"), known)
        rest = [finding for finding in findings if finding.rule_id is None]

        assert [is_held(findings, policy, known) for policy in HoldPolicy] == [True] * 4
        assert not is_held(rest, NOTHING, known)
