"""Members, invitations and second factors on both engines: what must hold when two come at once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.errors import AlreadyMemberError, InvitationNotValidError, LastOwnerError, NotFoundError
from commentsvc.domain.roles import Role
from commentsvc.domain.status import CommentStatus
from commentsvc.store import history, invitations, members, moderators, queue, second_factors, sessions
from commentsvc.store.engine import Store
from commentsvc.store.schema import api_token, decision, feed_link, session, sign_in_link
from tests.store.make_comments import NOW, Make

pytestmark = pytest.mark.anyio

WEEK = timedelta(days=7)


async def _add(store: Store, make: Make, name: str, role: Role | None = Role.MODERATOR) -> int:
    def job(conn: Connection) -> int:
        who = moderators.add(conn, name=name, blind_index=name.encode(), sealed_email=b"sealed", now=NOW)
        moderators.join_sites(conn, who, [] if role is None else [make.site.id], role or Role.OWNER, now=NOW)
        return who

    return await store.write(job)


async def _invite(store: Store, make: Make, by: int, digest: bytes = b"link") -> str:
    def job(conn: Connection) -> str:
        return invitations.add(
            conn, digest, site_id=make.site.id, name="Nia", role=Role.MODERATOR, by=by, now=NOW, expires_at=NOW + WEEK
        )

    return await store.write(job)


async def test_two_owners_who_remove_each_other_leave_one(store: Store, make: Make) -> None:
    """The history's lock lets one after the other look whether an owner stays."""
    ann, bob = await _add(store, make, "Ann", Role.OWNER), await _add(store, make, "Bob", Role.OWNER)

    def remove(who: int, by: int) -> object:
        return store.write(lambda conn: members.remove(conn, who, site_id=make.site.id, by=by, now=NOW))

    ends = await asyncio.gather(remove(ann, bob), remove(bob, ann), return_exceptions=True)  # type: ignore[call-overload]
    assert [type(end) for end in ends if isinstance(end, Exception)] == [LastOwnerError]
    left = await store.read(lambda conn: members.of_site(conn, make.site.id))
    assert [each.role for each in left] == [Role.OWNER]
    assert [row.decision for row in await make.rows(decision)] == [Act.REMOVE_MEMBER]
    assert await store.read(lambda conn: history.first_fault(conn, make.site.id)) is None


async def test_an_invitation_is_used_once_even_by_two_at_once(store: Store, make: Make) -> None:
    owner = await _add(store, make, "Ola", Role.OWNER)
    guests = [await _add(store, make, name, None) for name in ("Nia", "Noa")]
    await _invite(store, make, owner)
    ends = await asyncio.gather(
        *(store.write(lambda conn, g=guest: invitations.accept(conn, b"link", g, now=NOW)) for guest in guests),  # type: ignore[misc]
        return_exceptions=True,
    )
    assert [type(end) for end in ends if isinstance(end, Exception)] == [InvitationNotValidError]
    assert len(await store.read(lambda conn: members.of_site(conn, make.site.id))) == 2
    assert [row.decision for row in await make.rows(decision)] == [Act.INVITE, Act.JOIN]


async def test_a_member_who_accepts_stays_what_they_are_and_the_invitation_stays_open(store: Store, make: Make) -> None:
    owner = await _add(store, make, "Ola", Role.OWNER)
    await _invite(store, make, owner)
    with pytest.raises(AlreadyMemberError):
        await store.write(lambda conn: invitations.accept(conn, b"link", owner, now=NOW))
    found = await store.read(lambda conn: invitations.by_digest(conn, b"link", now=NOW))
    assert found is not None
    assert (found.inviter, found.role, found.is_registered) == ("Ola", Role.MODERATOR, False)
    assert await store.read(lambda conn: invitations.by_digest(conn, b"link", now=NOW + WEEK)) is None


async def test_an_account_is_asked_for_once_with_an_invitation(store: Store, make: Make) -> None:
    await _invite(store, make, await _add(store, make, "Ola", Role.OWNER))
    await store.write(lambda conn: invitations.register(conn, b"link", now=NOW))
    for digest in (b"link", b"other"):
        with pytest.raises(InvitationNotValidError):
            await store.write(lambda conn, d=digest: invitations.register(conn, d, now=NOW))  # type: ignore[misc]


async def test_an_open_invitation_is_withdrawn_on_its_own_site_only(store: Store, make: Make) -> None:
    owner, other = await _add(store, make, "Ola", Role.OWNER), await make.other_site()
    public_id = await _invite(store, make, owner)
    for site_id, wanted in ((other.site.id, public_id), (make.site.id, "absent")):
        with pytest.raises(NotFoundError):
            await store.write(
                lambda conn, s=site_id, w=wanted: invitations.withdraw(conn, w, site_id=s, by=owner, now=NOW)  # type: ignore[misc]
            )
    await store.write(lambda conn: invitations.withdraw(conn, public_id, site_id=make.site.id, by=owner, now=NOW))
    assert await store.read(lambda conn: invitations.open_on(conn, make.site.id, now=NOW)) == []


async def test_a_member_is_told_with_their_last_act_on_this_site(store: Store, make: Make) -> None:
    owner, other = await _add(store, make, "Ola", Role.OWNER), await make.other_site()
    later = NOW + timedelta(hours=1)

    def act(conn: Connection) -> None:
        for site_id, now in ((make.site.id, later), (other.site.id, later + WEEK)):
            history.write(conn, Act.INVITE, site_id=site_id, subject="x", moderator_id=owner, now=now)

    await store.write(act)
    found = await store.read(lambda conn: members.one(conn, make.site.id, owner))
    assert found is not None
    assert (found.name, found.since, found.last_act_at, found.has_second_factor) == ("Ola", NOW, later, False)
    assert await store.read(lambda conn: members.how_many(conn, frozenset({make.site.id}))) == {make.site.id: 1}


async def test_waiting_comments_are_counted_for_each_site(store: Store, make: Make) -> None:
    other = await make.other_site()
    for _ in range(3):
        await make.comment(status=CommentStatus.PENDING)
    ids = [make.site.id, other.site.id]
    found = await store.read(lambda conn: queue.waiting(conn, site_ids=ids, up_to=2))
    assert found == {make.site.id: 2, other.site.id: 0}


async def test_a_code_is_taken_once_even_by_two_at_once(store: Store, make: Make) -> None:
    who = await _add(store, make, "Mo")
    assert not await store.write(lambda conn: second_factors.use_step(conn, who, 5)), "it is not on"
    assert await store.write(lambda conn: second_factors.begin(conn, who, b"closed"))
    assert not await store.write(lambda conn: second_factors.confirm(conn, who, b"other", 5, now=NOW))
    assert await store.write(lambda conn: second_factors.confirm(conn, who, b"closed", 5, now=NOW))
    assert not await store.write(lambda conn: second_factors.begin(conn, who, b"another")), "a confirmed one stays"
    taken = await asyncio.gather(
        *(store.write(lambda conn, s=step: second_factors.use_step(conn, who, s)) for step in (5, 7, 7, 4))  # type: ignore[misc]
    )
    assert sorted(taken) == [False, False, False, True]


async def test_recovery_codes_are_used_once_and_go_with_the_factor(store: Store, make: Make) -> None:
    who, other = await _add(store, make, "Mo"), await _add(store, make, "Jo")
    await store.write(lambda conn: second_factors.begin(conn, who, b"closed"))
    await store.write(lambda conn: second_factors.confirm(conn, who, b"closed", 5, now=NOW))
    await store.write(lambda conn: second_factors.replace_codes(conn, who, [b"a", b"b"]))
    assert not await store.write(lambda conn: second_factors.use_code(conn, other, b"a", now=NOW))
    used = [await store.write(lambda conn: second_factors.use_code(conn, who, b"a", now=NOW)) for _ in range(2)]
    assert used == [True, False]
    state = await store.read(lambda conn: second_factors.of_moderator(conn, who))
    assert (state.is_on, state.codes_left) == (True, 1)
    assert [await store.write(lambda conn: second_factors.take_away(conn, who)) for _ in range(2)] == [True, False]
    state = await store.read(lambda conn: second_factors.of_moderator(conn, who))
    assert (state.is_on, state.closed_secret, state.codes_left) == (False, None, 0)


async def test_who_is_disabled_loses_everything_that_lets_in(store: Store, make: Make) -> None:
    who, site_id = await _add(store, make, "Mo"), make.site.id

    def fill(conn: Connection) -> None:
        sessions.start(conn, b"s", who, device="", now=NOW)
        sessions.add_link(conn, b"l", who, expires_at=NOW + WEEK)
        shared = {"public_id": "p", "moderator_id": who, "created_at": NOW}
        conn.execute(api_token.insert().values(id_digest=b"t", name="x", may_decide=True, **shared))
        conn.execute(feed_link.insert().values(id_digest=b"f", site_id=site_id, **shared))

    await store.write(fill)
    await store.write(lambda conn: moderators.disable(conn, who, now=NOW))
    for table in (session, sign_in_link, api_token, feed_link):
        assert await make.rows(table) == []
    await store.write(lambda conn: moderators.enable(conn, who))
    found = await store.read(lambda conn: moderators.by_id(conn, who))
    assert found is not None
    assert (found.is_disabled, found.roles) == (False, {site_id: Role.MODERATOR})


async def test_what_the_operator_does_stands_in_each_sites_history(store: Store, make: Make) -> None:
    who = await _add(store, make, "Mo")
    await store.write(lambda conn: members.write_everywhere(conn, Act.DISABLE_MEMBER, who, now=NOW))
    [row] = await make.rows(decision)
    assert (row.decision, row.subject, row.moderator_id) == (Act.DISABLE_MEMBER, f"member:{who}", None)


async def test_an_account_is_made_unless_the_address_is_known_under_any_key(store: Store, make: Make) -> None:
    who = await _add(store, make, "Mo")

    def add(conn: Connection, candidates: list[bytes]) -> None:
        moderators.add_unless_known(
            conn, name="New", candidates=candidates, sealed_email=b"sealed", password_hash="hash", now=NOW
        )

    for candidates in ([b"new", b"Mo"], [b"Mo"], [b"new", b"old"]):
        await store.write(lambda conn, c=candidates: add(conn, c))  # type: ignore[misc]
    assert [each.name for each in await store.read(moderators.all_moderators)] == ["Mo", "New"]
    known = await store.read(lambda conn: moderators.by_id(conn, who))
    assert known is not None
    assert known.password_hash is None
