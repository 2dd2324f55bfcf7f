"""The secrets that everything else rests on, as they lie in memory."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from nacl.public import PrivateKey

from commentsvc.domain.errors import CommentsvcError
from commentsvc.vault.derive_key import derive_key

TokenBytes = Callable[[int], bytes]
"""Gives that many random bytes."""

KEY_ID_BYTES = 4
SECRET_BYTES = 32
_SIGNING_ID = b"commentsvc.signing-id.v1"
_FEWEST_DISTINCT = 16
"""32 random bytes hold fewer distinct values once in about 10^15 times, a repeated word nearly always."""


class KeyFileError(CommentsvcError):
    """The keys cannot be used; the message says what to do about it, and never holds a key."""

    code, status = "key_file_unusable", 500


@dataclass(frozen=True, slots=True, repr=False)
class KeyedSecret:
    """A secret with the short id that is written beside everything made with it."""

    id: bytes
    """4 random bytes."""
    secret: bytes
    """At least 32 random bytes."""

    def __repr__(self) -> str:
        return f"KeyedSecret({self.id.hex()}, ***)"


@dataclass(frozen=True, slots=True, repr=False)
class SealingKey:
    """A Curve25519 key pair; without its private half it can seal, but not open."""

    id: bytes
    """4 random bytes."""
    public: bytes
    """32 bytes."""
    private: bytes | None
    """32 bytes; None where addresses are only sealed."""

    def __repr__(self) -> str:
        return f"SealingKey({self.id.hex()}, ***)"


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """All keys of an installation; in each list the newest comes first and is the one to make new things with.

    Raises:
        KeyFileError: A list is empty, an id or a secret occurs twice, a secret is short or typed by hand, a public
            key is none, or a private key does not belong to it.
    """

    signing: tuple[bytes, ...]
    """For receipts, forms, links and sessions; at least 32 bytes each."""
    index: tuple[KeyedSecret, ...]
    """For the blind index of addresses."""
    sealing: tuple[SealingKey, ...]

    def __post_init__(self) -> None:
        for name, keys in (("signing", self.signing), ("index", self.index), ("sealing", self.sealing)):
            if not keys:
                raise KeyFileError(f"The key file has no {name} key. Restore it from your backup.")
        _check_ids("index", [key.id for key in self.index])
        _check_ids("sealing", [key.id for key in self.sealing])
        for name, secret in [("signing", s) for s in self.signing] + [("index", key.secret) for key in self.index]:
            _check_secret(name, secret)
        for pair in self.sealing:
            _check_pair(pair)
        _check_all_differ([*self.signing, *(key.secret for key in self.index), *(key.public for key in self.sealing)])

    def __repr__(self) -> str:
        return "KeyRing(***)"

    @property
    def may_open(self) -> bool:
        """Whether any private key is here, so that sealed addresses can be opened."""
        return any(key.private is not None for key in self.sealing)

    def public_half(self) -> "KeyRing":
        """The same ring for a process that seals addresses and must not be able to open one."""
        return replace(self, sealing=tuple(replace(key, private=None) for key in self.sealing))


def new_key_ring(token_bytes: TokenBytes = secrets.token_bytes) -> KeyRing:
    """A fresh ring with one key of each kind.

    Args:
        token_bytes: Source of cryptographic randomness.
    """
    private = PrivateKey(token_bytes(PrivateKey.SIZE))
    return KeyRing(
        signing=(token_bytes(SECRET_BYTES),),
        index=(KeyedSecret(token_bytes(KEY_ID_BYTES), token_bytes(SECRET_BYTES)),),
        sealing=(SealingKey(token_bytes(KEY_ID_BYTES), bytes(private.public_key), bytes(private)),),
    )


def signing_id(secret: bytes) -> bytes:
    """What a signing secret is called; made from it, because nothing that is signed names its key."""
    return derive_key(secret, info=_SIGNING_ID)[:KEY_ID_BYTES]


def _check_ids(name: str, ids: list[bytes]) -> None:
    if any(len(key_id) != KEY_ID_BYTES for key_id in ids) or len(set(ids)) != len(ids):
        raise KeyFileError(f"Each {name} key needs an id of its own, 4 bytes. Restore the key file from your backup.")


def _check_secret(name: str, secret: bytes) -> None:
    if len(secret) < SECRET_BYTES:
        raise KeyFileError(
            f"A {name} secret has fewer than {SECRET_BYTES} bytes. Take it out of the key file, or move the file away "
            "to have new keys made."
        )
    if _is_typed(secret):
        raise KeyFileError(
            f"A {name} secret is a default or was typed by hand, so others can guess it. Take it out of the key file, "
            "or move the file away to have new keys made."
        )


def _is_typed(secret: bytes) -> bool:
    """Whether a secret is text, a repetition or a sequence: what examples and defaults are, and random bytes never."""
    steps = {(after - before) % 256 for before, after in pairwise(secret)}
    is_text = secret.isascii() and secret.decode("ascii").isprintable()
    return is_text or len(set(secret)) < _FEWEST_DISTINCT or len(steps) < _FEWEST_DISTINCT


def _check_pair(pair: SealingKey) -> None:
    if len(pair.public) != PrivateKey.SIZE or (pair.private is not None and len(pair.private) != PrivateKey.SIZE):
        raise KeyFileError("A sealing key does not have 32 bytes. Restore the key file from your backup.")
    if _is_typed(pair.public):
        raise KeyFileError("A sealing key is a default or was typed by hand. Restore the key file from your backup.")
    if pair.private is not None:
        _check_secret("sealing", pair.private)
        if bytes(PrivateKey(pair.private).public_key) != pair.public:
            raise KeyFileError("A sealing key's two halves do not match. Restore the key file from your backup.")


def _check_all_differ(keys: list[bytes]) -> None:
    if len(set(keys)) != len(keys):
        raise KeyFileError("A key stands twice in the key file. Restore it from your backup.")
