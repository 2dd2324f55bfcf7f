"""Settings come from three places, and what is wrong with them is told without telling secrets."""

import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

import pytest

from commentsvc.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("COMMENTSVC_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMMENTSVC_CONFIG", str(tmp_path / "settings.toml"))
    return tmp_path / "settings.toml"


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run-secrets"
    folder.mkdir()
    monkeypatch.setenv("COMMENTSVC_SECRETS_DIR", str(folder))
    return folder


def test_the_defaults_listen_on_this_machine_only() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.trusted_proxies) == ("127.0.0.1", 8000, ())


def test_the_environment_goes_before_secrets_and_secrets_before_toml(
    toml: Path, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml.write_text('port = 1\nhost = "toml"\nlog_level = "ERROR"\n')
    (secrets / "port").write_text("2\n")
    (secrets / "host").write_text("secret")
    (secrets / "somebody_elses").write_text("none of our business")
    monkeypatch.setenv("COMMENTSVC_PORT", "3")
    settings = load_settings()
    assert (settings.port, settings.host, settings.log_level) == (3, "secret", "ERROR")
    assert load_settings(port=4).port == 4


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("COMMENTSVC_PROT", "Unknown setting COMMENTSVC_PROT. Did you mean COMMENTSVC_PORT?"),
        ("COMMENTSVC_DATABASE_UR", "Unknown setting COMMENTSVC_DATABASE_UR. Did you mean COMMENTSVC_DATABASE_URL?"),
        ("COMMENTSVC_CONFI", "Unknown setting COMMENTSVC_CONFI. Did you mean COMMENTSVC_CONFIG?"),
        ("COMMENTSVC_ZZ9", "Unknown setting COMMENTSVC_ZZ9. `commentsvc serve --help` tells where the list is."),
    ],
)
def test_an_unknown_variable_stops_the_start(name: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "s3cret")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert str(refused.value) == told


def test_an_unknown_key_of_the_file_stops_the_start(toml: Path) -> None:
    toml.write_text('databse_url = "s3cret"\n')
    with pytest.raises(SettingsError, match=r"^Unknown setting databse_url in .* Did you mean database_url\?$"):
        load_settings()


def test_a_file_that_cannot_be_read_stops_the_start(toml: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read: No such file or directory\.$"):
        load_settings()
    for content in (b"port = ", b"port = 1\nport = 2", b"\xff"):
        toml.write_bytes(content)
        with pytest.raises(SettingsError, match=r"is not valid TOML: "):
            load_settings()


def test_a_folder_of_secrets_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COMMENTSVC_SECRETS_DIR", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match=r"^COMMENTSVC_SECRETS_DIR: .*none is no folder\.$"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "s3cret"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("LOG_LEVEL", "s3cret"),
        ("LOG_FORMAT", "s3cret"),
        ("MIGRATE_AT_START", "s3cret"),
        ("POSTS_BURST", "0"),
        ("TRUSTED_PROXIES", "s3cret"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "10.0.0.0/8 127.0.0.1"),
        ("DATABASE_URL", "postgresql://u:s3cret@h/d"),
        ("DATABASE_URL", "s3cret"),
        ("DATABASE_URL", ""),
        ("PUBLIC_URL", "s3cret"),
        ("PUBLIC_URL", "https://a.example/s3cret"),
        ("PUBLIC_URL", "https://u:s3cret@a.example"),
        ("PUBLIC_URL", "ftp://a.example"),
        ("PUBLIC_URL", "https://a.example?s3cret"),
        ("PUBLIC_URL", ""),
    ],
)
def test_a_bad_value_is_named_and_not_shown(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"COMMENTSVC_{name}", value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert str(refused.value).startswith(f"COMMENTSVC_{name}: ")
    assert str(refused.value).endswith(".")
    assert "s3cret" not in str(refused.value)


def test_all_bad_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTSVC_PORT", "x")
    monkeypatch.setenv("COMMENTSVC_LOG_LEVEL", "x")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert str(refused.value).count("\n") == 1


def test_proxies_are_networks_separated_by_commas(monkeypatch: pytest.MonkeyPatch, toml: Path) -> None:
    expected = (IPv4Network("10.0.0.0/8"), IPv4Network("127.0.0.1/32"), IPv6Network("fd00::/8"))
    toml.write_text('trusted_proxies = ["10.0.0.0/8", "127.0.0.1", "fd00::/8"]')
    assert load_settings().trusted_proxies == expected
    monkeypatch.setenv("COMMENTSVC_TRUSTED_PROXIES", " 10.0.0.0/8,127.0.0.1, ,fd00::/8,")
    assert load_settings().trusted_proxies == expected
    monkeypatch.setenv("COMMENTSVC_TRUSTED_PROXIES", "")
    assert load_settings().trusted_proxies == ()


def test_the_public_url_is_an_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTSVC_PUBLIC_URL", "HTTPS://Comments.Example.org:443/")
    assert load_settings().public_url == "https://comments.example.org"


def test_settings_do_not_print_the_password() -> None:
    settings = load_settings(database_url="postgresql+asyncpg://u:s3cret@h/d")
    assert isinstance(settings, Settings)
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings)


@pytest.mark.parametrize("name", ["worker_in_service", "reveal_addresses"])
def test_a_public_process_is_not_told_to_open_addresses(name: str) -> None:
    assert load_settings(role="public").is_public
    assert load_settings(role="public", **{name: False}).is_public
    assert not load_settings(**{name: True}).is_public
    with pytest.raises(SettingsError, match=f"COMMENTSVC_{name.upper()} cannot be true with COMMENTSVC_ROLE=public"):
        load_settings(role="public", **{name: True})
    with pytest.raises(SettingsError, match="COMMENTSVC_ROLE"):
        load_settings(role="publik")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("purge_url", "cache:6081"),
        ("purge_url", "ftp://cache/"),
        ("purge_url", "http://cache:port/"),
        ("purge_url", "http://cache/ü"),
        ("purge_authorization", "just a secret"),
        ("purge_header", "Two Words"),
        ("purge_method", "GET"),
    ],
)
def test_a_purge_that_could_not_be_sent_is_refused_at_start(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name.upper()):
        load_settings(**{name: value})


def test_what_a_cache_wants_to_see_is_never_shown() -> None:
    assert "s3cret" not in repr(load_settings(purge_url="https://x.example/s3cret", purge_authorization="Key: s3cret"))
