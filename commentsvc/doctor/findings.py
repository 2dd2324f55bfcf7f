"""What a check found."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"
    """It could not be looked at; that is no fault by itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. It holds no secret and no address."""

    check: str
    """Its name, a fixed word: ``keys``."""
    state: State
    seen: str
    fix: str = ""
    """One sentence; empty if there is nothing to do."""

    def as_json(self) -> dict[str, str]:
        """As ``--json`` shows it."""
        return {name: str(value) for name, value in asdict(self).items()}


def ok(check: str, seen: str) -> Finding:
    """As it should be."""
    return Finding(check, State.OK, seen)
