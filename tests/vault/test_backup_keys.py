"""The private key of backups: made once, kept from others, and refused if it is anything else."""

import base64
import stat
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from commentsvc.vault.backup_keys import create_backup_key, load_backup_key
from commentsvc.vault.keys import KeyFileError


def test_a_key_comes_back_and_fits_its_public_half(tmp_path: Path) -> None:
    path = tmp_path / "backup.key"
    public = create_backup_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert bytes(PrivateKey(load_backup_key(path)).public_key) == base64.b64decode(public)


def test_a_key_replaces_no_file(tmp_path: Path) -> None:
    path = tmp_path / "backup.key"
    path.write_text("something dear")
    with pytest.raises(KeyFileError, match="Name a new file"):
        create_backup_key(path)
    assert path.read_text() == "something dear"


def test_a_key_that_is_not_there_or_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "backup.key"
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_backup_key(path)
    create_backup_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match=r"mode 0640.*chmod 600"):
        load_backup_key(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"private": "AAAA", "format": "commentsvc backup key 1"}',
        '{"private": "!", "format": "commentsvc backup key 1"}',
        f'{{"private": "{base64.b64encode(bytes(32)).decode()}", "format": "another"}}',
    ],
)
def test_what_is_no_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "backup.key"
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(KeyFileError, match="is no backup key"):
        load_backup_key(path)
