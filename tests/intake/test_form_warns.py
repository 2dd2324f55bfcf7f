"""POST /read stops once before a writer tells everybody their own address or a phone number."""

import pytest

from tests.intake.test_form import TYPED, assert_kept, hidden, opened, send
from tests.support.inside import row_counts
from tests.support.service import Service

pytestmark = pytest.mark.anyio

GIVEN_AWAY = [
    ({"body": "Write to ada (at) mail.example"}, "Comment: Your email address is in here."),
    ({"body": "Ring me: 030 901820"}, "Comment: A phone number seems to be in here."),
    ({"name": "ada@mail.example"}, "Name: Your email address is in here."),
]


@pytest.mark.parametrize(("typed", "told"), GIVEN_AWAY)
async def test_the_form_comes_back_once_and_nothing_is_kept(service: Service, typed: dict[str, str], told: str) -> None:
    fields = await opened(service) | TYPED | typed
    answer = await send(service, fields)
    assert answer.status_code == 200
    assert told in answer.text
    assert 'role="alert"' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert_kept(answer.text, TYPED | typed)
    assert (await row_counts(service))["comment"] == 0

    answer = await send(service, hidden(answer.text) | TYPED | typed)
    assert told in answer.text, "the usual button asks again"

    answer = await send(service, hidden(answer.text) | TYPED | typed | {"anyway": "1"})
    assert "awaiting moderation" in answer.text
    assert (await row_counts(service))["comment"] == 1


async def test_words_that_give_nobody_away_are_not_stopped(service: Service) -> None:
    answer = await send(
        service, await opened(service) | TYPED | {"body": "On 12.05.2024, 1,000,000 wrote to bob@mail.example"}
    )
    assert "awaiting moderation" in answer.text


async def test_saying_anyway_does_not_pass_a_fault(service: Service) -> None:
    answer = await send(service, await opened(service) | TYPED | {"name": "", "anyway": "1"})
    assert answer.status_code == 422
    assert (await row_counts(service))["comment"] == 0


async def test_a_foreign_form_learns_nothing(service: Service) -> None:
    """The token is asked for first, so nobody can have texts looked at from elsewhere."""
    answer = await send(service, await opened(service) | TYPED | {"body": "Ring 030 901820", "form_token": "x"})
    assert "phone" not in answer.text.split("<textarea")[0]
