"""Numbers in sentences."""


def counted(count: int, thing: str) -> str:
    """``1 link``, ``3 links``; `thing` is an English noun with a regular plural."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
