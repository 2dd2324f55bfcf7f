"""Who comes next: what readers write waits in turns, so that whoever floods waits behind themselves."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from commentsvc.domain.errors import StorageUnavailableError

T = TypeVar("T")

WAITING = 1_000
"""Jobs of each kind that may wait; one more is refused, so that a flood costs neither memory nor patience."""
OF_ONE_SITE, OF_ONE_NETWORK = WAITING // 2, WAITING // 4
"""As many of them as may come from the readers of one site, and there from one network."""
_RETRY_AFTER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a reader's job comes from; kept in memory, as long as it waits."""

    site_id: int
    network: bytes | None
    """As one subscriber has it; None if it is not known."""


class Turns(Generic[T]):
    """What waits: jobs without an origin (moderators' and our own), and readers' jobs.

    Readers' sites take turns, and within a site its networks. Half of each portion is kept for jobs without an origin.
    """

    def __init__(self) -> None:
        self._ours: deque[T] = deque()
        self._sites: OrderedDict[int, OrderedDict[bytes | None, deque[T]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ours) + sum(map(_count, self._sites.values()))

    def add(self, item: T, origin: Origin | None) -> None:
        """Wait behind others of the same origin.

        Raises:
            StorageUnavailableError: Too many wait already.
        """
        if origin is None:
            _refuse_if(len(self._ours) >= WAITING)
            self._ours.append(item)
            return
        networks = self._sites.get(origin.site_id, OrderedDict())
        row = networks.get(origin.network, deque())
        _refuse_if(
            len(row) >= OF_ONE_NETWORK
            or _count(networks) >= OF_ONE_SITE
            or sum(map(_count, self._sites.values())) >= WAITING
        )
        row.append(item)
        networks.setdefault(origin.network, row)
        self._sites.setdefault(origin.site_id, networks)

    def take(self, most: int) -> list[T]:
        """The next ones, in the order of their turns."""
        taken = [self._ours.popleft() for _ in range(min(len(self._ours), most // 2))]
        while self._sites and len(taken) < most:
            taken.append(self._next_reader())
        taken += [self._ours.popleft() for _ in range(min(len(self._ours), most - len(taken)))]
        return taken

    def _next_reader(self) -> T:
        site_id, networks = self._sites.popitem(last=False)
        network, row = networks.popitem(last=False)
        item = row.popleft()
        if row:
            networks[network] = row  # behind the others
        if networks:
            self._sites[site_id] = networks
        return item


def _count(networks: OrderedDict[bytes | None, deque[T]]) -> int:
    return sum(map(len, networks.values()))


def _refuse_if(is_full: bool) -> None:  # noqa: FBT001 - what is asked
    if is_full:
        raise StorageUnavailableError("too many jobs wait", retry_after_seconds=_RETRY_AFTER_SECONDS)
