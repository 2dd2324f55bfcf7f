"""An independent look at sanitised HTML: Python's own parser, and an allow-list written down a second time."""

import re
from html.parser import HTMLParser

TAGS = frozenset({"p", "br", "strong", "em", "b", "i", "del", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"})
VOID = frozenset({"br"})
HREF = re.compile(r"(?:https?://[A-Za-z0-9.\[\]:_-]+[/?#][!-~]*|mailto:[!-~]+@[A-Za-z0-9.-]+)")
REL = "ugc nofollow noopener noreferrer"


class _StrictReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.faults: list[str] = []
        self.stack: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        self._check_attributes(tag, attrs)
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.faults.append(f"self-closing {tag} {attrs}")

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.faults.append(f"end of {tag} out of order")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            self.faults.append(f"bare less-than sign in {data!r}")

    def handle_entityref(self, name: str) -> None:
        if name not in {"amp", "lt", "gt", "nbsp", "quot"}:
            self.faults.append(f"entity {name}")

    def handle_charref(self, name: str) -> None:
        self.faults.append(f"character reference {name}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"declaration {data!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data!r}")

    def _check_attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.faults.extend(f"attribute {name} on {tag}" for name, _ in attrs)
        elif [name for name, _ in attrs] != ["href", "rel"]:
            self.faults.append(f"attributes {attrs}")
        else:
            href, rel = attrs[0][1] or "", attrs[1][1]
            if not HREF.fullmatch(href) or "@" in href.partition("://")[2].partition("/")[0] or rel != REL:
                self.faults.append(f"link {attrs}")


def faults_in(html: str) -> list[str]:
    """Whatever stands outside the allow-list; empty for good HTML."""
    reader = _StrictReader()
    reader.feed(html)
    reader.close()
    return reader.faults + [f"{tag} not closed" for tag in reader.stack]
