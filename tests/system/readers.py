"""Readers with canary addresses: what they send that is taken, and every kind of thing that is refused."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.support.process import ARTICLE, KEY, ORIGIN, Answer, ServiceProcess
from tests.system.canaries import Canary

JSON = {"Content-Type": "application/json", "Origin": ORIGIN}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


def tells(canary: Canary) -> dict[str, str]:
    """Headers in which browsers, proxies and tools give their user away."""
    return {
        "X-Forwarded-For": canary.ip,
        "X-Real-IP": canary.ip,
        "Forwarded": f'for="[{canary.ip}]"',
        "From": canary.email,
        "User-Agent": f"Mozilla/5.0 ({canary.email})",
        "Referer": f"{ARTICLE}?mail={canary.email}",
        "Cookie": f"mail={canary.email}",
        "X-Email": canary.email,
    }


def submission(canary: Canary, **changes: Any) -> dict[str, Any]:
    """A valid one."""
    fields = {
        "site": KEY,
        "url": ARTICLE,
        "title": "An article",
        "name": f"Reader {canary.number}",
        "email": canary.email,
        "body": f"What reader {canary.number} thinks of it.",
    }
    return fields | changes


def post(service: ServiceProcess, canary: Canary, body: object, *, source: str = "127.0.0.1", **headers: str) -> Answer:
    """POST /api/v1/comments."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = tells(canary) | JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    return service.ask("POST", "/api/v1/comments", headers=given, body=content, source=source)


def read_path(**query: str) -> str:
    """Of the page that needs no JavaScript."""
    return f"/read?{urlencode({'site': KEY, 'url': ARTICLE} | query)}"


def hidden_field(page: bytes, name: str) -> str:
    """The value of a form's hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.decode())
    assert found is not None, name
    return found[1]


def post_form(
    service: ServiceProcess, canary: Canary, changes: Mapping[str, str] | None = None, **headers: str
) -> Answer:
    """Open /read and send its form."""
    page = service.ask("GET", read_path(), headers=tells(canary))
    fields = {
        "site": KEY,
        "url": ARTICLE,
        "name": f"Reader {canary.number}",
        "email": canary.email,
        "body": f"What reader {canary.number} thinks of it, without a script.",
        "form_token": hidden_field(page.body, "form_token"),
        "once": hidden_field(page.body, "once"),
    }
    given = tells(canary) | FORM | {name.replace("_", "-"): value for name, value in headers.items()}
    return service.ask("POST", "/read", headers=given, body=urlencode(fields | dict(changes or {})).encode())


def refused_bodies(canary: Canary) -> dict[str, tuple[int, bytes]]:
    """Every kind of bad input, with the canary in every field that may hold a text: name → status, body."""
    mail = canary.email
    everywhere = submission(canary, title=mail, name=mail, body=f"{mail} {canary.ip}", website=f"https://{mail}/")
    clean_site = {"website": f"https://{canary.domain}/{canary.local}"}
    full = everywhere | clean_site
    return {
        "no JSON": (400, f'{{"email": "{mail}"'.encode()),
        "no object": (400, json.dumps([mail]).encode()),
        "invalid UTF-8": (400, json.dumps(full).encode() + b"\xff"),
        "NUL": (400, json.dumps(full | {"name": f"{mail}\0"}).encode()),
        "lone surrogate": (400, json.dumps(full | {"name": f"{mail}\ud800"}).encode()),
        "unknown field": (400, json.dumps(full | {"mail": mail}).encode()),
        "wrong types": (422, json.dumps(full | {"email": [mail], "name": {"mail": mail}}).encode()),
        "unknown site": (404, json.dumps(full | {"site": mail}).encode()),
        "no address": (422, json.dumps(full | {"url": mail}).encode()),
        "foreign address": (403, json.dumps(full | {"url": f"https://{canary.domain}/{mail}"}).encode()),
        "no id": (422, json.dumps(full | {"parent": mail}).encode()),
        "unknown parent": (404, json.dumps(full | {"parent": "a" * 24}).encode()),
        "no e-mail": (422, json.dumps(full | {"email": f"{mail} or so"}).encode()),
        "two e-mails": (422, json.dumps(full | {"email": f"{mail},{mail}"}).encode()),
        "long name": (422, json.dumps(full | {"name": mail * 10}).encode()),
        "long text": (422, json.dumps(full | {"body": mail * 300}).encode()),
        "no text": (422, json.dumps(full | {"body": " "}).encode()),
        "website with a password": (422, json.dumps(everywhere).encode()),
        "long thread id": (422, json.dumps(full | {"id": mail * 20}).encode()),
        "too large": (413, json.dumps(full | {"body": mail * 2_000}).encode()),
        "many links": (422, json.dumps(full | {"body": f"https://{canary.domain}/ " * 30}).encode()),
        "hostile markup": (422, json.dumps(full | {"body": f"{mail} " + "<b>" * 300}).encode()),
    }


REFUSED_HEADERS: dict[str, tuple[int, dict[str, str]]] = {
    "foreign page": (403, {"Origin": "https://elsewhere.example"}),
    "another type": (415, {"Content-Type": "text/plain"}),
    "compressed": (415, {"Content-Encoding": "gzip"}),
    "malformed key": (400, {"Idempotency-Key": "short"}),
}


def refused_forms(canary: Canary) -> dict[str, tuple[int, dict[str, str], dict[str, str]]]:
    """Bad input by the plain form: name → status, changed fields, headers."""
    mail = canary.email
    return {
        "no token": (403, {"form_token": mail}, {}),
        "no e-mail": (422, {"email": f"{mail} or so", "name": mail, "website": f"{mail} {mail}"}, {}),
        "no text": (422, {"body": "", "name": mail, "anyway": "1"}, {}),
        "unknown field": (400, {"mail": mail}, {}),
        "unknown site": (404, {"site": mail}, {}),
        "foreign address": (403, {"url": "https://elsewhere.example/", "name": mail, "anyway": "1"}, {}),
        "another page": (403, {}, {"Sec-Fetch-Site": "cross-site"}),
    }
