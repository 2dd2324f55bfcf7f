"""Where a comment is found on the page it was written under."""


def permalink(article_url: str, public_id: str) -> str:
    """The article's address with the comment's anchor, which the embed scrolls to."""
    return f"{article_url}#comment-{public_id}"
