"""Links in mails, under which a moderator decides on one comment without signing in."""

from dataclasses import dataclass
from datetime import timedelta

from commentsvc.domain.errors import InvalidTokenError
from commentsvc.domain.status import Decision
from commentsvc.web.tokens import Purpose, Signer

PATH = "/moderation/mail"
VALID_FOR = timedelta(days=3)
OFFERED = (Decision.APPROVE, Decision.REJECT, Decision.MARK_SPAM)
"""What may be decided by mail."""


@dataclass(frozen=True, slots=True)
class MailedLink:
    """What a link says."""

    comment: str
    """Public id."""
    moderator_id: int
    site: str
    version: int
    """The comment's state version when the mail was written."""
    decisions: frozenset[str]


class MailLinks:
    """Makes and reads the links.

    Args:
        signer: Of the service.
        public_url: Where browsers reach it.
    """

    def __init__(self, signer: Signer, public_url: str) -> None:
        self._signer, self._public_url = signer, public_url

    def address(self, comment: str, *, moderator_id: int, site: str, version: int) -> str:
        """Where the comment is shown with its buttons, for three days."""
        claims = {
            "comment": comment,
            "moderator": moderator_id,
            "site": site,
            "version": version,
            "decisions": list(OFFERED),
        }
        return f"{self._public_url}{PATH}?t={self._signer.sign(Purpose.MAIL_DECISION, claims)}"

    def read(self, token: str) -> MailedLink:
        """What a link says.

        Raises:
            InvalidTokenError: It is not ours, for another purpose, or too old.
        """
        match self._signer.verify(Purpose.MAIL_DECISION, token, max_age=VALID_FOR):
            case {
                "comment": str(comment),
                "moderator": int(moderator_id),
                "site": str(site),
                "version": int(version),
                "decisions": list(verbs),
            }:
                return MailedLink(comment, moderator_id, site, version, frozenset(map(str, verbs)))
            case _:
                raise InvalidTokenError("other claims")
