import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import commentsvc
from commentsvc.vault import key_file
from commentsvc.vault.key_file import change, create, export, load, load_or_create
from commentsvc.vault.keys import KeyFileError, KeyRing, new_key_ring

STARTERS = 8
STARTER = """
import sys
from pathlib import Path
from commentsvc.vault.key_file import load_or_create
print("ready", flush=True)
sys.stdin.readline()
print(load_or_create(Path(sys.argv[1])).signing[0].hex())
"""


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_the_keys_and_the_next_one_finds_them(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "keys.json"

    first = load_or_create(path)

    assert load_or_create(path) == first
    assert load(path) == first


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_file_is_for_its_owner_alone_and_so_is_its_folder(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "secrets" / "keys.json"
    before = os.umask(umask)
    try:
        load_or_create(path)
    finally:
        os.umask(before)

    assert mode_of(path) == 0o600
    assert mode_of(path.parent) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]


def test_the_randomness_is_the_callers(tmp_path: Path) -> None:
    asked: list[int] = []

    def token_bytes(length: int) -> bytes:
        asked.append(length)
        return os.urandom(length)

    load_or_create(tmp_path / "keys.json", token_bytes=token_bytes)

    assert sorted(asked) == [4, 4, 32, 32, 32]


def test_a_rotated_ring_and_a_public_half_survive_the_file(tmp_path: Path, rotated: KeyRing) -> None:
    create(tmp_path / "all.json", rotated)
    create(tmp_path / "public.json", rotated.public_half())

    assert load(tmp_path / "all.json") == rotated
    assert load(tmp_path / "public.json") == rotated.public_half()
    assert b'"private": null' in (tmp_path / "public.json").read_bytes()


def test_an_existing_file_is_never_replaced(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "keys.json"
    create(path, ring)
    create(path, new_key_ring())

    assert load(path) == ring


def start_at_a_sign(path: Path) -> subprocess.Popen[str]:
    """A process that says it is ready, waits for a line, and then prints the signing key it ends with."""
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(path)],
        cwd=Path(commentsvc.__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_that_start_at_the_same_moment_end_with_the_same_keys(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "keys.json"
    starters = [start_at_a_sign(path) for _ in range(STARTERS)]
    assert [starter.stdout and starter.stdout.readline() for starter in starters] == ["ready\n"] * STARTERS
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("go\n")
        starter.stdin.flush()
    keys = [starter.communicate(timeout=60)[0].strip() for starter in starters]

    assert keys == [load(path).signing[0].hex()] * STARTERS
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]


def test_whoever_comes_second_takes_the_keys_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process' file appears after we looked and before ours takes its name."""
    path, theirs = tmp_path / "keys.json", new_key_ring()

    def make_ours(token_bytes: Callable[[int], bytes]) -> KeyRing:
        create(path, theirs)
        return new_key_ring(token_bytes)

    monkeypatch.setattr(key_file, "new_key_ring", make_ours)

    assert load_or_create(path) == theirs


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601])
def test_a_file_that_others_may_touch_is_refused_with_the_command_that_helps(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    load_or_create(path)
    path.chmod(mode)

    with pytest.raises(KeyFileError, match=f"mode {mode:04o}.*chmod 600 {path}"):
        load_or_create(path)


def test_a_missing_file_is_refused_where_none_may_be_made(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="cannot be read"):
        load(tmp_path / "keys.json")


def test_a_link_that_leads_nowhere_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "keys.json").symlink_to(tmp_path / "gone.json")

    with pytest.raises(KeyFileError, match="cannot be read"):
        load_or_create(tmp_path / "keys.json")


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(KeyFileError, match="cannot be read"):
        load_or_create(tmp_path / "file" / "keys.json")
    with pytest.raises(KeyFileError, match="cannot be made"):
        create(tmp_path / "file" / "keys.json", new_key_ring())


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(KeyFileError, match="No space left"):
        load_or_create(tmp_path / "keys.json")
    assert list(tmp_path.iterdir()) == []


def without(content: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != field}


DAMAGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "no object": lambda _: [],
    "a number": lambda _: 5,
    "no format": lambda c: without(c, "format"),
    "no signing keys": lambda c: without(c, "signing"),
    "an unknown field": lambda c: {**c, "extra": 1},
    "a newer format": lambda c: {**c, "format": 2},
    "text for a list": lambda c: {**c, "signing": "secret"},
    "a number for a secret": lambda c: {**c, "signing": [5]},
    "a secret that is no base64": lambda c: {**c, "signing": ["*" * 44]},
    "an index key without id": lambda c: {**c, "index": [{"secret": c["signing"][0]}]},
    "an id that is no hex": lambda c: {**c, "index": [{"id": "xyz", "secret": c["signing"][0]}]},
    "text for a key": lambda c: {**c, "sealing": ["key"]},
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_refused_without_showing_what_is_in_it(
    tmp_path: Path, damage: Callable[[dict[str, Any]], object]
) -> None:
    path = tmp_path / "keys.json"
    load_or_create(path)
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps(damage(content)))

    with pytest.raises(KeyFileError, match="damaged or of another version") as caught:
        load_or_create(path)

    assert content["signing"][0] not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"{", b"[" * 60_000, b" " * 200_000], ids=repr)
def test_bytes_that_are_no_key_file_are_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "keys.json"
    load_or_create(path)
    path.write_bytes(raw)

    with pytest.raises(KeyFileError, match="damaged"):
        load_or_create(path)


def test_an_empty_private_key_is_no_missing_one(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    load_or_create(path)
    content = json.loads(path.read_bytes())
    content["sealing"][0]["private"] = ""
    path.write_text(json.dumps(content))

    with pytest.raises(KeyFileError, match="32 bytes"):
        load_or_create(path)


def test_a_default_secret_in_the_file_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    load_or_create(path)
    content = json.loads(path.read_bytes())
    content["signing"] = ["Y2hhbmdlbWUtY2hhbmdlbWUtY2hhbmdlbWUtY2hhbmdlbWU="]
    path.write_text(json.dumps(content))

    with pytest.raises(KeyFileError, match="guess"):
        load_or_create(path)


def test_a_change_replaces_the_file_in_one_step_and_keeps_its_mode(
    tmp_path: Path, ring: KeyRing, rotated: KeyRing
) -> None:
    path = tmp_path / "keys.json"
    create(path, ring)
    inode = path.stat().st_ino

    assert change(path, lambda there: rotated if there == ring else there) == rotated

    assert load(path) == rotated
    assert mode_of(path) == 0o600
    assert path.stat().st_ino != inode
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys.json"]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path, ring: KeyRing, rotated: KeyRing) -> None:
    (tmp_path / "elsewhere").mkdir()
    path = tmp_path / "keys.json"
    create(tmp_path / "elsewhere" / "keys.json", ring)
    path.symlink_to(tmp_path / "elsewhere" / "keys.json")

    change(path, lambda _: rotated)

    assert path.is_symlink()
    assert load(tmp_path / "elsewhere" / "keys.json") == rotated


def test_a_change_that_fails_leaves_the_old_keys(
    tmp_path: Path, ring: KeyRing, rotated: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    create(path, ring)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyFileError, match="No space left"):
        change(path, lambda _: rotated)
    monkeypatch.undo()

    assert load(path) == ring
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys.json"]


CHANGER = """
import sys
from pathlib import Path
from commentsvc.vault.key_file import change
from commentsvc.vault.rotation import KeyKind, rotated
sys.stdin.readline()
change(Path(sys.argv[1]), lambda ring: rotated(ring, [KeyKind.INDEX]))
"""


def test_of_those_who_rotate_at_one_moment_no_new_key_is_lost(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "keys.json"
    create(path, ring)
    command = [sys.executable, "-c", CHANGER, str(path)]
    root = Path(commentsvc.__file__).parents[1]
    changers = [subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, text=True) for _ in range(4)]
    for changer in changers:
        assert changer.stdin is not None
        changer.stdin.write("go\n")
        changer.stdin.flush()
    assert [changer.wait(60) for changer in changers] == [0] * 4
    for changer in changers:
        assert changer.stdin is not None
        changer.stdin.close()

    assert len(load(path).index) == 5


def test_a_copy_is_never_written_over_anything(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "copy.json"
    export(path, ring)
    before = path.read_bytes()

    with pytest.raises(KeyFileError, match=r"There is a file .*copy\.json already"):
        export(path, new_key_ring())
    assert path.read_bytes() == before
    assert mode_of(path) == 0o600
