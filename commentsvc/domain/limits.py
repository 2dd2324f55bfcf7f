"""How much of everything is taken in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a reader may send; characters are Unicode code points."""

    request_bytes: int = 32 * 1024
    name_characters: int = 80
    source_characters: int = 5_000
    email_characters: int = 254
    website_characters: int = 300
    url_characters: int = 2_048
    thread_id_characters: int = 200
    title_characters: int = 300
    receipts: int = 100
    count_urls: int = 100
    recent_comments: int = 20
