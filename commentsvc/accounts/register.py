"""An account for somebody who was invited: name, address, password."""

from collections.abc import Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.engine import Connection
from starlette.requests import Request

from commentsvc.accounts.attempts import count_attempt
from commentsvc.accounts.invite import fault_of_name
from commentsvc.accounts.passwords import Passwords
from commentsvc.domain.clock import Clocks
from commentsvc.domain.emails import AddressSealer, EmailAddress, ModeratorIndex
from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.text import clean_line
from commentsvc.store import invitations, moderators
from commentsvc.store.engine import Store
from commentsvc.web.parts import part


@dataclass(frozen=True, slots=True)
class Registration:
    """What is shown in the form again: the name, and a sentence for each field that needs another look."""

    name: str
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The account that is asked for."""

    name: str
    email: EmailAddress
    password: str


def fields_of(form: Mapping[str, str]) -> Wanted:
    """The fields of the form, name and address checked.

    Raises:
        InvalidInputError: They cannot be taken; `fields` says why (422).
    """
    faults: dict[str, str] = {}
    name, typed = clean_line(form.get("name", "")), form.get("email", "")
    if (fault := fault_of_name(name)) is not None:
        faults["name"] = fault
    try:
        typed = validate_email(typed[:255], check_deliverability=False).normalized
    except EmailNotValidError:
        faults["email"] = "This does not look like an e-mail address."
    if faults:
        raise InvalidInputError(fields=faults)
    return Wanted(name, EmailAddress(typed), form.get("password", ""))


async def register(request: Request, invitation: bytes, wanted: Wanted) -> None:
    """Make an account unless there is one under this address; the same work and the same answer either way.

    Args:
        request: Tells the network, for the limits of attempts.
        invitation: Digest of the invitation that allows it; it allows one account.
        wanted: What was typed.

    Raises:
        InvalidInputError: The password cannot be taken; the field is ``password``.
        InvitationNotValidError: It is not open, or was used for an account before.
        TooManyRequestsError: Too many attempts.
    """
    count_attempt(request, f"invitation {invitation.hex()}")
    password_hash, now = await _hash(request, wanted.password), part(request, Clocks).now()
    candidates = part(request, ModeratorIndex).moderator_candidates(wanted.email)  # type: ignore[type-abstract]  # the table holds one that is concrete
    sealed = part(request, AddressSealer).seal(wanted.email)  # type: ignore[type-abstract]  # as above

    def job(conn: Connection) -> None:
        invitations.register(conn, invitation, now=now)
        moderators.add_unless_known(
            conn, name=wanted.name, candidates=candidates, sealed_email=sealed, password_hash=password_hash, now=now
        )

    await part(request, Store).write(job)


async def _hash(request: Request, password: str) -> str:
    try:
        return await part(request, Passwords).hash(password)
    except InvalidInputError as error:
        raise InvalidInputError(fields={"password": error.fields["new_password"]}) from None
