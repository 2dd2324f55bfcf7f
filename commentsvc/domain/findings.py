"""What screening saw in a submission, in words a moderator reads."""

from dataclasses import dataclass
from enum import StrEnum


class Leaning(StrEnum):
    """What a finding speaks for."""

    PASS = "pass"  # noqa: S105 - a leaning, no password
    HOLD = "hold"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Finding:
    """One judge's remark."""

    phase: str
    """Name of the judge: ``links``."""
    leaning: Leaning
    words: str
    """For the moderator: ``3 links (this site allows 2)``."""
    trigger: str | None = None
    """The part of the source that it is about, if there is one."""
    rule_id: int | None = None
    """Row id of the site's own rule that made the remark, if one did."""

    def as_json(self) -> dict[str, str | int | None]:
        """As it is stored with its comment."""
        return {
            "phase": self.phase,
            "leaning": self.leaning,
            "words": self.words,
            "trigger": self.trigger,
            "rule_id": self.rule_id,
        }
