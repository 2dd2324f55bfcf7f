"""A page in any engine, driven by the commands of WebDriver; what carries them differs from engine to engine."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 30.0
"""What is expected may take so long on a busy machine."""
_POLL_SECONDS = 0.05
_KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "Control": "\ue009", "ArrowRight": "\ue014"}
_LOOK = """
const everything = (root) => [...root.querySelectorAll("*")].flatMap((at) =>
  at.shadowRoot ? [at, ...everything(at.shadowRoot)] : [at]);
const plain = (text) => (text ?? "").replace(/\\s+/g, " ").trim();
const read = (at) => {
  const copy = at.cloneNode(true);
  copy.querySelectorAll("[aria-hidden=true]").forEach((hidden) => hidden.remove());
  return plain(copy.textContent);
};
const nameOf = (at) => plain(at.ariaLabel) || (at.labels?.[0] ? read(at.labels[0]) : read(at));
const focused = (at = document.activeElement) => {
  const inside = at?.shadowRoot?.activeElement;
  return inside ? focused(inside) : at;
};
const look = (at) => {
  const { left, right, top, bottom } = at.getBoundingClientRect();
  return { name: nameOf(at), text: plain(at.innerText), value: at.value ?? "", left, right, top, bottom };
};
const find = (css, name) => everything(document).filter((at) =>
  at.matches(css) && at.checkVisibility() && nameOf(at).startsWith(name));
"""

Send = Callable[[str, dict[str, object]], Any]
"""Carries a command by its name in the standard (``Navigate``, ``Execute Script`` without the space) to the engine."""


@dataclass(frozen=True, slots=True)
class Found:
    """An element that is shown, inside shadow roots too; edges are CSS pixels in the window."""

    name: str
    """As assistive technology would say it, as far as labels and text tell."""
    text: str
    value: str
    left: float
    right: float
    top: float
    bottom: float


class EnginePage:
    """The one window of a browser."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def open(self, address: str) -> None:
        """Go there, and wait until it is loaded."""
        self._send("Navigate", {"url": address})

    def reload(self) -> None:
        """Load the page anew."""
        self._send("Refresh", {})

    def evaluate(self, expression: str, *args: object) -> Any:
        """A value of the page as JSON has it; `args` are called `arguments` in the script."""
        return self._send("ExecuteScript", {"script": f"{_LOOK} return {expression};", "args": list(args)})

    def all(self, css: str, name: str = "") -> list[Found]:
        """What is shown, matches and has a name that starts so; in the order of the document."""
        found = self.evaluate("find(arguments[0], arguments[1]).map(look)", css, name)
        return [Found(**each) for each in found or []]  # nothing is found while one page makes way for the next

    def one(self, css: str, name: str = "", *, saying: str = "") -> Found:
        """The last such element with this in its text; waits until there is one."""
        found: list[Found] = []

        def is_there() -> bool:
            found[:] = [each for each in self.all(css, name) if saying in each.text]
            return bool(found)

        self.wait(is_there, f"{css} “{name}” saying “{saying}”")
        return found[-1]

    def none(self, css: str, name: str = "") -> None:
        """Wait until nothing of the kind is shown."""
        self.wait(lambda: not self.all(css, name), f"no {css} “{name}”")

    def wait(self, is_so: Callable[[], bool], what: str) -> None:
        """Ask until it is so.

        Raises:
            AssertionError: It did not come; with the words of the thread or the page.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            shown = "find('section, body', '').map((at) => plain(at.innerText)).pop()"
            assert time.monotonic() < deadline, f"{what} did not come; there is: {self.evaluate(shown)}"
            time.sleep(_POLL_SECONDS)

    def click(self, css: str, name: str = "") -> None:
        """Press the mouse's button in the middle of the last such element."""
        self.one(css, name)
        self.evaluate("find(arguments[0], arguments[1]).pop()?.scrollIntoView({ block: 'center' })", css, name)
        at = self.one(css, name)
        move = {"type": "pointerMove", "duration": 0, "origin": "viewport"}
        move |= {"x": int((at.left + at.right) / 2), "y": int((at.top + at.bottom) / 2)}
        steps = [move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps})

    def write(self, css: str, name: str, text: str) -> None:
        """Click into a field and type."""
        self.click(css, name)
        self.type(text)

    def type(self, text: str) -> None:
        """Press the keys of this text, one after another."""
        self._keys([(kind, key) for key in text for kind in ("keyDown", "keyUp")])

    def press(self, keys: str) -> None:
        """Press a key, or several together: ``Control+Enter``."""
        held = [_KEYS.get(key, key) for key in keys.split("+")]
        self._keys([("keyDown", key) for key in held] + [("keyUp", key) for key in reversed(held)])

    def focus(self) -> Found:
        """What has the focus."""
        return Found(**self.evaluate("look(focused())"))

    def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on what has a name that starts so."""
        seen: list[str] = []
        while not (seen and seen[-1].startswith(name)):
            assert len(seen) < 60, f"{name} is not reached by Tab: {seen}"
            self.press("Tab")
            seen.append(self.focus().name)

    def picture(self, file: Path) -> None:
        """Write what the window shows as a PNG."""
        file.write_bytes(base64.b64decode(self._send("TakeScreenshot", {"full": False})))

    def _keys(self, steps: list[tuple[str, str]]) -> None:
        self._act({"type": "key", "id": "keys", "actions": [{"type": kind, "value": key} for kind, key in steps]})

    def _act(self, source: dict[str, object]) -> None:
        self._send("PerformActions", {"actions": [source]})
