"""Changing keys: new ones in front of the old, and old ones taken out once nothing needs them."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from commentsvc.vault.keys import KeyFileError, KeyRing, TokenBytes, new_key_ring, signing_id


class KeyKind(StrEnum):
    """What a key is for."""

    SIGNING = "signing"
    """Receipts, forms, links, sessions; the secrets of webhooks are made from it."""
    INDEX = "index"
    """The blind index of addresses; what closes the secrets of second factors is made from it."""
    SEALING = "sealing"
    """Addresses."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What may be told of a key: nothing of what is secret about it."""

    kind: KeyKind
    id: str
    """8 hexadecimal digits."""
    is_newest: bool
    """New things are made with it."""
    has_private: bool | None
    """Whether what it sealed can be opened; None where there is no such half."""


def facts(ring: KeyRing) -> list[KeyFacts]:
    """Every key, kind by kind, the newest first."""
    ids: dict[KeyKind, list[tuple[bytes, bool | None]]] = {
        KeyKind.SIGNING: [(signing_id(secret), None) for secret in ring.signing],
        KeyKind.INDEX: [(key.id, None) for key in ring.index],
        KeyKind.SEALING: [(key.id, key.private is not None) for key in ring.sealing],
    }
    return [
        KeyFacts(kind, key_id.hex(), number == 0, has_private)
        for kind, keys in ids.items()
        for number, (key_id, has_private) in enumerate(keys)
    ]


def rotated(ring: KeyRing, kinds: Collection[KeyKind], *, token_bytes: TokenBytes = secrets.token_bytes) -> KeyRing:
    """The ring with a new key of each of these kinds in front; the old ones still verify, find and open.

    Raises:
        KeyFileError: It is a public half: a private key does not come into being where none may lie.
    """
    if not ring.may_open:
        raise KeyFileError(
            "This key file has no private key, so it is the half for the public service. Run this where the whole key "
            "file is, and export the public half anew."
        )
    fresh = new_key_ring(token_bytes)
    return KeyRing(
        signing=(fresh.signing if KeyKind.SIGNING in kinds else ()) + ring.signing,
        index=(fresh.index if KeyKind.INDEX in kinds else ()) + ring.index,
        sealing=(fresh.sealing if KeyKind.SEALING in kinds else ()) + ring.sealing,
    )


def without(ring: KeyRing, key: KeyFacts) -> KeyRing:
    """The ring without one of its older keys.

    Raises:
        KeyFileError: It is the one that new things are made with.
    """
    if key.is_newest:
        raise KeyFileError(
            f"Key {key.id} is the newest {key.kind} key, and is needed. Run `commentsvc key rotate` first."
        )
    key_id = bytes.fromhex(key.id)
    if key.kind is KeyKind.SIGNING:
        return replace(ring, signing=tuple(each for each in ring.signing if signing_id(each) != key_id))
    if key.kind is KeyKind.INDEX:
        return replace(ring, index=tuple(each for each in ring.index if each.id != key_id))
    return replace(ring, sealing=tuple(each for each in ring.sealing if each.id != key_id))


def is_older_half(half: KeyRing, ring: KeyRing) -> bool:
    """Whether a ring is a public half of these same keys, of now or from before a rotation."""
    ours = {key.public for key in ring.sealing}
    return not half.may_open and any(key.public in ours for key in half.sealing)
