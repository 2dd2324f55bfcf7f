"""Who takes the pieces of sanitised HTML."""

from typing import Protocol


class Receiver(Protocol):
    """Takes the pieces in order of appearance; every opened element is closed again, in reverse order."""

    def open(self, name: str, href: str | None) -> None:
        """An allow-listed element begins. `href` only for ``a``, unescaped, not yet checked by our own rule."""

    def close(self) -> None:
        """The innermost open element ends."""

    def text(self, words: str) -> None:
        """Characters, unescaped."""
