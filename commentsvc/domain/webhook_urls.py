"""Where a webhook may call, as far as its address alone can tell; what its host resolves to is checked at each call."""

from commentsvc.domain.errors import MalformedUrlError
from commentsvc.domain.urls import website_url


def webhook_url(raw: str) -> str:
    """An owner's address of a webhook, checked: absolute, https, no user name or password, no fragment.

    Returns:
        ASCII, with a path: ``https://chat.example.org/hooks/abc``.

    Raises:
        MalformedUrlError: Anything else.
    """
    url = website_url(raw).partition("#")[0]
    if not url.startswith("https://"):
        raise MalformedUrlError("a webhook is called by https only")
    return url
