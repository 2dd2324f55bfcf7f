"""What tests of history, statistics and scripts need: an owner, and entries by several hands."""

import httpx2
from sqlalchemy.engine import Connection

from commentsvc.accounts.api_tokens import TokenWish, new_api_token
from commentsvc.domain.roles import Role
from commentsvc.store import moderators
from tests.support.moderation import Place


async def make_owner(place: Place, moderator_id: int, key: str = "gazette") -> None:
    """Give somebody a site."""
    here = [place.sites[key].id]
    await place.store.write(
        lambda conn: moderators.join_sites(conn, moderator_id, here, Role.OWNER, now=place.time.now)
    )


async def add_token(place: Place, moderator_id: int = 1, *, may_decide: bool = True, days: int | None = None) -> str:
    """A token of theirs."""
    wish = TokenWish("nightly", may_decide, days)

    def job(conn: Connection) -> str:
        return new_api_token(conn, moderator_id, wish, now=place.time.now)

    return await place.store.write(job)


def script(place: Place, token: str | None, *, client: str = "192.0.2.7") -> httpx2.AsyncClient:
    """A script with this token."""
    transport = httpx2.ASGITransport(app=place.app, client=(client, 4711))
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx2.AsyncClient(transport=transport, base_url=f"{place.origin}/api/v1/moderation", headers=headers)
