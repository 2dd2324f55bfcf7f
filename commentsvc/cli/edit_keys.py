"""``commentsvc key``: the key file: making, showing, copying and rotating it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from commentsvc.cli.session import Session, clear_end, run
from commentsvc.domain.clock import system_clock
from commentsvc.known_keys import SEALS_WITH
from commentsvc.settings import Settings, SettingsError, load_settings
from commentsvc.store import remembered, resealing
from commentsvc.vault import key_file, locked_keys
from commentsvc.vault.keys import KeyRing
from commentsvc.vault.rotation import KeyFacts, KeyKind, facts, is_older_half, rotated, without

app = typer.Typer(help="The keys: make, show, copy and rotate them.", no_args_is_help=True)


@app.command("make")
def make() -> None:
    """Make the key file, if there is none; the first start of the service does the same."""
    with clear_end():
        path = _own_file(load_settings())
        key_file.load_or_create(path)
        typer.echo(f"The keys are in {path}. Store a copy apart from the database: commentsvc key export FILE")


@app.command("list")
def show_all() -> None:
    """Show every key: what it is for, its id, and whether what it seals can be opened here; never a secret."""
    with clear_end():
        for each in facts(key_file.load(load_settings().key_file)):
            typer.echo(_line(each))


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="A new file; one that is there is never overwritten.")],
    public: Annotated[
        bool, typer.Option("--public", help="Without private keys: for a service with COMMENTSVC_ROLE=public.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="With --public: replace an older public half of these keys.")
    ] = False,
    lock: Annotated[
        bool, typer.Option("--lock", help="Under a passphrase, which is asked for: for safe keeping.")
    ] = False,
) -> None:
    """Copy the keys to another file, readable by its owner alone."""
    with clear_end():
        ring = key_file.load(load_settings().key_file)
        if public and lock:
            raise SettingsError("A public half is read by the service, which knows no passphrase: leave --lock out.")
        if update and not public:
            raise SettingsError("Only a public half is updated (--public --update). Name a new file for a copy.")
        if public:
            _write_half(file, ring, update=update)
        elif lock:
            _write_locked(file, ring)
        else:
            key_file.export(file, ring)
            typer.echo(f"All keys are in {file}. Whoever has it and the database reads every address.")


@app.command("import")
def take_in(file: Annotated[Path, typer.Argument(help="What `commentsvc key export` wrote.")]) -> None:
    """Make the key file of a copy, with its passphrase if it has one; a key file that is there stays."""
    with clear_end():
        raw, path = key_file.read_private(file), load_settings().key_file
        if locked_keys.is_locked(raw):
            raw = locked_keys.unlock(raw, typer.prompt("Passphrase", hide_input=True))
        key_file.export(path, key_file.parse(raw, file))
        typer.echo(f"The keys are in {path}.")


@app.command("rotate")
def rotate(
    signing: Annotated[bool, typer.Option("--signing", help="Receipts, forms, links and webhooks.")] = False,
    index: Annotated[bool, typer.Option("--index", help="The blind index, and what closes second factors.")] = False,
    sealing: Annotated[bool, typer.Option("--sealing", help="Addresses.")] = False,
) -> None:
    """Put a new key in front of the old ones, of each kind or of those that are named; old ones go on working."""
    with clear_end():
        wanted = {KeyKind.SIGNING: signing, KeyKind.INDEX: index, KeyKind.SEALING: sealing}
        kinds = [kind for kind, is_wanted in wanted.items() if is_wanted] or list(KeyKind)
        path = _own_file(load_settings())
        changed = key_file.change(path, partial(rotated, kinds=kinds))
        typer.echo(f"New keys in {path}:")
        for each in facts(changed):
            if each.is_newest and each.kind in kinds:
                typer.echo(f"  {_line(each)}")
        typer.echo(_NEXT_STEPS)


@app.command("drop")
def drop(
    key_id: Annotated[str, typer.Argument(help="As `commentsvc key list` shows it.")],
    void: Annotated[
        bool, typer.Option("--void", help="For a signing key: what was signed with it is void from now on.")
    ] = False,
) -> None:
    """Take an old key out of the key file, once nothing in the database needs it any more."""
    run(partial(_drop, key_id=key_id, may_void=void))


_NEXT_STEPS = """Next, in this order:
  1. Where a service runs with COMMENTSVC_ROLE=public: write its half anew and put it there:
       commentsvc key export --public FILE --update
  2. Restart the service; then the worker. It changes what is stored over to the new keys, and logs addresses_resealed.
  3. Store a new copy of all keys in a safe place: commentsvc key export FILE
  4. Take the old keys out: commentsvc key drop ID. It refuses as long as one is still needed."""


async def _drop(session: Session, *, key_id: str, may_void: bool) -> None:
    settings, ring = session.settings, session.ring
    _own_file(settings)
    key = next((each for each in facts(ring) if each.id == key_id.lower()), None)
    if key is None:
        raise SettingsError(f"There is no key {key_id}. `commentsvc key list` shows all.")
    left = without(ring, key)
    await _refuse_if_needed(session, key, may_void=may_void)
    if key.kind is KeyKind.SEALING:
        await session.store.write(partial(remembered.remember, name="sealing_key", value=left.sealing[0].public.hex()))
    if key.kind is KeyKind.INDEX:
        while await session.store.write(partial(resealing.forget_index_key, key_id=bytes.fromhex(key.id))):
            pass
    key_file.change(settings.key_file, lambda now: without(now, key))
    typer.echo(
        f"Key {key.id} is out of {settings.key_file}. Write the half of a public service anew (commentsvc key export "
        "--public FILE --update), restart service and worker, and replace old copies of the keys."
    )


async def _refuse_if_needed(session: Session, key: KeyFacts, *, may_void: bool) -> None:
    key_id = bytes.fromhex(key.id)
    if key.kind is KeyKind.SIGNING:
        if not may_void:
            raise SettingsError(
                f"What was signed with key {key.id} would be void: receipts, links in mails, and calls of webhooks "
                "whose receivers know no newer secret. If that is meant, say --void."
            )
        return
    if key.kind is KeyKind.SEALING:
        found = await session.store.read(partial(resealing.uses_of_sealing_key, key_id=key_id))
        if await session.store.read(partial(remembered.recall, name=SEALS_WITH)) == key.id:
            raise SettingsError(
                f"The service that started last seals with key {key.id}: what it seals now could never be opened. Give "
                "it the present keys and restart it first."
            )
    else:
        found = await session.store.read(partial(resealing.uses_of_index_key, key_id=key_id, now=system_clock()))
    needed = ", ".join(f"{word} ({number:,})" for word, number in found.items() if number)
    if needed:
        raise SettingsError(
            f"Key {key.id} is still needed for {needed}. The worker changes them over, if it has the private keys."
        )


def _own_file(settings: Settings) -> Path:
    """The key file; not that of a public process, which only gets copies.

    Raises:
        SettingsError: This is one.
    """
    if settings.is_public:
        raise SettingsError("With COMMENTSVC_ROLE=public keys are not changed. Run this where the whole key file is.")
    return settings.key_file


def _write_half(file: Path, ring: KeyRing, *, update: bool) -> None:
    half = ring.public_half()
    if update and file.exists():
        key_file.change(file, lambda there: _newer_half(there, ring, file))
    else:
        key_file.export(file, half)
    typer.echo(f"The public half is in {file}: it seals addresses and opens none. Use it with COMMENTSVC_ROLE=public.")


def _newer_half(there: KeyRing, ring: KeyRing, file: Path) -> KeyRing:
    if not is_older_half(there, ring):
        raise SettingsError(f"What is in {file} is no public half of these keys, and it was left as it is.")
    return ring.public_half()


def _write_locked(file: Path, ring: KeyRing) -> None:
    passphrase = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    if len(passphrase) < locked_keys.FEWEST_CHARACTERS:
        raise SettingsError(f"A passphrase has at least {locked_keys.FEWEST_CHARACTERS} characters. Take a few words.")
    try:
        key_file.write_new(file, locked_keys.lock(key_file.serialise(ring), passphrase))
    except FileExistsError:
        raise key_file.already_there(file) from None
    typer.echo(f"All keys are in {file}, under the passphrase. `commentsvc key import` takes them in again.")


def _line(key: KeyFacts) -> str:
    halves: Sequence[str] = (
        () if key.has_private is None else ("with private half" if key.has_private else "public only",)
    )
    return "  ".join([f"{key.kind:<7}", key.id, "newest" if key.is_newest else "old   ", *halves])
