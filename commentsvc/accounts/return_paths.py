"""Where signing in may lead: a word from a fixed list, so that no address of a stranger can be slipped in."""

HOME = "/moderation"
SIGN_IN = "/moderation/sign-in"
ACCOUNT = "/moderation/account"
LINK = "/moderation/link"

_PATHS = {
    "queue": HOME,
    "approved": "/moderation/approved",
    "rejected": "/moderation/rejected",
    "spam": "/moderation/spam",
    "deleted": "/moderation/deleted",
    "account": ACCOUNT,
}
_WORDS = {path: word for word, path in _PATHS.items()}


def word_for(path: str) -> str:
    """The word for a page; the queue's for pages that have none."""
    return _WORDS.get(path, "queue")


def path_for(word: str) -> str:
    """The page behind a word; the queue for anything else."""
    return _PATHS.get(word, HOME)
