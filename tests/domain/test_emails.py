"""An e-mail address does not print itself, whichever way it is asked."""

# ruff: noqa: RUF001 - characters that look alike are what this is about

import copy
import json
import logging
import pickle
import pprint
import traceback
from dataclasses import asdict, replace

import pytest

from commentsvc.domain.emails import ClosedAddresses, EmailAddress
from commentsvc.domain.errors import NoPrivateKeyError
from commentsvc.domain.submission import Submission
from commentsvc.domain.subscriptions import NO_WISH

TEXT = "Canary.Bird@mail.example"
EMAIL = EmailAddress(TEXT)
SUBMISSION = Submission("a", "a", None, None, "Ada", EMAIL, None, "Words.", NO_WISH, False, None)  # noqa: FBT003 - all its fields


@pytest.mark.parametrize(
    "printed",
    [
        str(EMAIL),
        repr(EMAIL),
        f"{EMAIL}",
        f"{EMAIL!r:>40}",
        "%s %r" % (EMAIL, EMAIL),  # noqa: UP031 - one of the ways
        "{}".format(EMAIL),  # noqa: UP032 - one of the ways
        ascii(EMAIL),
        str([EMAIL]),
        repr({"email": (EMAIL,)}),
        repr(SUBMISSION),
        repr(asdict(SUBMISSION)),
        repr(replace(SUBMISSION, name="Bob")),
        pprint.pformat(SUBMISSION),
        pprint.pformat(EMAIL),
        json.dumps(asdict(SUBMISSION), default=str),
        json.dumps(asdict(SUBMISSION), default=repr),
        repr(getattr(EMAIL, "__dict__", {})),
    ],
)
def test_no_way_of_printing_shows_it(printed: str) -> None:
    assert TEXT in f"{EMAIL.reveal()}"
    assert "canary" not in printed.lower()


def test_a_log_line_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("a").info("to %s, that is %r, in %s", EMAIL, EMAIL, SUBMISSION)
    assert "***" in caplog.text
    assert "canary" not in caplog.text.lower()


def _fail(email: EmailAddress) -> None:
    raise ValueError(email)


def test_a_traceback_with_all_its_locals_does_not_show_it() -> None:
    with pytest.raises(ValueError, match=r"\*\*\*") as caught:
        _fail(EMAIL)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "email = EmailAddress(***)" in "".join(told.format())
    assert "canary" not in "".join(told.format()).lower()


def test_it_cannot_be_pickled_and_a_copy_is_the_same_one() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(EMAIL)
    assert copy.deepcopy(EMAIL) is EMAIL


def test_two_of_the_same_text_are_equal() -> None:
    assert EmailAddress(TEXT) == EMAIL
    assert {EmailAddress(TEXT): 1}[EMAIL] == 1
    assert EmailAddress(TEXT.lower()) != EMAIL
    assert EMAIL != TEXT


@pytest.mark.parametrize(
    "spelled", ["Canary.Bird@mail.example", " canary.bird@MAIL.example ", "ｃanary.bird@mail.example"]
)
def test_the_normal_form_is_one_for_all_spellings(spelled: str) -> None:
    assert EmailAddress(spelled).normal_form() == "canary.bird@mail.example"


def test_a_process_without_a_key_opens_nothing() -> None:
    closed = ClosedAddresses()
    assert not closed.may_open
    with pytest.raises(NoPrivateKeyError):
        closed.open(b"sealed")
