"""The deployment's files agree with each other and give away no more than they must."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from commentsvc.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
SERVICES = ("postgres", "service", "nginx")


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


def test_there_are_three_services(compose: dict[str, Any]) -> None:
    assert sorted(compose["services"]) == sorted(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_little_and_says_how_it_is(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service["healthcheck"]["test"][0] == "CMD"
    assert "latest" not in service["image"]


def test_only_nginx_is_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["nginx"]
    assert compose["services"]["postgres"]["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True


def test_each_waits_until_the_one_behind_it_is_healthy(compose: dict[str, Any]) -> None:
    waits = {name: service.get("depends_on", {}) for name, service in compose["services"].items()}
    healthy = {"condition": "service_healthy"}
    assert waits == {"postgres": {}, "service": {"postgres": healthy}, "nginx": {"service": healthy}}


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
    given = set(re.findall(rf"{PREFIX}(\w+)", "\n".join([*dockerfile, *compose["services"]["service"]["environment"]])))
    given |= {secret.upper() for secret in compose["services"]["service"]["secrets"]}
    assert given == {"DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "TRUSTED_PROXIES"}
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
    assert {path.name for path in folder.iterdir()} == mounted == {"postgres_password", "database_url"}
    password = (folder / "postgres_password").read_text()
    assert re.fullmatch("[0-9a-f]{48}", password)
    database = f"postgresql+asyncpg://commentsvc:{password}@postgres/commentsvc"
    assert (folder / "database_url").read_text() == database
    assert folder.stat().st_mode & 0o777 == 0o700

    subprocess.run([script], check=True, capture_output=True)
    assert (folder / "database_url").read_text() == database


def test_the_image_runs_as_nobody_special(dockerfile: list[str]) -> None:
    assert dockerfile.index("USER 10001:10001") > max(
        number for number, line in enumerate(dockerfile) if line.startswith(("RUN ", "COPY ", "FROM "))
    )
    assert any("install -d -o 10001 -g 10001 -m 0700 /data /secrets" in line for line in dockerfile)


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
