"""``commentsvc openapi``: the description of the HTTP interface."""

import json
from pathlib import Path
from typing import Annotated

import typer

from commentsvc.web.openapi import describe


def openapi(
    out: Annotated[Path | None, typer.Option(help="Write it to this file instead of showing it.")] = None,
) -> None:
    """Show the OpenAPI description of the HTTP interface, as the service gives it under /api/openapi.json."""
    text = json.dumps(describe(), indent=2)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(f"{text}\n", encoding="utf-8")
