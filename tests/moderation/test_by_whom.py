"""The history never says that somebody did what somebody else did."""

import pytest

from commentsvc.domain.acts import Act
from commentsvc.moderation.words import PAST, by_whom

_POLICY = "the site\u2019s policy"
_OPERATOR = "whoever runs the service"


@pytest.mark.parametrize(
    ("act", "moderator", "who"),
    [
        (Act.REJECT, "Mo", "Mo"),
        (Act.CHANGE_POLICY, "Mo", "Mo"),
        (Act.APPROVE, None, _POLICY),
        (Act.RETENTION, None, _POLICY),
        (Act.HOLD_REPORTED, None, _POLICY),
        (Act.DISMISS_REPORTS, "Mo", "Mo"),
        (Act.APPEAL, None, "the writer"),
        (Act.EDIT, None, "the writer"),
        (Act.DELETE_OWN, None, "the writer"),
        (Act.CHANGE_POLICY, None, _OPERATOR),
        (Act.ADD_RULE, None, _OPERATOR),
        (Act.DISABLE_MEMBER, None, _OPERATOR),
        (Act.RESET_SECOND_FACTOR, None, _OPERATOR),
        (Act.EXPORT_HISTORY, None, _OPERATOR),
    ],
)
def test_an_act_names_who_did_it(act: Act, moderator: str | None, who: str) -> None:
    assert by_whom(act, moderator) == who


@pytest.mark.parametrize("act", [Act.ERASE, Act.ERASE_BY_OPERATOR, Act.EXPORT_ADDRESSES, Act.IMPORT_COMMENTS])
def test_words_that_name_them_already_are_not_followed_by_another(act: Act) -> None:
    assert by_whom(act, None) is None
    assert " by " in PAST[act]
