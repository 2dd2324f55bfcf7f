"""Articles on an origin of their own, as a site owner would write them: plain, or under a strict policy."""

import base64
import hashlib
import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote

from tests.support.process import HOST

_NONCE = "cGFnZQ"
_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="canonical" href="{path}">
<link rel="icon" href="data:,">
<script nonce="{nonce}">
  window.hits = [];
  window.XSSHIT = (number) => window.hits.push(number);
  window.violations = [];
  addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
  window.namesBefore = Object.keys(window);
</script>
</head>
<body>
<main>
<h1>{title}</h1>
<p id="article">The article itself, with a few words in it.</p>
{tag}
</main>
</body>
</html>
"""


def _hash_of(page: str) -> str:
    """Of the inline script in a page, as a policy names it."""
    script = page.partition('nonce="{nonce}">')[2].partition("</script>")[0].replace("{{", "{").replace("}}", "}")
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


class Articles(ThreadingHTTPServer):
    """Serves ``/KIND/NAME``; the name is the article's title, ``?lang=`` its language.

    Kinds: ``plain`` has no policy; ``strict`` allows the service's origin and the page's own nonce; ``dynamic`` trusts
    a nonce and what it loads, whatever its origin; ``hosts`` allows the service's origin, and one script by its hash.
    """

    daemon_threads = True
    request_queue_size = 100

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Handler)
        self.service = ""
        """Where the comment service is reached; set once it runs."""
        self.site = ""
        self.bodies: dict[str, str] = {}
        """What some pages have in place of the tag, by path."""

    @property
    def origin(self) -> str:
        """Where browsers reach the articles."""
        return f"http://{HOST}:{self.server_port}"

    def policy(self, kind: str) -> str | None:
        """As strict as a site can be and still load the embed; None: there is none."""
        scripts = {
            "strict": f"'nonce-{_NONCE}' {self.service}",
            "dynamic": f"'nonce-{_NONCE}' 'strict-dynamic'",
            "hosts": f"{self.service} {_hash_of(_PAGE)}",
        }
        if kind not in scripts:
            return None
        return (
            f"default-src 'none'; script-src {scripts[kind]}; connect-src {self.service}; "
            "img-src data:; style-src 'none'; base-uri 'none'; form-action 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )

    def page(self, path: str, *, lang: str) -> str:
        """The article at a path."""
        nonce = f' nonce="{_NONCE}"' if path.startswith("/dynamic/") else ""
        tag = (
            self.bodies.get(path)
            or f'<script async{nonce} src="{self.service}/embed.js" data-site="{self.site}"></script>'
        )
        title = html.escape(unquote(path.rpartition("/")[2]))
        return _PAGE.format(
            title=title, lang=html.escape(lang), path=html.escape(path), nonce=_NONCE, tag=self.bodies.get(path, tag)
        )


class _Handler(BaseHTTPRequestHandler):
    server: Articles

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        content = self.server.page(path, lang=parse_qs(query).get("lang", ["en"])[0]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        if policy := self.server.policy(path.split("/")[1]):
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def serving_articles() -> Iterator[Articles]:
    """The articles' server on a free port."""
    server = Articles()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
