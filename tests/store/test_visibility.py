"""After any sequence of posts and decisions, readers see what a naive model in memory says."""

from dataclasses import dataclass
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import PublishedComment, Thread
from commentsvc.domain.errors import DecisionNotPossibleError
from commentsvc.domain.status import CommentStatus, Decision, next_status
from commentsvc.store import published, threads
from commentsvc.store.published import Sort
from commentsvc.store.schema import comment
from tests.store.copy_comments import FIRST, copy_many, number
from tests.store.make_comments import Make, add_pending, decide, new_author, open_thread

pytestmark = pytest.mark.anyio

_examples = count()


@dataclass
class Node:
    """A comment in the model."""

    id: str
    parent: "Node | None"
    status: CommentStatus = CommentStatus.PENDING


@dataclass
class Model:
    """A thread as one would write it down without a database."""

    nodes: list[Node]

    def root_of(self, node: Node) -> Node:
        while node.parent is not None:
            node = node.parent
        return node

    def is_visible(self, node: Node) -> bool:
        return node.status is CommentStatus.APPROVED or any(
            self.is_visible(child) for child in self.nodes if child.parent is node
        )

    def page(self) -> list[tuple[str, str | None, int, bool]]:
        """Id, parent, visible replies and whether it is a tombstone, in reading order."""
        seen = [node for node in self.nodes if self.is_visible(node)]
        roots = [node for node in seen if node.parent is None]
        order = [each for root in roots for each in seen if self.root_of(each) is root]
        return [
            (
                node.id,
                node.parent.id if node.parent else None,
                sum(
                    (self.root_of(each) if node.parent is None else each.parent) is node and each is not node
                    for each in seen
                ),
                node.status is not CommentStatus.APPROVED,
            )
            for node in order
        ]


@dataclass
class Step:
    """Post below the n-th comment, or decide on it; n counts round and round."""

    where: int | None
    verb: Decision | None


_STEPS = st.lists(
    st.builds(Step, st.none() | st.integers(0, 30), st.none())
    | st.builds(Step, st.integers(0, 30), st.sampled_from(Decision)),
    max_size=25,
)


def _shown(page: list[PublishedComment]) -> list[tuple[str, str | None, int, bool]]:
    return [(each.id, each.parent, each.replies, each.is_tombstone) for each in page]


def _take(conn: Connection, site_id: int, thread: Thread, author_id: int, model: Model, step: Step) -> None:
    target = model.nodes[step.where % len(model.nodes)] if step.where is not None and model.nodes else None
    if step.verb is None:
        parent_id = target.id if target else None
        model.nodes.append(Node(add_pending(conn, thread, parent=parent_id, author_id=author_id), target))
    elif target is not None:
        try:
            after = next_status(target.status, step.verb)
        except DecisionNotPossibleError:
            with pytest.raises(DecisionNotPossibleError):
                decide(conn, target.id, step.verb, [site_id])
        else:
            decide(conn, target.id, step.verb, [site_id])
            target.status = after


def _play(conn: Connection, site_id: int, steps: list[Step]) -> None:
    thread = open_thread(conn, site_id, f"https://news.example/{next(_examples)}")
    author_id = new_author(conn, site_id)
    model = Model([])
    for step in steps:
        _take(conn, site_id, thread, author_id, model, step)
        page = published.roots(conn, thread, sort=Sort.OLDEST, after=None, limit=100, replies_each=100)
        assert _shown(page.comments) == model.page()
    approved = sum(node.status is CommentStatus.APPROVED for node in model.nodes)
    assert threads.by_id(conn, thread.id).count == approved


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
async def test_readers_see_what_the_model_says(make: Make, steps: list[Step]) -> None:
    await make.store.write(lambda conn: _play(conn, make.site.id, steps))


async def test_a_removed_parent_stays_as_a_tombstone_without_words_until_its_last_reply_goes(make: Make) -> None:
    root = await make.comment(name="Root", website="https://root.example/")
    reply = await make.comment(parent=root)
    await make.decide(root, Decision.DELETE)

    tombstone, left = (await make.page()).comments
    assert (tombstone.id, tombstone.is_tombstone, tombstone.replies) == (root, True, 1)
    hidden = (tombstone.name, tombstone.website, tombstone.key, tombstone.html, tombstone.tree, tombstone.badge)
    assert hidden == ("", None, "", "", [], None)
    assert (left.id, left.parent, left.is_tombstone) == (reply, root, False)

    await make.decide(reply, Decision.REJECT)
    assert (await make.page()).comments == []
    await make.decide(root, Decision.RESTORE)
    await make.decide(root, Decision.APPROVE)
    (restored,) = (await make.page()).comments
    assert (restored.id, restored.name, restored.is_tombstone, restored.replies) == (root, "Root", False, 0)


async def test_a_chain_of_2000_replies_appears_and_disappears(make: Make) -> None:
    root = await make.comment(status=CommentStatus.PENDING)
    root_id = (await make.row(root)).id
    below = sa.case((number == 1, root_id), else_=FIRST + number - 1)
    await make.store.write(lambda conn: copy_many(conn, root, 2_000, parent_id=below, root_id=sa.literal(root_id)))

    await make.decide("copy2000", Decision.APPROVE)
    page = (await make.page(replies_each=10_000)).comments
    assert [each.id for each in page] == [root, *(f"copy{n}" for n in range(1, 2_001))]
    assert [each.is_tombstone for each in page] == [True] * 2_000 + [False]
    assert [each.replies for each in page] == [2_000] + [1] * 1_999 + [0]
    assert [each.parent for each in page] == [None, *(each.id for each in page[:-1])]

    await make.decide("copy2000", Decision.DELETE)
    assert (await make.page()).comments == []
    assert {row.reply_count for row in await make.rows(comment)} == {0}
