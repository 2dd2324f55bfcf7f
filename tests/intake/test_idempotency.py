"""The same Idempotency-Key makes one comment, however often and however quickly it is sent."""

from typing import Any

import anyio
import pytest

from tests.support.inside import add_site, form_token, row_counts
from tests.support.service import ORIGIN, Service

pytestmark = pytest.mark.anyio

KEY = {"Idempotency-Key": "0f8fad5b-d9cb-469f-a165-70867728950e"}


async def test_the_same_key_twice_makes_one_comment_and_the_same_answer(service: Service) -> None:
    fields = service.submission()
    first = await service.post(fields, headers=KEY)
    before = await row_counts(service)
    second = await service.post(fields, headers=KEY)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert await row_counts(service) == before


async def test_sent_again_it_tells_what_has_become_of_the_comment(service: Service) -> None:
    fields = service.submission()
    first = await service.post(fields, headers=KEY)
    await service.decide(first.json()["comment"]["id"])
    again = await service.post(fields, headers=KEY)
    assert (again.status_code, again.json()["comment"]["status"]) == (201, "approved")


async def test_sent_twenty_times_at_once_it_makes_one_comment(service: Service) -> None:
    fields = service.submission()
    answers: list[Any] = []

    async def send() -> None:
        answers.append(await service.post(fields, headers=KEY))

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(send)
    assert [answer.status_code for answer in answers] == [202] * 20
    assert len({answer.json()["comment"]["id"] for answer in answers}) == 1
    assert (await row_counts(service))["comment"] == 1
    assert (await row_counts(service))["author"] == 1


async def test_sent_again_it_is_answered_even_when_the_reader_may_post_no_more(service: Service) -> None:
    fields = service.submission()
    for _ in range(30):
        assert (await service.post(fields, headers=KEY, ip="192.0.2.1")).status_code == 202
    assert (await service.post(fields, ip="192.0.2.1")).status_code == 429
    assert (await service.post(fields | {"body": "Other words."}, headers=KEY, ip="192.0.2.1")).status_code == 422


async def test_of_an_address_that_is_new_to_all_of_twenty_comments_one_author_is_made(service: Service) -> None:
    answers: list[Any] = []

    async def send(number: int) -> None:
        fields = service.submission(body=f"Words, number {number}.", email="same@mail.example")
        answers.append(await service.post(fields, ip=f"192.0.2.{number}"))

    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(send, number)
    assert [answer.status_code for answer in answers] == [202] * 20
    counts = await row_counts(service)
    assert (counts["comment"], counts["author"]) == (20, 1)


async def test_the_same_key_with_other_content_is_refused(service: Service) -> None:
    fields = service.submission(title="A")
    assert (await service.post(fields, headers=KEY)).status_code == 202
    for changes in ({"body": "Other words."}, {"name": "Other"}, {"email": "other@mail.example"}, {"title": "B"}):
        answer = await service.post(fields | changes, headers=KEY)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert (await row_counts(service))["comment"] == 1


async def test_a_fresh_form_token_and_receipt_are_no_other_content(service: Service) -> None:
    fields = service.submission()
    first = await service.post(fields, headers=KEY)
    fresh = {"form_token": await form_token(service), "receipt": first.json()["receipt"]}
    again = await service.post(fields | fresh, headers=KEY)
    assert again.json()["comment"] == first.json()["comment"]
    assert (await row_counts(service))["comment"] == 1


async def test_a_malformed_key_is_refused(service: Service) -> None:
    for key in ("", "short", "k" * 129, "with a space", "tab\there12"):
        answer = await service.post(service.submission(), headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_idempotency_key"), key
    assert (await row_counts(service))["comment"] == 0


async def test_keys_of_8_and_of_128_characters_are_taken(service: Service) -> None:
    for key in ("k" * 8, "k" * 128):
        assert (await service.post(service.submission(), headers={"Idempotency-Key": key})).status_code == 202


async def test_the_same_key_on_two_sites_makes_two_comments(service: Service) -> None:
    await add_site(service, "other", ORIGIN)
    fields = service.submission()
    for site in ("news", "other"):
        assert (await service.post(fields | {"site": site}, headers=KEY)).status_code == 202
    assert (await row_counts(service))["comment"] == 2


async def test_a_key_whose_submission_was_refused_is_still_free(service: Service) -> None:
    fields = service.submission(body="")
    assert (await service.post(fields, headers=KEY)).status_code == 422
    assert (await service.post(fields | {"parent": "a" * 24, "body": "Words."}, headers=KEY)).status_code == 404
    assert (await service.post(fields | {"body": "Words."}, headers=KEY)).status_code == 202
