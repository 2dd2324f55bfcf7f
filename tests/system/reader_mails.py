"""Mails to readers, as they lie in a mailbox: the links in them, and the forms behind those."""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode

from tests.support.mail_server import Postbox
from tests.support.process import Answer, ServiceProcess
from tests.system.canaries import Canary
from tests.system.readers import FORM, tells


def mail_settings(postbox: Postbox) -> dict[str, str]:
    """For a service that leaves sending to a worker, and for that worker."""
    return {
        "COMMENTSVC_SMTP_HOST": "127.0.0.1",
        "COMMENTSVC_SMTP_PORT": str(postbox.port),
        "COMMENTSVC_SMTP_SECURITY": "none",
        "COMMENTSVC_MAIL_FROM": "comments@news.example",
        "COMMENTSVC_WORKER_IN_SERVICE": "false",
    }


def link_in(mail: EmailMessage, path: str) -> str:
    """Path and query of the link to one of our pages; the text and the HTML part have the same."""
    found = {kind: _links(mail, kind, path) for kind in ("plain", "html")}
    assert found["plain"] == found["html"], found
    (link,) = found["plain"]
    return link


def has_link(mail: EmailMessage, path: str) -> bool:
    """Whether a mail is one that leads there."""
    return bool(_links(mail, "plain", path))


def press(service: ServiceProcess, canary: Canary, link: str, fields: Mapping[str, str], *, action: str = "") -> Answer:
    """Send a form of the page behind a link.

    Args:
        service: Where.
        canary: Who presses.
        link: From the mail.
        fields: Of the form.
        action: Where the form is sent; the link's own path if nothing is said.
    """
    path, _, token = link.partition("?t=")
    body = urlencode({"t": token, **fields}).encode()
    return service.ask("POST", action or path, headers=tells(canary) | FORM, body=body)


def _links(mail: EmailMessage, kind: str, path: str) -> set[str]:
    part: Any = mail.get_body((kind,))
    return set(re.findall(rf"http://[^/\s]+({re.escape(path)}\?t=[\w.-]+)", part.get_content()))
