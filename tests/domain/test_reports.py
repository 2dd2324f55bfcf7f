import pytest

from commentsvc.domain.reports import ReportReason, reports_in_words

SPAM, ABUSE, PRIVATE_DATA, OFF_TOPIC, OTHER = ReportReason


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ([SPAM], "1 reader reported it: 1 spam"),
        ([ABUSE, SPAM, SPAM], "3 readers reported it: 2 spam, 1 abuse"),
        ([OTHER, OFF_TOPIC, PRIVATE_DATA], "3 readers reported it: 1 private data, 1 off topic, 1 other"),
    ],
)
def test_reports_are_told_in_one_line(reasons: list[ReportReason], words: str) -> None:
    assert reports_in_words(reasons) == words
