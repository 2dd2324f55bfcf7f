"""The command line, one file a command."""

import gc
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module

import typer

COMMANDS: Mapping[str, str] = {
    "serve": "run_service.serve",
    "worker": "run_worker.worker",
    "demo": "run_demo.demo",
    "site": "edit_sites.app",
    "moderator": "invite_moderators.app",
    "token": "edit_tokens.app",
    "queue": "moderate_queue.app",
    "outbox": "tend_outbox.app",
    "history": "export_history.app",
    "verify-history": "check_history.verify_history",
    "key": "edit_keys.app",
    "vault": "open_addresses.app",
    "database": "grant_rights.app",
    "backup": "back_up.app",
    "doctor": "see_doctor.doctor",
    "restore": "restore_backup.restore",
    "copy-store": "copy_store.copy_store",
    "migrate": "migrate_database.migrate",
    "panic": "press_panic.panic",
    "rerender": "rerender_comments.rerender",
    "forget": "forget_person.forget",
    "retain": "retain_data.retain",
    "snapshot": "snapshot_site.snapshot",
    "openapi": "describe_api.openapi",
}
"""What is typed → the function that does it, or the group of commands, in the order of the help."""


def command_line(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The commands of these names, with the files that they need: a short command is not to wait for the others'."""
    app = typer.Typer(name="commentsvc", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(_commentsvc)
    for name in names:
        file, _, what = COMMANDS[name].partition(".")
        found = getattr(import_module(f"{__name__}.{file}"), what)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def main() -> None:
    """Run the command that was typed."""
    gc.disable()  # nothing of what is being imported becomes garbage: looking for it takes a fifth of the time
    first = sys.argv[1:2]
    app = command_line(first if first and first[0] in COMMANDS else COMMANDS)
    gc.freeze()
    gc.enable()
    app()


def _commentsvc() -> None:
    """A moderated comment system for articles, with e-mail addresses that stay hidden."""
