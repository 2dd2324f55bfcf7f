"""axe-core in a page: what it finds at fault there."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "embed" / "node_modules" / "axe-core" / "axe.min.js"


def axe_violations(page: Page, within: str = "html") -> list[dict[str, Any]]:
    """Rules broken in the page as it stands, shadow roots included, each with the HTML of what breaks it.

    Args:
        page: As it stands.
        within: Selector of the part to look at; rules about a page as a whole then see that part alone.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        """async (within) =>
          (await axe.run(within)).violations.map(({id, nodes}) => ({id, html: nodes.map((n) => n.html)}))""",
        within,
    )
    return found
