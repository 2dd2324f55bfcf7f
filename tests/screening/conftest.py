"""The smallest submission and facts that no judge has anything against, to change one thing at a time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from commentsvc.domain.rules import Written
from commentsvc.domain.submission import Submission
from commentsvc.domain.subscriptions import NO_WISH
from commentsvc.screening.facts import Facts

_SUBMISSION = Submission(
    address="https://example.org/a",
    url="https://example.org/a",
    title="An article",
    parent=None,
    name="Anna",
    email=None,
    website=None,
    source="I read this twice.",
    wish=NO_WISH,
    is_decoy_filled=False,
    seconds_to_write=42.0,
)
_FACTS = Facts(text="I read this twice.", links=(), max_links=2, author_id=7)
_WRITTEN = Written(
    name="Anna", website=None, source="I read this twice.", text="I read this twice.", links=(), author_id=7
)


@pytest.fixture(scope="session")
def submission() -> Callable[..., Submission]:
    def make(**changes: Any) -> Submission:
        return replace(_SUBMISSION, **changes)

    return make


@pytest.fixture(scope="session")
def facts() -> Callable[..., Facts]:
    def make(**changes: Any) -> Facts:
        return replace(_FACTS, **changes)

    return make


@pytest.fixture(scope="session")
def written() -> Callable[..., Written]:
    def make(**changes: Any) -> Written:
        return replace(_WRITTEN, **changes)

    return make
