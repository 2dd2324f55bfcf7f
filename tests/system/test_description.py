"""The OpenAPI description: valid, complete, and what the running service really does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import checks
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from starlette.routing import Route

from commentsvc.app import ROUTES
from commentsvc.web.openapi import describe
from tests.support import migrated
from tests.support.process import ServiceProcess, run_command, running_process

EXAMPLES = 50
PUBLIC = (
    "/api/",
    "/feed",
    "/fragment",
    "/read",
    "/own",
    "/report",
    "/privacy",
    "/subscription",
    "/unsubscribe",
    "/embed.js",
    "/counts.js",
    "/embed/",
    "/languages/",
    "/healthz",
    "/readyz",
    "/metrics",
)
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """One for all operations."""
    folder = tmp_path_factory.mktemp("described")
    with running_process(migrated.copy_sqlite(folder / "comments.db"), folder) as running:
        yield running


@pytest.fixture(scope="module")
def token(service: ServiceProcess) -> str:
    """What lets scripts in; those that need none are not hurt by it."""
    service.run("moderator", "add", "mo@desk.example", "--name", "Mo")
    return service.run("token", "add", "mo@desk.example", "--name", "described").strip()


@pytest.fixture(scope="module")
def description(service: ServiceProcess) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(service.ask("GET", "/api/openapi.json").body)
    return described


def test_the_description_is_valid(description: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_the_command_shows_the_same(description: dict[str, Any], service: ServiceProcess, tmp_path: Path) -> None:
    printed = run_command("openapi", environment=service.environment, folder=tmp_path)
    assert json.loads(printed.stdout) == description
    run_command("openapi", "--out", str(tmp_path / "api.json"), environment=service.environment, folder=tmp_path)
    assert json.loads((tmp_path / "api.json").read_text()) == description


def test_every_public_route_is_described_and_nothing_else(description: dict[str, Any]) -> None:
    routes = {
        (route.path, method.lower())
        for route in ROUTES
        if isinstance(route, Route) and route.path.startswith(PUBLIC)
        for method in route.methods or ()
        if method.lower() in METHODS
    }
    described = {(path, method) for path, item in description["paths"].items() for method in item if method in METHODS}
    assert described == routes


def test_every_object_is_closed_and_none_that_is_answered_holds_an_address(description: dict[str, Any]) -> None:
    objects = list(_objects(description))
    assert len(objects) > 10
    assert [each for each in objects if "properties" in each and each["additionalProperties"] is not False] == []
    holding = [each for each in objects if {"email", "mail", "ip", "address"} & set(each.get("properties", ()))]
    schemas = description["components"]["schemas"]
    policy = schemas["ThreadPage"]["properties"]["thread"]["properties"]["policy"]
    asked = (policy, policy["properties"]["limits"], schemas["Submission"], schemas["Form"], schemas["DataQuestion"])
    assert [each for each in holding if each not in asked] == []
    assert set(policy["properties"]["email"]["enum"]) == {"required", "optional"}  # whether it is asked for


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield part
        for value in part.values():
            yield from _objects(value)
    elif isinstance(part, list):
        for value in part:
            yield from _objects(value)


OPERATIONS = sorted(
    f"{method.upper()} {path}" for path, item in describe()["paths"].items() for method in item if method in METHODS
)


TAKE_NOTHING = {
    "GET /api/openapi.json",
    "GET /counts.js",
    "GET /embed.js",
    "GET /healthz",
    "GET /metrics",
    "GET /own",
    "GET /readyz",
}
"""There is nothing in such a request that could be wrong; a token may be any text."""

REQUESTS = [
    (label, mode)
    for label in OPERATIONS
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    if mode is schemathesis.GenerationMode.POSITIVE or label not in TAKE_NOTHING
]


@pytest.fixture(scope="module")
def schema(description: dict[str, Any]) -> BaseSchema:
    loaded: BaseSchema = schemathesis.openapi.from_dict(description)
    return loaded


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("label", "mode"), REQUESTS)
def test_generated_requests_get_what_is_described(
    service: ServiceProcess, schema: BaseSchema, token: str, label: str, mode: schemathesis.GenerationMode
) -> None:
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    operation = next(each for each in found if each.label == label)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def exchange(case: "schemathesis.Case[Any]") -> None:
        headers = {"Authorization": f"Bearer {token}"} if "/moderation/" in label else {}
        response = case.call(base_url=service.public_url, headers=headers)
        is_let_in = (
            response.status_code != 401 or mode is schemathesis.GenerationMode.NEGATIVE
        )  # which tries tokens too
        assert is_let_in, "the token is worth nothing"
        assert response.status_code < 500 or label.endswith("/readyz"), response.text
        case.validate_response(response, checks=CHECKS)

    exchange()
