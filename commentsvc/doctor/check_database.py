"""The database: reachable, up to date, durable; and what of mails and backups it remembers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from commentsvc.doctor.findings import Finding, State, ok
from commentsvc.domain.backups import LastBackup
from commentsvc.domain.clock import wire_time
from commentsvc.domain.errors import CommentsvcError, DatabaseNewerError, MigrationsMissingError
from commentsvc.settings import Settings
from commentsvc.store import backups, condition
from commentsvc.store.condition import Backlog
from commentsvc.store.engine import Store
from commentsvc.store.read_only import panics

_FEWEST_CONNECTIONS = 20
_OLDEST_POSTGRESQL = 140_000
_MOST_WAITING = timedelta(minutes=15)
_LATE_BACKUP = 1.5
"""Of the time between two."""
_WITHOUT_PLAN = timedelta(days=7)


async def check_database(settings: Settings, now: datetime) -> list[Finding]:
    """Everything that is asked of the database; only that it cannot be opened, if so."""
    store = Store(settings.database_url)
    try:
        await store.open(migrate=False)
    except MigrationsMissingError:
        return [
            Finding("database", State.PROBLEM, "The tables are older than this program.", "Run `commentsvc migrate`.")
        ]
    except DatabaseNewerError:
        return [Finding("database", State.PROBLEM, "A newer version wrote the tables.", "Install that version.")]
    except CommentsvcError:
        fix = "Check COMMENTSVC_DATABASE_URL and that the database runs."
        return [Finding("database", State.PROBLEM, "The database cannot be opened.", fix)]
    try:
        found = [ok("database", "Reachable, and its tables are up to date.")]
        found += judge_durability(await store.read(condition.durability))
        found += judge_connections(await store.read(condition.free_connections))
        found += judge_backlog(await store.read(partial(condition.backlog, now=now)), now)
        found += judge_panic(await store.read(panics))
        found += judge_backups(await store.read(backups.last), settings.backup_every_hours, now)
    finally:
        await store.close()
    return found


def judge_durability(seen: Mapping[str, str]) -> Iterator[Finding]:
    """Whether what was acknowledged survives a power cut."""
    wanted = {"journal_mode": {"wal"}, "synchronous": {"2", "3"}, "fsync": {"on"}, "full_page_writes": {"on"}}
    wanted["synchronous_commit"] = {"on", "local", "remote_write", "remote_apply"}
    wrong = [name for name, good in wanted.items() if name in seen and seen[name] not in good]
    told = ", ".join(f"{name} {value}" for name, value in seen.items())
    if wrong:
        yield Finding("durability", State.PROBLEM, f"{told}.", f"Set {wrong[0]} to on, or comments may be lost.")
    elif int(seen.get("server_version_num", _OLDEST_POSTGRESQL)) < _OLDEST_POSTGRESQL:
        yield Finding("durability", State.WARNING, f"{told}.", "Update PostgreSQL to version 14 or newer.")
    else:
        yield ok("durability", f"{told}.")


def judge_connections(free: int | None) -> Iterator[Finding]:
    """Whether PostgreSQL has connections left for one more process of ours."""
    if free is None:
        return
    if free < _FEWEST_CONNECTIONS:
        yield Finding("connections", State.WARNING, f"{free} are free.", "Raise max_connections in postgresql.conf.")
    else:
        yield ok("connections", f"{free} are free.")


def judge_backlog(waiting: Backlog, now: datetime) -> Iterator[Finding]:
    """Whether somebody sends what is due."""
    if waiting.oldest_due_at is not None and now - waiting.oldest_due_at > _MOST_WAITING:
        minutes = int((now - waiting.oldest_due_at).total_seconds() // 60)
        fix = "Start `commentsvc worker`, or set COMMENTSVC_WORKER_IN_SERVICE=true."
        yield Finding("outbox", State.PROBLEM, f"A notice has been due for {minutes:,} minutes.", fix)
    elif waiting.failed:
        fix = "See them with `commentsvc outbox list --failed`, then run `commentsvc outbox retry --all-failed`."
        yield Finding("outbox", State.WARNING, f"{waiting.failed:,} notices have failed for good.", fix)
    else:
        yield ok("outbox", "Nothing waits for long, nothing has failed.")


def judge_panic(pressed: Sequence[str]) -> Iterator[Finding]:
    """Whether the panic switch is on, which is easily forgotten."""
    if pressed:
        yield Finding("panic", State.WARNING, f"{' '.join(pressed)}", "`commentsvc panic off` ends it.")


def judge_backups(last: LastBackup, every_hours: int, now: datetime) -> Iterator[Finding]:
    """Whether the last good backup is as young as it should be."""
    every = timedelta(hours=every_hours) * _LATE_BACKUP if every_hours else _WITHOUT_PLAN
    when = "There is none" if last.finished_at is None else f"The last good one is of {wire_time(last.finished_at)}"
    is_late = last.finished_at is None or now - last.finished_at > every
    if last.failed_at is not None:
        yield Finding("backup", State.PROBLEM, f"{when}; the last try failed.", last.why or "See the worker's log.")
    elif is_late and every_hours:
        fix = "See that a worker runs and can write to COMMENTSVC_BACKUP_FOLDER."
        yield Finding("backup", State.PROBLEM, f"{when}.", fix)
    elif is_late:
        fix = "Set COMMENTSVC_BACKUP_EVERY_HOURS and COMMENTSVC_BACKUP_FOLDER, or run `commentsvc backup write`."
        yield Finding("backup", State.WARNING, f"{when}.", fix)
    elif last.unremoved is not None:
        fix = "Let the worker remove files in COMMENTSVC_BACKUP_FOLDER, or remove them yourself: its disk fills."
        yield Finding("backup", State.WARNING, f"{when}; older ones cannot be removed: {last.unremoved}.", fix)
    else:
        yield ok("backup", f"{when}.")
