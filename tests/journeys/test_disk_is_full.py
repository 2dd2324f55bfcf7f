"""The disk is full: the reader's words stay in the form, and sent again they make one comment."""

import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.store.engine import sqlite_file
from tests.journeys.conftest import Installation
from tests.journeys.steps import comment_by, fill_form, post, thread
from tests.support.axe import axe_violations
from tests.support.full_disk import full_disk

_WORDS = "I thought about this for half an hour."


def test_words_stay_in_the_form_while_the_disk_is_full_and_are_posted_once(installation: Installation) -> None:
    database = sqlite_file(installation.service.database_url)
    with installation.person() as ada:
        ada.goto(installation.article("Full"))
        post(ada, name="Ada", words="There was space yet.")
        ada.reload()
        form = thread(ada).locator("form").last
        fill_form(form, name="Ada", words=_WORDS)
        with full_disk(installation.service.pid, Path(f"{database}-wal")):
            for _ in range(2):
                with ada.expect_response("**/api/v1/comments") as refused:
                    form.get_by_role("button", name="Post Comment").click()
                assert refused.value.status == 503
                expect(form).to_contain_text(StorageUnavailableError.public)
                expect(form.get_by_role("textbox", name="Comment")).to_have_value(_WORDS)
            assert axe_violations(ada) == []
        form.get_by_role("button", name="Post Comment").click()
        expect(comment_by(ada, "Ada").filter(has_text=_WORDS)).to_contain_text("awaiting moderation")
        expect(form.get_by_role("textbox", name="Comment")).to_have_value("")
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT count(*) FROM comment WHERE source = ?", [_WORDS]).fetchone()
    assert found == (1,)
