"""What a member of a site may do there."""

from enum import StrEnum


class Role(StrEnum):
    """Owners run the site; moderators decide on its comments."""

    OWNER = "owner"
    MODERATOR = "moderator"
