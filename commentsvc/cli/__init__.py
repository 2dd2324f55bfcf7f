"""The command line, one file a command."""

import typer

from commentsvc.cli import (
    back_up,
    check_history,
    describe_api,
    edit_keys,
    edit_sites,
    edit_tokens,
    export_history,
    forget_person,
    grant_rights,
    invite_moderators,
    migrate_database,
    moderate_queue,
    open_addresses,
    rerender_comments,
    restore_backup,
    retain_data,
    run_demo,
    run_service,
    run_worker,
    see_doctor,
    snapshot_site,
    tend_outbox,
)

app = typer.Typer(
    name="commentsvc",
    help="A moderated comment system for articles, with e-mail addresses that stay hidden.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(run_service.serve)
app.command("worker")(run_worker.worker)
app.command("demo")(run_demo.demo)
app.add_typer(edit_sites.app, name="site")
app.add_typer(invite_moderators.app, name="moderator")
app.add_typer(edit_tokens.app, name="token")
app.add_typer(moderate_queue.app, name="queue")
app.add_typer(tend_outbox.app, name="outbox")
app.add_typer(export_history.app, name="history")
app.command("verify-history")(check_history.verify_history)
app.add_typer(edit_keys.app, name="key")
app.add_typer(open_addresses.app, name="vault")
app.add_typer(grant_rights.app, name="database")
app.add_typer(back_up.app, name="backup")
app.command("doctor")(see_doctor.doctor)
app.command("restore")(restore_backup.restore)
app.command("migrate")(migrate_database.migrate)
app.command("rerender")(rerender_comments.rerender)
app.command("forget")(forget_person.forget)
app.command("retain")(retain_data.retain)
app.command("snapshot")(snapshot_site.snapshot)
app.command("openapi")(describe_api.openapi)


def main() -> None:
    """Run the command that was typed."""
    app()
