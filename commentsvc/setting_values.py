"""What a setting may be, beyond its type. Each takes a value and gives it back, or says what it must be like."""

import base64
import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from urllib.parse import urlsplit

from pydantic import SecretStr

from commentsvc.domain.errors import MalformedUrlError
from commentsvc.domain.urls import normal_origin

_KEY_BYTES = 32
_PURGE_URL = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(/[\x21-\x7e]*)?")
_DATABASE_URL = re.compile(r"sqlite\+aiosqlite:///(?!:memory:)\S.*|postgresql\+asyncpg://[^/]*/[^/].*")


def origin(value: str) -> str:
    """Scheme, host and port, in the one spelling that we use."""
    try:
        return normal_origin(value)
    except MalformedUrlError:
        raise ValueError("must be like https://comments.example.org, without a path") from None


def database_url(value: str) -> str:
    """Of a file or a server; SQLite in memory would lose everything."""
    if not _DATABASE_URL.fullmatch(value):
        raise ValueError("must be like sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME")
    try:
        _ = urlsplit(value).port
    except ValueError:
        raise ValueError("must have a number for its port") from None
    return value


def mail_address(value: str) -> str:
    """One address without a name, or none."""
    try:
        return value and Address(addr_spec=value).addr_spec
    except (ValueError, HeaderParseError):
        raise ValueError("must be like comments@example.org") from None


def purge_url(value: str) -> str:
    """Where a cache listens, or none."""
    if value and not _PURGE_URL.fullmatch(value):
        raise ValueError("must be like http://cache:6081/ or https://api.example.com/purge")
    return value


def header(value: SecretStr) -> SecretStr:
    """A whole header, or none."""
    if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9-]+: [\x20-\x7e]+", value.get_secret_value()):
        raise ValueError("must be a header like `Fastly-Key: 0123`")
    return value


def token(value: SecretStr) -> SecretStr:
    """Long enough that nobody guesses it, or none."""
    if value.get_secret_value() and not re.fullmatch(r"[\x21-\x7e]{20,}", value.get_secret_value()):
        raise ValueError("must have at least 20 characters, all of them printable and none a blank")
    return value


def backup_key(value: str) -> str:
    """A public key in base64, or none."""
    try:
        is_key = not value or len(base64.b64decode(value, validate=True)) == _KEY_BYTES
    except ValueError:
        is_key = False
    if not is_key:
        raise ValueError("must be the public key that `commentsvc backup key` showed")
    return value
