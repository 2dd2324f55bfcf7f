"""One tree of errors, one shape on the wire; what is public and what is for the log stay apart.

Every class has a `code` (which programs switch on), an HTTP `status`, and a `public` sentence that a reader
understands. The exception's own message is context for the log and never leaves the server.
"""

from collections.abc import Mapping


class CommentsvcError(Exception):
    """Anything this service refuses on purpose."""

    code = "internal_error"
    status = 500
    public = "Something went wrong on our side. Your words are not lost: please try again in a moment."

    def __init__(
        self,
        context: str = "",
        *,
        fields: Mapping[str, str] | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        """Make the error.

        Args:
            context: For the log only. Never a reader's words, address or IP.
            fields: For 422: which field of the input, and a sentence about it.
            retry_after_seconds: For 429 and 503: becomes the `Retry-After` header.
        """
        super().__init__(context)
        self.fields = dict(fields or {})
        self.retry_after_seconds = retry_after_seconds


# -- the request itself -------------------------------------------------------------------------------------------


class MalformedJsonError(CommentsvcError):
    """The body is no JSON object."""

    code, status = "malformed_json", 400
    public = "The request was not understood: its body is not a JSON object."


class MalformedTextError(CommentsvcError):
    """The body holds what is no text: invalid UTF-8, NUL or a lone surrogate."""

    code, status = "malformed_text", 400
    public = "The text holds characters that are not valid. Please remove them and try again."


class UnknownFieldError(CommentsvcError):
    """The body names a field that does not exist."""

    code, status = "unknown_field", 400
    public = "The request names a field that does not exist here."


class UnknownParameterError(CommentsvcError):
    """The query names a parameter that this address does not take, or one twice."""

    code, status = "unknown_parameter", 400
    public = "The address has a parameter that does not exist here, or the same one twice."


class MissingParameterError(CommentsvcError):
    """The query lacks a parameter."""

    code, status = "missing_parameter", 400
    public = "The address lacks a parameter."


class MalformedParameterError(CommentsvcError):
    """A parameter of the query has a value that it cannot have."""

    code, status = "malformed_parameter", 400
    public = "A parameter of the address has a value that it cannot have."


class UnsupportedMediaTypeError(CommentsvcError):
    """The body is not `application/json`, or it is compressed."""

    code, status = "unsupported_media_type", 415
    public = "Send plain JSON (Content-Type: application/json)."


class TooLargeError(CommentsvcError):
    """The body of the request is larger than the limit."""

    code, status = "too_large", 413
    public = "That is more than can be sent at once. Please shorten it."


class InvalidInputError(CommentsvcError):
    """Fields hold what they cannot hold; `fields` says which and why."""

    code, status = "invalid_input", 422
    public = "Some fields need another look."


class NotFoundError(CommentsvcError):
    """There is nothing at this address, or nothing that may be seen."""

    code, status = "not_found", 404
    public = "There is nothing here."


class MethodNotAllowedError(CommentsvcError):
    """The address does not take this method."""

    code, status = "method_not_allowed", 405
    public = "This address does not take that kind of request."


# -- site, thread, parent -----------------------------------------------------------------------------------------


class UnknownSiteError(CommentsvcError):
    """No site has this key."""

    code, status = "unknown_site", 404
    public = "This site is not registered here. Its owner may need to check the site key."


class ForeignOriginError(CommentsvcError):
    """The page that asks does not belong to the site."""

    code, status = "foreign_origin", 403
    public = "Comments for this site cannot be sent from this page."


class MalformedUrlError(CommentsvcError):
    """Not an absolute http(s) URL of at most 2,048 characters."""

    code, status = "malformed_url", 422
    public = "The article's address is not a valid web address."


class UnknownHostError(CommentsvcError):
    """The article's address belongs to no origin of the site."""

    code, status = "unknown_host", 403
    public = "The article's address does not belong to this site."


class UnknownParentError(CommentsvcError):
    """The comment to reply to does not exist or is not public."""

    code, status = "unknown_parent", 404
    public = "The comment you are replying to is no longer there."


class ForeignParentError(CommentsvcError):
    """The comment to reply to stands under another article."""

    code, status = "foreign_parent", 422
    public = "The comment you are replying to stands under another article."


class ThreadClosedError(CommentsvcError):
    """The site no longer takes comments on this article."""

    code, status, public = "thread_closed", 409, "Comments are closed."


class UnknownCommentError(CommentsvcError):
    """The comment does not exist or is not public."""

    code, status, public = "unknown_comment", 404, "There is no such comment."


# -- how often ----------------------------------------------------------------------------------------------------


class TooManyRequestsError(CommentsvcError):
    """More than the rate limit lets through."""

    code, status = "too_many_requests", 429
    public = "That was a lot at once. Please wait a moment and send it again: your words are kept."


class IdempotencyKeyReusedError(CommentsvcError):
    """The same `Idempotency-Key` came with other content."""

    code, status = "idempotency_key_reused", 422
    public = "This form was already sent with other content. Please reload it."


class MalformedIdempotencyKeyError(CommentsvcError):
    """The `Idempotency-Key` is not 8 to 128 printable ASCII characters."""

    code, status = "malformed_idempotency_key", 400
    public = "The Idempotency-Key header must be 8 to 128 printable ASCII characters."


class StorageUnavailableError(CommentsvcError):
    """The database cannot be written or reached just now."""

    code, status = "storage_unavailable", 503
    public = "Comments cannot be saved just now. Your words are kept: please try again in a moment."


class DatabaseNewerError(CommentsvcError):
    """The database was written by a newer version of this program."""

    code, status = "database_newer", 503
    public = "The service is being updated. Please try again in a few minutes."


class MigrationsMissingError(CommentsvcError):
    """The database is older than this program, and nobody has run `commentsvc migrate`."""

    code, status = "migrations_missing", 503
    public = "The service is being updated. Please try again in a few minutes."


# -- proof --------------------------------------------------------------------------------------------------------


class InvalidTokenError(CommentsvcError):
    """A signed token is forged, expired, or made for something else."""

    code, status = "invalid_token", 403
    public = "This link or form is no longer valid. Please reload the page and try again."


class OwnerRequiredError(CommentsvcError):
    """Only an owner of the site may do this."""

    code, status = "owner_required", 403
    public = "Only an owner of this site may do this."


class InvalidApiTokenError(CommentsvcError):
    """The request brings no token of a moderator's, or one that is unknown, has expired or was removed."""

    code, status = "invalid_api_token", 401
    public = "A valid token is needed: Authorization: Bearer TOKEN."


class ReadOnlyTokenError(CommentsvcError):
    """The token may read, but not change anything."""

    code, status = "read_only_token", 403
    public = "This token may only read."


class SignInRequiredError(CommentsvcError):
    """No moderator is signed in."""

    code, status = "sign_in_required", 401
    public = "Please sign in."


class WrongCredentialsError(CommentsvcError):
    """The address or the password is wrong; which one is not told."""

    code, status = "wrong_credentials", 401
    public = "That address and password do not match."


class SignInBusyError(CommentsvcError):
    """So many passwords are being checked that one more would have to wait too long."""

    code, status = "sign_in_busy", 503
    public = "Too many people are signing in just now. Please try again in a few seconds."


class WrongCodeError(CommentsvcError):
    """The code of the second factor is wrong, was used before, or is no longer valid."""

    code, status = "wrong_code", 401
    public = "That code is not valid. Take the one that is shown now; each works once."


class InvitationNotValidError(CommentsvcError):
    """The invitation was used, withdrawn, or has expired."""

    code, status = "invitation_not_valid", 403
    public = "This invitation is no longer valid. Whoever invited you can make a new one."


class AlreadyMemberError(CommentsvcError):
    """Who accepts an invitation looks after the site already."""

    code, status = "already_member", 409
    public = "You look after this site already."


class LastOwnerError(CommentsvcError):
    """Without this owner the site would have none."""

    code, status = "last_owner", 409
    public = "A site needs an owner. Make somebody else an owner first."


class SecondFactorStateError(CommentsvcError):
    """The second factor is on where it would have to be off, or off where it would have to be on."""

    code, status = "second_factor_state", 409
    public = "Your second factor has changed in the meantime. Please look at your account page."


class CrossSiteRequestError(CommentsvcError):
    """A moderator's browser was sent here by another site, or the form's token is missing."""

    code, status = "cross_site_request", 403
    public = "This did not come from our own page. Please reload it and try again."


class DecisionNotPossibleError(CommentsvcError):
    """The comment's status does not allow this decision; somebody may have decided before."""

    code, status = "decision_not_possible", 409
    public = "This comment has already been decided."


class UnseenWordsError(DecisionNotPossibleError):
    """The comment does not say any more what was seen; or its writer changed it, and nobody told what was seen."""

    code, status = "unseen_words", 409
    public = "This comment was changed meanwhile. Look at what it says now, then decide."


class TooManyRulesError(CommentsvcError):
    """The site has as many rules in force as it can have."""

    code, status = "too_many_rules", 409
    public = "This site has 1,000 rules, and that is the most it can have. Remove some that find nothing any more."


class CommentChangedError(CommentsvcError):
    """Somebody decided on the comment or edited it since the form was opened."""

    code, status = "comment_changed", 409
    public = "This comment was changed meanwhile. Nothing of yours is lost: look at what is new, then save again."


class EditNotPossibleError(CommentsvcError):
    """The time to change one's comment is over, or it was decided otherwise, changed by a moderator, or erased."""

    code, status = "edit_not_possible", 409
    public = "This comment can no longer be changed."


class PinNotPossibleError(CommentsvcError):
    """The comment is not public, is a reply, or three are pinned in its thread already."""

    code, status = "pin_not_possible", 409
    public = "Only public comments that answer no other can be pinned, and at most three in one thread."


class AppealNotPossibleError(CommentsvcError):
    """The comment is not one that was rejected or marked as spam."""

    code, status = "appeal_not_possible", 409
    public = "There is no decision on this comment to appeal against."


class AppealedAlreadyError(CommentsvcError):
    """The writer has appealed before; each comment has one appeal."""

    code, status = "appealed_already", 409
    public = "You have asked for a second look at this comment already."


class NoAppealError(CommentsvcError):
    """There is no appeal, or it has been answered."""

    code, status = "no_appeal", 409
    public = "This appeal has already been answered."


class NoReportsError(CommentsvcError):
    """The comment has no reports that are open, or is not public any more."""

    code, status = "no_reports", 409
    public = "The reports about this comment have already been dealt with."


class NoAddressError(CommentsvcError):
    """The comment's writer gave no e-mail address, or it has been erased."""

    code, status = "no_address", 409
    public = "There is no e-mail address with this comment."


class NoPrivateKeyError(CommentsvcError):
    """This process holds no private key for a sealed address, or is not to use it."""

    code, status = "no_private_key", 409
    public = "This server cannot open addresses. Whoever runs it decides whether it may."


class WrongKeysError(CommentsvcError):
    """The key file is not the one that this database's addresses were sealed with."""

    code, status = "wrong_keys", 503
    public = "The service is not set up correctly. Please try again later."
