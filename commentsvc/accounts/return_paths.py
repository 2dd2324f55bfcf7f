"""Where signing in may lead: a word from a fixed list, so that no address of a stranger can be slipped in."""

HOME = "/moderation"
SIGN_IN = "/moderation/sign-in"
ACCOUNT = "/moderation/account"
LINK = "/moderation/link"
SIGN_IN_CODE = f"{SIGN_IN}/code"
SECOND_FACTOR = f"{ACCOUNT}/second-factor"
INVITATION = "/moderation/invitation"
SITES = "/moderation/sites"

_PATHS = {
    "queue": HOME,
    "approved": "/moderation/approved",
    "rejected": "/moderation/rejected",
    "spam": "/moderation/spam",
    "deleted": "/moderation/deleted",
    "account": ACCOUNT,
    "invitation": INVITATION,
    "sites": SITES,
}
_WORDS = {path: word for word, path in _PATHS.items()}


def word_for(path: str) -> str:
    """The word for a page; the queue's for pages that have none."""
    return _WORDS.get(path, "queue")


def path_for(word: str) -> str:
    """The page behind a word; the queue for anything else."""
    return _PATHS.get(word, HOME)
