"""A site's policy, changed with its entry in the history."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.site import Site, SitePolicy
from commentsvc.store import history, sites


def change(
    conn: Connection,
    site: Site,
    changed: Callable[[SitePolicy], SitePolicy],
    *,
    moderator_id: int | None,
    now: datetime,
) -> None:
    """Change what is wanted of a site's policy as it is now; what changes nothing leaves no entry.

    Args:
        conn: In a transaction.
        site: Which; its policy is read again.
        changed: The policy before → the policy after.
        moderator_id: Who; None: whoever runs the service.
        now: When.
    """
    history.lock(conn, [site.id])  # before the policy is read: two changes at once follow each other
    (current,) = sites.with_ids(conn, [site.id])
    before, after = current.policy, changed(current.policy)
    if after == before:
        return
    sites.change_policy(conn, site.id, after)
    history.write(
        conn,
        Act.CHANGE_POLICY,
        site_id=site.id,
        subject=f"site:{site.key}",
        moderator_id=moderator_id,
        details=_differences(before, after),
        now=now,
    )


def _differences(before: SitePolicy, after: SitePolicy) -> dict[str, object]:
    """``{"max_links": {"before": 2, "after": 3}}``, only what changed."""
    old, new = asdict(before), asdict(after)
    return {name: {"before": old[name], "after": new[name]} for name in new if old[name] != new[name]}
