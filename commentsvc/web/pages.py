"""Our own HTML pages: Jinja templates, everything escaped."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse

from commentsvc.domain.clock import wire_time
from commentsvc.domain.urls import host_of
from commentsvc.web.sanitised import sanitised
from commentsvc.web.static import StaticFiles
from commentsvc.words.catalogues import ENGLISH
from commentsvc.words.speech import Speech, speech


class Pages:
    """Renders templates: ``web/base.html``, ``publication/read.html``, ``moderation/queue.html``.

    Args:
        static: Tells the versioned addresses of styles and scripts.
        rooms: Packages with a `templates` folder, by the prefix of their templates.
        speak: The speech of a language.
    """

    def __init__(self, static: StaticFiles, rooms: Mapping[str, str], speak: Callable[[str], Speech] = speech) -> None:
        self._speak = speak
        self._environment = Environment(
            loader=PrefixLoader({prefix: PackageLoader(package) for prefix, package in rooms.items()}),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static"] = static.address
        self._environment.filters.update(
            sanitised=sanitised,
            wire_time=wire_time,
            readable_time=_readable_time,
            readable_date=_readable_date,
            host_of=host_of,
        )

    def show(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - a template takes anything
        """The page as an answer that no cache keeps; its handler may say otherwise.

        Args:
            template: As ``intake/own.html``.
            status: Of the answer.
            values: What the template names; of them `language` is what it speaks, English if it is not given.
        """
        return page(self.render(template, **values), status=status)

    def render(self, template: str, **values: Any) -> str:  # noqa: ANN401 - a template takes anything
        """The page alone."""
        spoken = self._speak(values.get("language", ENGLISH))
        said = {"speech": spoken, "say": spoken.say, "pieces": spoken.pieces}
        return self._environment.get_template(template).render(**said, **values)


def page(html: str | bytes, *, status: int = 200) -> HTMLResponse:
    """A page that no cache keeps; its handler may say otherwise."""
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


@pass_context
def _readable_time(context: Context, moment: datetime) -> str:
    """``22 November 2026, 09:30 UTC``, in the page's language."""
    return _spoken(context).moment(moment)


@pass_context
def _readable_date(context: Context, moment: datetime) -> str:
    """``22 November 2026``, by UTC, in the page's language."""
    return _spoken(context).day(moment)


def _spoken(context: Context) -> Speech:
    """Of the page; English in a macro that was imported without it."""
    return context.get("speech") or speech(ENGLISH)
