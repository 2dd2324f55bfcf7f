"""What stands in the history: everything that people who look after a site do there."""

from enum import StrEnum


class Act(StrEnum):
    """One kind of entry; the first five are the words of `Decision`."""

    APPROVE = "approve"
    REJECT = "reject"
    MARK_SPAM = "mark_spam"
    DELETE = "delete"
    RESTORE = "restore"
    UNDO = "undo"

    EDIT = "edit"
    REPLY = "reply"
    PIN = "pin"
    UNPIN = "unpin"
    CLOSE_THREAD = "close_thread"
    OPEN_THREAD = "open_thread"
    REVEAL_ADDRESS = "reveal_address"
    APPEAL = "appeal"
    """The writer's own act; it has no moderator."""
    DISMISS_APPEAL = "dismiss_appeal"

    ADD_RULE = "add_rule"
    CHANGE_RULE = "change_rule"
    REMOVE_RULE = "remove_rule"
    CHANGE_POLICY = "change_policy"
    CHANGE_REASONS = "change_reasons"

    INVITE = "invite"
    WITHDRAW_INVITATION = "withdraw_invitation"
    JOIN = "join"
    CHANGE_ROLE = "change_role"
    REMOVE_MEMBER = "remove_member"
    DISABLE_MEMBER = "disable_member"
    """By whoever runs the service, as the next two; they have no moderator."""
    ENABLE_MEMBER = "enable_member"
    RESET_SECOND_FACTOR = "reset_second_factor"
    ADD_WEBHOOK = "add_webhook"
    CHANGE_WEBHOOK = "change_webhook"
    REMOVE_WEBHOOK = "remove_webhook"
    EXPORT_HISTORY = "export_history"

    ERASE = "erase"
    """By the holder of an address, over what was written under it; it has no moderator, nor have the next three."""
    ERASE_BY_OPERATOR = "erase_by_operator"
    RETENTION = "retention"
    """What was kept as long as the site's policy says, and went then."""
    EXPORT_ADDRESSES = "export_addresses"
    """By whoever runs the service: sealed, to be opened elsewhere."""
