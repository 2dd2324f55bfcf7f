"""The deployment's files agree with each other and give away no more than they must."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from commentsvc.cli import command_line
from commentsvc.settings import PREFIX, Settings
from tests.support.postgres import Postgres

ROOT = Path(__file__).parents[2]
SERVICES = ("postgres", "setup", "service", "worker", "nginx")
WITH_A_PORT = ("postgres", "service", "nginx")
OURS = ("setup", "service", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> list[str]:
    joined = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def nginx_conf() -> str:
    return (ROOT / "deploy" / "nginx.conf").read_text()


def test_the_services_are_these(compose: dict[str, Any]) -> None:
    assert sorted(compose["services"]) == sorted(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_little_and_says_how_it_is(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service["healthcheck"] == {"disable": True} or service["healthcheck"]["test"][0] == "CMD"
    assert (service["healthcheck"] != {"disable": True}) == (name in WITH_A_PORT)
    assert "latest" not in service["image"]


def test_only_nginx_is_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["nginx"]
    assert compose["services"]["postgres"]["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True


def test_each_waits_until_the_one_behind_it_is_healthy(compose: dict[str, Any]) -> None:
    waits = {name: service.get("depends_on", {}) for name, service in compose["services"].items()}
    healthy, done = {"condition": "service_healthy"}, {"condition": "service_completed_successfully"}
    assert waits == {
        "postgres": {},
        "setup": {"postgres": healthy},
        "service": {"postgres": healthy, "setup": done},
        "worker": {"postgres": healthy, "setup": done},
        "nginx": {"service": healthy},
    }
    assert compose["services"]["setup"]["restart"] == "no"


def test_the_service_gets_neither_private_keys_nor_the_owners_password(compose: dict[str, Any]) -> None:
    service, worker, setup = (compose["services"][name] for name in ("service", "worker", "setup"))
    assert service["environment"]["COMMENTSVC_ROLE"] == "public"
    assert service["volumes"] == ["public-keys:/secrets:ro"]
    assert service["secrets"] == [{"source": "public_database_url", "target": "database_url"}]
    assert "COMMENTSVC_ROLE" not in worker["environment"]
    assert worker["volumes"] == ["keys:/secrets", "backups:/backups"]
    assert worker["secrets"] == ["database_url", "smtp_password"]
    assert sorted(setup["volumes"]) == ["keys:/secrets", "public-keys:/public"]


def test_the_worker_has_no_port_and_reaches_the_mail_server(compose: dict[str, Any]) -> None:
    worker = compose["services"]["worker"]
    assert worker["command"] == ["commentsvc", "worker"]
    assert worker["networks"] == ["inside", "outside"]
    assert not compose["networks"]["outside"].get("internal")
    assert [name for name, each in compose["services"].items() if "outside" in each["networks"]] == ["worker"]


def test_the_worker_alone_makes_a_backup_a_day_into_a_volume_of_its_own(
    compose: dict[str, Any], dockerfile: list[str]
) -> None:
    given = compose["services"]["worker"]["environment"]
    assert (given["COMMENTSVC_BACKUP_FOLDER"], given["COMMENTSVC_BACKUP_EVERY_HOURS"]) == ("/backups", "24")
    assert "backups" in compose["volumes"]
    assert any("/backups" in line and "-o 10001" in line for line in dockerfile)  # a new volume belongs to the worker
    for name in set(SERVICES) - {"worker"}:
        assert not any(str(each).startswith("backups:") for each in compose["services"][name].get("volumes", []))


def test_setup_runs_commands_that_exist(compose: dict[str, Any]) -> None:
    shell, option, script = compose["services"]["setup"]["command"]
    assert (shell, option) == ("sh", "-ec")
    commands = script.strip().splitlines()
    assert commands == [
        "commentsvc migrate",
        "commentsvc key make",
        "commentsvc key export --public /public/keys.json --update",
        "commentsvc database grant commentsvc_public",
    ]
    for command in commands:
        words = [word for word in command.split()[1:] if not word.startswith(("-", "/"))]
        assert CliRunner().invoke(command_line(), [*words, "--help"]).exit_code == 0


def test_the_role_is_made_with_the_password_that_the_service_signs_in_with(
    compose: dict[str, Any], postgres: Postgres, tmp_path: Path
) -> None:
    """The script runs where PostgreSQL's image runs it: with psql on the way, and the password in a file."""
    assert any("make-public-role" in each for each in compose["services"]["postgres"]["volumes"])
    (tmp_path / "password").write_text("pass'word")
    role = f"role_{secrets.token_hex(4)}"  # roles are the whole server's, which other tests use too
    given = {"PUBLIC_PASSWORD_FILE": str(tmp_path / "password"), "PUBLIC_ROLE": role}
    postgres.run_script(ROOT / "deploy" / "make-public-role", given)
    rights = "rolcanlogin, rolsuper, rolcreatedb, rolcreaterole"
    assert postgres.execute(f"SELECT {rights} FROM pg_roles WHERE rolname = '{role}'").strip() == "t|f|f|f"
    stored = postgres.execute(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{role}'").strip()
    postgres.execute(f"DROP ROLE {role}")
    assert is_password("pass'word", stored)
    assert not is_password("password", stored)


def is_password(password: str, stored: str) -> bool:
    """Whether PostgreSQL would let somebody in with it (RFC 5803: SCRAM-SHA-256$rounds:salt$stored key:server key)."""
    _, costs, keys = stored.split("$")
    rounds, salt = costs.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return base64.b64encode(key).decode() == keys.split(":")[0]


def test_the_service_trusts_nginx_and_nobody_else(compose: dict[str, Any]) -> None:
    address = compose["services"]["nginx"]["networks"]["edge"]["ipv4_address"]
    assert compose["services"]["service"]["environment"]["COMMENTSVC_TRUSTED_PROXIES"] == f"{address}/32"


def test_nginx_finds_the_service_by_a_name_it_has(compose: dict[str, Any], nginx_conf: str) -> None:
    upstream = re.search(r"server ([a-z]+):8000;", nginx_conf)
    assert upstream is not None
    assert upstream[1] in compose["services"]["service"]["networks"]["edge"]["aliases"]


def test_the_published_port_is_the_one_that_nginx_listens_on(compose: dict[str, Any], nginx_conf: str) -> None:
    inside = compose["services"]["nginx"]["ports"][0].split(":")[1]
    assert f"listen {inside};" in nginx_conf


def test_nginx_may_write_where_its_file_says(compose: dict[str, Any], nginx_conf: str) -> None:
    places = re.findall(r"^\s*(?:pid|\w+_temp_path|proxy_cache_path) (/\S+?);?(?: |$)", nginx_conf, re.MULTILINE)
    mounted = compose["services"]["nginx"]["tmpfs"][0].partition(":")[0]
    assert len(places) == 7
    assert [place for place in places if not place.startswith(f"{mounted}/")] == []


def test_every_variable_is_a_setting(compose: dict[str, Any], dockerfile: list[str]) -> None:
    ours = [compose["services"][name] for name in OURS]
    variables = [*dockerfile, *(name for each in ours for name in each.get("environment", {}))]
    given = set(re.findall(rf"{PREFIX}(\w+)", "\n".join(variables)))
    mounted = [secret for each in ours for secret in each["secrets"]]
    given |= {(each if isinstance(each, str) else each["target"]).upper() for each in mounted}
    assert given == {
        "DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "TRUSTED_PROXIES", "ROLE", "MIGRATE_AT_START", "SMTP_HOST",
        "SMTP_USER", "SMTP_PASSWORD", "MAIL_FROM", "BACKUP_FOLDER", "BACKUP_EVERY_HOURS", "BACKUP_PUBLIC_KEY",
    }  # fmt: skip
    assert given <= {name.upper() for name in Settings.model_fields}


def test_the_image_keeps_data_and_keys_in_its_volumes(dockerfile: list[str]) -> None:
    """Their defaults are relative, and the image works at the top of its file system."""
    assert "WORKDIR /" in dockerfile
    assert Settings.model_fields["key_file"].default == Path("secrets/keys.json")
    assert Settings.model_fields["database_url"].default == "sqlite+aiosqlite:///data/comments.db"
    assert 'VOLUME ["/data", "/secrets"]' in dockerfile


def test_no_file_of_the_deployment_holds_a_password(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert [name for name in service.get("environment", {}) if re.search(r"PASSWORD$|DATABASE_URL$", name)] == []
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text()


def test_make_secrets_makes_what_is_mounted_and_never_twice(compose: dict[str, Any], tmp_path: Path) -> None:
    script = shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path)
    subprocess.run([script], check=True, capture_output=True)
    folder = tmp_path / "secrets"
    mounted = {Path(secret["file"]).name for secret in compose["secrets"].values()}
    owners, roles = ("postgres_password", "database_url"), ("public_password", "public_database_url")
    assert {path.name for path in folder.iterdir()} == mounted == {*owners, *roles, "smtp_password"}
    for role, (password_file, url_file) in {"commentsvc": owners, "commentsvc_public": roles}.items():
        password = (folder / password_file).read_text()
        assert re.fullmatch("[0-9a-f]{48}", password)
        database = f"postgresql+asyncpg://{role}:{password}@postgres/commentsvc"
        assert (folder / url_file).read_text() == database
    assert (folder / owners[0]).read_text() != (folder / roles[0]).read_text()
    database = (folder / "database_url").read_text()
    assert (folder / "smtp_password").read_text() == ""
    assert folder.stat().st_mode & 0o777 == 0o700

    subprocess.run([script], check=True, capture_output=True)
    assert (folder / "database_url").read_text() == database


def test_the_image_runs_as_nobody_special(dockerfile: list[str]) -> None:
    assert dockerfile.index("USER 10001:10001") > max(
        number for number, line in enumerate(dockerfile) if line.startswith(("RUN ", "COPY ", "FROM "))
    )
    assert any("install -d -o 10001 -g 10001 -m 0700 /data /secrets /public" in line for line in dockerfile)


def test_the_image_starts_the_service_itself_and_not_a_shell(dockerfile: list[str]) -> None:
    assert json.loads(dockerfile[-1].removeprefix("CMD ")) == ["commentsvc", "serve"]


def test_the_health_check_of_the_image_is_a_program_that_compiles(dockerfile: list[str]) -> None:
    line = next(line for line in dockerfile if line.startswith("HEALTHCHECK"))
    command = json.loads(line[line.index("[") :])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")
    assert "/healthz" in command[2]


def test_everything_that_the_image_copies_is_sent_to_the_build(dockerfile: list[str]) -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [line.split()[1:-1] for line in dockerfile if line.startswith("COPY ") and "--from" not in line]
    assert {name for names in copied for name in names} == sent
