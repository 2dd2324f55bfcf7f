"""A moderator at a keyboard: a real Chromium, human pauses, and the time from a key until the next card is painted."""

import random  # noqa: TID251 - pauses, no secrets
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

KEYSTROKE_SECONDS = 0.28
"""Of an average typist (Card, Moran and Newell 1980, the keystroke-level model)."""
GLANCE_SECONDS = 0.34
"""To take in a card that one needs not think about: perceiving and recognising (the same source, the model human
processor: 100 + 70 + 170 ms)."""
SPREAD = 0.35
"""People are not even: each pause is up to this share shorter or longer."""
CURRENT = "article.card[aria-current]"
_KEYS: Mapping[str, str] = {"approved": "a", "rejected": "r", "spam": "s", "deleted": "d"}
_WANTED = re.compile(r"\[(approved|rejected|spam|deleted)\]")

_CARD = """
(current) => {
  const card = document.querySelector(current);
  const body = card?.querySelector(".body:not(details .body)");
  return card && { id: card.id.replace(/^c-/, ""), text: body.innerText, status: card.dataset.status };
}
"""
_IS_GONE = "([current, id]) => document.querySelector(current)?.id !== id"
_WAITING = "() => document.querySelectorAll('article.card[data-status=pending]').length"
# From the key until a frame was painted in which another card is the current one.
_WATCH = """
(() => {
  window.keyTimes = [];
  const current = () => document.querySelector("article.card[aria-current]")?.id ?? "none";
  addEventListener("keydown", (event) => {
    if (!"arsd".includes(event.key)) return;
    const began = performance.now(), before = current();
    const look = () => {
      if (current() === before) return requestAnimationFrame(look);
      requestAnimationFrame(() => requestAnimationFrame(() => window.keyTimes.push(performance.now() - began)));
    };
    requestAnimationFrame(look);
  }, { capture: true });
})();
"""


@dataclass(frozen=True, slots=True)
class Card:
    """What the moderator has before them."""

    id: str
    text: str
    status: str


@dataclass
class ScriptedModerator:
    """Somebody who reads what each post asks for, in words such as ``[spam]``, and presses that key."""

    page: Page
    chance: random.Random
    keys: int = 0

    @classmethod
    def sign_in(cls, context: BrowserContext, link: str, queue: str, *, seed: int) -> "ScriptedModerator":
        """Open the one-time link, press its button, go to the queue."""
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button").first.click()
        page.add_init_script(_WATCH)
        page.goto(queue)
        return cls(page, random.Random(seed))  # noqa: S311 - the same

    @property
    def paint_seconds(self) -> list[float]:
        """From each key to the next card."""
        times: list[float] = self.page.evaluate("window.keyTimes")
        return [milliseconds / 1_000 for milliseconds in times]

    def card(self) -> Card | None:
        """The card that is current; None if there is none."""
        found = self.page.evaluate(_CARD, CURRENT)
        return None if found is None else Card(**found)

    def wait_until_gone(self, card: Card) -> None:
        """Until another card is the current one, or none is."""
        self.page.wait_for_function(_IS_GONE, arg=[CURRENT, f"c-{card.id}"])

    def decide_everything(self) -> Iterator[float]:
        """Take in one card after another and press its key; yields the seconds that a person would let pass first."""
        while (card := self.card()) is not None and self.page.evaluate(_WAITING):
            yield self._human(GLANCE_SECONDS + KEYSTROKE_SECONDS)
            if self.card() != card:  # somebody else was faster, and it changed while they looked
                continue
            self.keys += 1
            self.page.keyboard.press(self._key_for(card))

    def _key_for(self, card: Card) -> str:
        if card.status != "pending":  # decided by somebody else, and left there for them to see
            return "j"
        wanted = _WANTED.search(card.text)
        assert wanted is not None, card.text
        return _KEYS[wanted[1]]

    def _human(self, seconds: float) -> float:
        return seconds * self.chance.uniform(1 - SPREAD, 1 + SPREAD)
