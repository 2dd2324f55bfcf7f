"""What a submission meets is what the single questions would have answered."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import AuthorRecord
from commentsvc.domain.errors import ForeignParentError, IdempotencyKeyReusedError, UnknownParentError
from commentsvc.domain.findings import Leaning
from commentsvc.domain.roles import Role
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.status import CommentStatus
from commentsvc.store import authors, change_rules, moderators, rules
from commentsvc.store.engine import Store
from commentsvc.store.schema import author
from commentsvc.store.submissions import Once, ProvenAuthor
from commentsvc.store.surroundings import Asked, Surroundings, _question, look_around
from tests.store.make_comments import ARTICLE, NOW, Make, asked, new_author

pytestmark = pytest.mark.anyio

ONCE = Once(b"key", (b"newest",))


async def _met(store: Store, what: Asked) -> Surroundings:
    return await store.write(lambda conn: look_around(conn, what))


async def test_where_nothing_is_nothing_is_met(store: Store, make: Make) -> None:
    met = await _met(store, asked(make.site.id, blind_indexes=[b"nobody"], once=ONCE, parent="a" * 24, proof="a" * 24))
    assert (met.thread, met.author, met.proven, met.same_text_count) == (None, None, None, 0)
    assert (met.moderators, met.rules, met.repeated(ONCE)) == ((), (), None)
    with pytest.raises(UnknownParentError):
        met.parent_in(await make.thread())


async def test_thread_parent_receipt_and_repetition_are_met(store: Store, make: Make) -> None:
    public_id = await make.comment(once=ONCE)
    elsewhere = await make.comment(address="https://news.example/b")
    row, thread = await make.row(public_id), await make.thread()
    met = await _met(store, asked(make.site.id, parent=public_id, proof=public_id, once=ONCE))
    assert met.thread == thread
    assert met.parent_in(thread).row_id == row.id
    assert met.proven == ProvenAuthor(row.author_id, b"p" * 16, is_confirmed=False)
    assert met.author is not None
    assert met.author.id == row.author_id  # of the receipt, where no address was typed
    assert met.repeated(ONCE) == public_id
    with pytest.raises(IdempotencyKeyReusedError):
        met.repeated(Once(b"key", (b"other",)))
    with pytest.raises(ForeignParentError):
        (await _met(store, asked(make.site.id, parent=elsewhere))).parent_in(thread)
    other = (await make.other_site()).site.id
    strange = await _met(store, asked(other, parent=public_id, proof=public_id, once=ONCE))
    assert (strange.thread, strange.proven, strange.author, strange.repeated(ONCE)) == (None, None, None, None)


async def test_an_author_has_a_record_from_the_first_comment_on(store: Store, make: Make) -> None:
    author_id = await store.write(lambda conn: new_author(conn, make.site.id, b"old"))
    what = asked(make.site.id, blind_indexes=[b"new", b"old"], own_since=NOW - timedelta(minutes=10))
    before = await _met(store, what)
    await make.comments(3, author_id=author_id)
    after = await _met(store, what)
    assert before.author is not None
    assert (before.author.id, before.author.record, before.author.recent_count) == (author_id, AuthorRecord(), 0)
    assert after.author is not None
    assert (after.author.record, after.author.recent_count) == (AuthorRecord(3, 0, 0, NOW), 3)
    assert (after.same_text_count, after.author.is_address_erased) == (3, False)
    await store.write(lambda conn: conn.execute(sa.update(author).values(address_erased_at=NOW)))
    erased = await _met(store, what)
    assert erased.author is not None
    assert erased.author.is_address_erased
    await store.write(lambda conn: authors.give_address_again(conn, author_id, b"anew"))
    given = await _met(store, what)
    assert given.author is not None
    assert not given.author.is_address_erased


async def test_an_authors_record_is_their_own_and_not_the_threads(store: Store, make: Make) -> None:
    author_id = await store.write(lambda conn: new_author(conn, make.site.id, b"ada"))
    await make.comments(5)  # others' in the article's thread
    elsewhere: dict[str, Any] = {"address": "https://news.example/b", "author_id": author_id}
    await make.comment(**elsewhere)
    await make.comment(status=CommentStatus.REJECTED, **elsewhere)
    await make.comment(status=CommentStatus.SPAM, **elsewhere)
    for address in (ARTICLE, "https://news.example/nobody-was-here"):
        met = await _met(store, asked(make.site.id, address=address, blind_indexes=[b"ada"]))
        assert met.author is not None
        assert met.author.record == AuthorRecord(1, 1, 1, NOW), address


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_no_two_columns_of_the_question_have_one_name(dialect: str) -> None:
    question = _question(dialect, 2).statement
    assert isinstance(question, sa.Select)
    names = [column.name for column in question.selected_columns]
    assert len(names) == len(set(names))


async def test_names_and_rules_are_those_of_this_very_moment(store: Store, make: Make) -> None:
    site_id, other = make.site.id, (await make.other_site()).site.id
    wanted = [
        Rule(
            RuleKind.WORD,
            "caf\u00e9 \u201cx\u201d \U0001f600",
            Leaning.SPAM,
            'why "not" \'?\\',
            NOW + timedelta(hours=1),
        ),
        Rule(RuleKind.WORD, "b", Leaning.HOLD),
        Rule(RuleKind.NAME, "Ada", Leaning.HOLD),
    ]

    def fill(conn: Connection) -> None:
        for rule in wanted:
            change_rules.add(conn, site_id, rule, moderator_id=None, now=NOW)
        change_rules.add(conn, other, wanted[1], moderator_id=None, now=NOW)
        for name in ("Zo\u00eb", "Bo"):
            moderator_id = moderators.add(conn, name=name, blind_index=name.encode(), sealed_email=b"s", now=NOW)
            moderators.join_sites(conn, moderator_id, [site_id], Role.OWNER, now=NOW)

    await store.write(fill)
    met = await _met(store, asked(site_id))
    for now in (NOW, NOW + timedelta(hours=2)):
        met = await _met(store, asked(site_id, now=now))
        in_force = await store.read(lambda conn, now=now: rules.in_force(conn, site_id, now=now))  # type: ignore[misc]
        assert sorted(met.rules, key=str) == sorted(in_force, key=str)
        assert sorted(met.moderators) == ["Bo", "Zo\u00eb"]
    (ada,) = [rule for rule in met.rules if rule.kind is RuleKind.NAME]
    await store.write(lambda conn: change_rules.remove(conn, site_id, ada.id or 0, moderator_id=None, now=NOW))
    assert [rule.pattern for rule in (await _met(store, asked(site_id))).rules if rule.kind is RuleKind.NAME] == []
