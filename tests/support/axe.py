"""axe-core in a page: what it finds at fault there."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "embed" / "node_modules" / "axe-core" / "axe.min.js"


def axe_violations(page: Page) -> list[dict[str, Any]]:
    """Rules broken in the page as it stands, shadow roots included, each with the HTML of what breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run()).violations.map(({id, nodes}) => ({id, html: nodes.map((n) => n.html)}))"
    )
    return found
