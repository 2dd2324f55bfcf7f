"""What screening saw is stored with the comment, and the site's policy decides what follows from it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.domain.site import EmailPolicy, HoldPolicy, SitePolicy
from commentsvc.domain.status import Decision
from commentsvc.store.schema import author, comment_finding, rule, subscription
from tests.support.inside import add_rule, add_site, add_words, findings, form_token, row_counts, stored
from tests.support.service import ARTICLE, ORIGIN, Service, running_service

pytestmark = pytest.mark.anyio

_ALWAYS = {"standing"}


async def seen(service: Service, **changes: Any) -> dict[str, dict[str, Any]]:
    """The findings of a comment that is otherwise beyond suspicion."""
    fields = changes if "form_token" in changes else {"form_token": await form_token(service), **changes}
    return await findings(service, (await service.submit(**fields))["comment"]["id"])


async def status(service: Service, **changes: Any) -> tuple[int, str]:
    """The answer to a comment that is otherwise beyond suspicion."""
    fields = changes if "form_token" in changes else {"form_token": await form_token(service), **changes}
    answer = await service.post(service.submission(**fields))
    return answer.status_code, answer.json()["comment"]["status"]


async def test_a_good_comment_has_only_its_authors_standing(service: Service) -> None:
    found = await seen(service)
    assert set(found) == _ALWAYS
    assert (found["standing"]["leaning"], found["standing"]["words"]) == ("pass", "First comment by this author")


async def test_a_form_that_was_open_for_two_seconds_was_too_fast(service: Service) -> None:
    found = await seen(service, form_token=await form_token(service, seconds_ago=2))
    assert found["too_fast"]["words"] == "Sent 2.0 seconds after the form was opened"
    assert "too_fast" not in await seen(service, form_token=await form_token(service, seconds_ago=3))


async def test_without_a_token_of_this_sites_form_nobody_knows_how_long_it_took(service: Service) -> None:
    other = await add_site(service, "other", "https://other.example")
    token = await form_token(service)
    foreign = (await service.client.get("/api/v1/form", params={"site": other.key})).json()["token"]
    receipt = (await service.submit())["receipt"]
    for bad in (None, "", "x", token + "x", foreign, receipt, "t" * 5_000, "é"):
        found = await seen(service, form_token=bad)
        assert found["too_fast"]["words"] == "Sent without opening the form, or more than a day after it", bad


async def test_a_token_is_good_for_a_day(service: Service) -> None:
    token = await form_token(service, seconds_ago=86_400)
    assert "too_fast" not in await seen(service, form_token=token)
    service.clock.advance(timedelta(seconds=1))
    assert "too_fast" in await seen(service, form_token=token)


async def test_who_fills_in_the_decoy_is_a_robot(service: Service) -> None:
    found = await seen(service, subject="Cheap watches")
    assert (found["decoy"]["leaning"], found["decoy"]["words"]) == (
        "spam",
        "The hidden field was filled in, as robots do",
    )
    assert "decoy" not in await seen(service, subject="")


async def test_words_of_the_word_list_are_found_and_told(service: Service) -> None:
    await add_words(service, "casino")
    await add_words(service, "cheap pills", leaning=Leaning.SPAM)
    held = await seen(service, body="The CASINO burned down.")
    assert (held["word_list"]["leaning"], held["word_list"]["trigger"]) == ("hold", "CASINO")
    spam = await seen(service, body="A casino with cheap  pills.")
    assert (spam["word_list"]["leaning"], spam["word_list"]["trigger"]) == ("spam", "cheap  pills")
    assert "word_list" in await seen(service, name="Casino Royale")
    assert "word_list" in await seen(service, website="https://casino.example/")
    assert "word_list" not in await seen(service, body="Casinolike.")


async def test_another_sites_word_list_is_not_asked(service: Service) -> None:
    await add_words(service, "casino")
    other = await add_site(service, "other", ORIGIN)
    assert "word_list" not in await seen(service, site=other.key, body="The casino burned down.")


async def test_the_same_text_is_found_under_any_article_for_a_day(service: Service) -> None:
    await seen(service, body="Buy NOW!!")
    found = await seen(service, body="buy  now", url=f"{ORIGIN}/another")
    assert found["repeats"]["words"] == "The same text came 1 time before in the last 24 hours"
    service.clock.advance(timedelta(days=1, minutes=2))
    assert "repeats" not in await seen(service, body="buy now")


async def test_many_comments_of_one_author_in_ten_minutes_are_found(service: Service) -> None:
    found = [await seen(service, email="ada@mail.example") for _ in range(7)]
    assert ["repeats" in each for each in found] == [False] * 6 + [True]
    assert found[-1]["repeats"]["words"] == "6 comments by this author in the last 10 minutes"


async def test_more_links_than_the_site_allows_are_found(service: Service) -> None:
    await service.change_policy(SitePolicy(max_links=1))
    found = await seen(service, body="See https://a.example and https://b.example here.")
    assert found["links"]["words"] == "2 links (this site allows 1)"
    assert "links" not in await seen(service, body="See https://a.example here.")


async def test_an_author_with_spam_is_remarked_whoever_typed_the_address(service: Service) -> None:
    taken = await service.submit(email="ada@mail.example")
    await service.decide(taken["comment"]["id"], Decision.MARK_SPAM)
    found = await seen(service, email="ADA@mail.example")
    assert (found["standing"]["leaning"], found["standing"]["words"]) == (
        "spam",
        "Of 1 earlier comment by this author, 1 was marked as spam",
    )


async def test_the_remark_is_about_the_author_in_whatever_thread_they_write(service: Service) -> None:
    taken = await service.submit(email="ada@mail.example")
    await service.decide(taken["comment"]["id"], Decision.REJECT)
    for _ in range(3):
        await service.publish()  # others', in the same thread
    for url in (ARTICLE, f"{ORIGIN}/where-nobody-wrote"):
        found = await seen(service, email="ada@mail.example", url=url)
        assert found["standing"]["words"] == "Of 1 earlier comment by this author, 1 was rejected", url


# -- policies ------------------------------------------------------------------------------------------------------


async def test_everything_is_held_by_default(service: Service) -> None:
    first = await service.submit(email="ada@mail.example")
    await service.decide(first["comment"]["id"])
    proof = {"email": "ada@mail.example", "receipt": first["receipt"]}
    assert await status(service, **proof) == (202, "pending")


async def test_a_proven_author_with_an_approved_comment_is_published_at_once(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NEW_AUTHORS))
    first = await service.submit(email="ada@mail.example")
    proof = {"email": "ada@mail.example", "receipt": first["receipt"]}
    assert await status(service, **proof) == (202, "pending")  # nothing of hers is approved yet
    await service.decide(first["comment"]["id"])
    before = (await service.thread())["thread"]

    assert await status(service, **proof) == (201, "approved")
    after = (await service.thread())["thread"]
    assert (after["count"], after["revision"]) == (before["count"] + 1, before["revision"] + 1)
    assert (await row_counts(service))["decision"] == 2

    assert await status(service, **proof, body="A https://a.example https://b.example https://c.example") == (
        202,
        "pending",
    )


async def test_a_typed_address_alone_is_no_proof(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NEW_AUTHORS))
    await service.publish(email="ada@mail.example")
    assert await status(service, email="ada@mail.example") == (202, "pending")
    found = await seen(service, email="ada@mail.example")
    assert found["standing"]["words"] == (
        "1 approved comment under this e-mail address, but no proof that it is the same person"
    )


async def test_somebody_elses_address_with_ones_own_receipt_is_no_proof(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NEW_AUTHORS))
    own = await service.submit(email="eve@mail.example")
    await service.decide(own["comment"]["id"])
    await service.publish(email="ada@mail.example")
    assert await status(service, email="ada@mail.example", receipt=own["receipt"]) == (202, "pending")


async def test_another_sites_receipt_proves_nothing(service: Service) -> None:
    other = await add_site(service, "other", ORIGIN)
    await service.change_policy(SitePolicy(hold=HoldPolicy.NEW_AUTHORS))
    there = await service.submit(email="ada@mail.example", site=other.key)
    await service.publish(email="ada@mail.example")
    assert await status(service, email="ada@mail.example", receipt=there["receipt"]) == (202, "pending")


async def test_what_is_flagged_is_held_under_that_policy_and_nothing_else(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.FLAGGED))
    assert await status(service) == (201, "approved")
    assert await status(service, form_token=None) == (202, "pending")
    assert await status(service, subject="x") == (202, "pending")


async def test_only_spam_is_held_where_nothing_else_is(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NOTHING))
    assert await status(service, form_token=None) == (201, "approved")
    assert await status(service, subject="x") == (202, "pending")


# -- who it is -----------------------------------------------------------------------------------------------------


def key_of(taken: dict[str, Any]) -> str:
    """The pseudonym that readers see."""
    key: str = taken["comment"]["author"]["key"]
    return key


async def test_a_receipt_keeps_the_pseudonym_in_its_thread_and_only_there(service: Service) -> None:
    first = await service.submit(email="ada@mail.example")
    proof = {"email": "Ada@Mail.Example", "receipt": first["receipt"]}
    again = await service.submit(**proof)
    assert key_of(again) == key_of(first)
    elsewhere = await service.submit(**proof, url=f"{ORIGIN}/another")
    assert key_of(elsewhere) != key_of(first)
    there_again = await service.submit(url=f"{ORIGIN}/another", email="ada@mail.example", receipt=elsewhere["receipt"])
    assert key_of(there_again) == key_of(elsewhere)


async def test_a_typed_address_never_leads_to_a_known_pseudonym(service: Service) -> None:
    keys = [key_of(await service.submit(email="ada@mail.example")) for _ in range(3)]
    assert len(set(keys)) == 3
    assert (await row_counts(service))["author"] == 1


@pytest.mark.parametrize("kind", ["forged", "expired", "another site's", "a form's", "somebody else's address"])
async def test_what_proves_nothing_gives_a_new_pseudonym(service: Service, kind: str) -> None:
    other = await add_site(service, "other", ORIGIN)
    first = await service.submit(email="ada@mail.example")
    receipt, email = first["receipt"], "ada@mail.example"
    match kind:
        case "forged":
            receipt = receipt[:-4] + "AAAA"
        case "expired":
            service.clock.advance(timedelta(days=365, seconds=1))
        case "another site's":
            receipt = (await service.submit(email=email, site=other.key))["receipt"]
        case "a form's":
            receipt = await form_token(service)
        case _:
            email = "bob@mail.example"
    again = await service.submit(email=email, receipt=receipt)
    assert key_of(again) != key_of(first)


async def test_without_an_address_the_receipt_alone_says_who_it_is(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NEW_AUTHORS, email=EmailPolicy.OPTIONAL))
    first = await service.submit(email=None)
    await service.decide(first["comment"]["id"])
    answer = await service.post(
        service.submission(email=None, receipt=first["receipt"], form_token=await form_token(service))
    )
    assert answer.status_code == 201
    assert key_of(answer.json()) == key_of(first)
    assert (await row_counts(service))["author"] == 1


async def test_two_without_an_address_are_two_people(service: Service) -> None:
    await service.change_policy(SitePolicy(email=EmailPolicy.OPTIONAL))
    assert key_of(await service.submit(email=None)) != key_of(await service.submit(email=None))
    assert (await row_counts(service))["author"] == 2


async def test_a_wish_to_hear_of_replies_is_kept_with_the_comment(service: Service) -> None:
    wishes: list[tuple[dict[str, object], tuple[str, bool] | None]] = [
        ({}, None),
        ({"notify": False}, None),
        ({"notify": "none", "notify_decision": False}, None),
        ({"notify": True}, ("replies", False)),
        ({"notify": "replies"}, ("replies", False)),
        ({"notify": "thread", "notify_decision": True}, ("thread", True)),
        ({"notify_decision": True}, ("none", True)),
    ]
    for sent, kept in wishes:
        row_id = (await stored(service, (await service.submit(**sent))["comment"]["id"]))["id"]
        query = sa.select(subscription).where(subscription.c.comment_id == row_id)
        found = await service.store.read(lambda conn, query=query: conn.execute(query).all())  # type: ignore[misc]
        assert [(row.scope, row.wants_decision) for row in found] == ([] if kept is None else [kept])
        assert [(row.frequency, row.confirmed_at) for row in found] == ([] if kept is None else [("each", None)])


@pytest.mark.parametrize("wish", [{"notify": True}, {"notify": "thread"}, {"notify_decision": True}])
async def test_mail_needs_an_address(service: Service, wish: dict[str, Any]) -> None:
    await service.change_policy(SitePolicy(email=EmailPolicy.OPTIONAL))
    answer = await service.post(service.submission(email=None, **wish))
    assert answer.status_code == 422
    assert answer.json()["fields"] == dict.fromkeys(wish, "Please write your e-mail address, or choose no e-mail.")


async def test_no_mail_is_promised_where_none_is_sent(database_url: str, tmp_path: Path) -> None:
    async with running_service(database_url, tmp_path, smtp_host="") as service:
        assert (await service.thread())["thread"]["policy"]["notify"] is False
        wishes: list[dict[str, Any]] = [{"notify": True}, {"notify": "thread"}, {"notify_decision": True}]
        for wish in wishes:
            answer = await service.post(service.submission(**wish))
            assert answer.status_code == 422
            assert answer.json()["fields"] == dict.fromkeys(wish, "This site sends no e-mail.")
        assert (await service.post(service.submission(notify="none"))).status_code == 202


async def test_a_reply_knows_its_parent_at_any_depth(service: Service) -> None:
    parent = await service.publish()
    for _ in range(6):
        taken = await service.submit(parent=parent)
        assert taken["comment"]["parent"] == parent
        parent = taken["comment"]["id"]
        await service.decide(parent)
    assert (await service.thread(ARTICLE))["comments"][0]["replies"] == 6


# -- the site's own rules ------------------------------------------------------------------------------------------


async def test_each_rule_that_is_met_is_stored_with_the_comment_and_counted(service: Service) -> None:
    hold = Leaning.HOLD
    named = await add_rule(service, Rule(RuleKind.NAME, "Editor", hold, "nobody of ours"))
    linked = await add_rule(service, Rule(RuleKind.LINK_DOMAIN, "spam.example", Leaning.SPAM))
    many = await add_rule(service, Rule(RuleKind.LINKS, "1", hold))
    unmet = await add_rule(service, Rule(RuleKind.WORD, "chess", hold))
    taken = await service.submit(name="\u0415ditor", body="See https://a.spam.example/ and https://b.example/ here.")
    found = await findings(service, taken["comment"]["id"])
    assert [found[phase]["rule_id"] for phase in ("name_rule", "link_domain", "link_count")] == [named, linked, many]
    assert found["name_rule"]["words"].endswith(": nobody of ours")
    assert await hits(service) == {named: 1, linked: 1, many: 1, unmet: 0}
    assert await rules_of_findings(service) == {named, linked, many}


async def test_a_rule_about_an_author_meets_all_under_the_same_address(service: Service) -> None:
    first = await service.submit(email="eve@mail.example")
    author = (await stored(service, first["comment"]["id"]))["author_id"]
    await add_rule(service, Rule(RuleKind.AUTHOR, str(author), Leaning.SPAM))
    assert "author_rule" in await seen(service, email="EVE@mail.example", name="Another Name")
    assert "author_rule" not in await seen(service, email="ada@mail.example")


async def test_what_has_expired_is_neither_told_nor_counted(service: Service) -> None:
    end = service.clock.now() + timedelta(days=1)
    await add_rule(service, Rule(RuleKind.WORD, "casino", Leaning.HOLD, expires_at=end))
    assert "word_list" in await seen(service, body="casino")
    service.clock.advance(timedelta(days=1))
    assert "word_list" not in await seen(service, body="A casino again")
    assert list((await hits(service)).values()) == [1]


async def test_a_rule_outweighs_trust(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NEW_AUTHORS))
    first = await service.submit(email="ada@mail.example", name="Ada")
    await service.decide(first["comment"]["id"])
    proof = {"email": "ada@mail.example", "receipt": first["receipt"], "name": "Ada"}
    assert await status(service, **proof) == (201, "approved")
    await add_rule(service, Rule(RuleKind.NAME, "Ada", Leaning.HOLD))
    assert await status(service, **proof) == (202, "pending")


# -- trust after several comments ----------------------------------------------------------------------------------


async def test_a_site_may_trust_only_after_several_approved_comments(service: Service) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NEW_AUTHORS, trust_after=2))
    first = await service.submit(email="ada@mail.example")
    await service.decide(first["comment"]["id"])
    proof = {"email": "ada@mail.example", "receipt": first["receipt"]}
    found = await seen(service, **proof)
    assert found["standing"]["words"] == "Known author: 1 approved comment (this site trusts after 2)"
    second = await service.submit(form_token=await form_token(service), **proof)
    await service.decide(second["comment"]["id"])
    assert await status(service, **proof) == (201, "approved")


async def test_who_types_a_trusted_address_earns_nothing_with_the_receipt_for_it(service: Service) -> None:
    """Eve writes under Ada's address, gets a receipt for that, and comes back with it."""
    await service.change_policy(SitePolicy(hold=HoldPolicy.NEW_AUTHORS, trust_after=2))
    for _ in range(5):
        await service.publish(email="ada@mail.example")
    eve = await service.submit(email="ada@mail.example")
    proof = {"email": "ada@mail.example", "receipt": eve["receipt"]}
    assert await status(service, **proof) == (202, "pending")
    await service.decide(eve["comment"]["id"])
    assert await status(service, **proof) == (202, "pending")  # one of her own is approved, not two


@pytest.mark.parametrize(
    ("is_confirmed", "comes_with", "code"), [(True, "receipt", 201), (False, "receipt", 202), (True, "nothing", 202)]
)
async def test_a_confirmed_address_counts_only_for_the_comment_it_was_confirmed_for(
    service: Service,
    is_confirmed: bool,  # noqa: FBT001 - a column of the table
    comes_with: str,
    code: int,
) -> None:
    await service.change_policy(SitePolicy(hold=HoldPolicy.NEW_AUTHORS))
    await service.publish(email="ada@mail.example")
    new_device = await service.submit(email="ada@mail.example", notify=True)
    if is_confirmed:
        at = service.clock.now()
        await service.store.write(lambda conn: conn.execute(sa.update(subscription).values(confirmed_at=at)))
        await service.store.write(lambda conn: conn.execute(sa.update(author).values(confirmed_at=at)))
    receipt = new_device["receipt"] if comes_with == "receipt" else None
    assert (await status(service, email="ada@mail.example", receipt=receipt))[0] == code


async def hits(service: Service) -> dict[int, int]:
    query = sa.select(rule.c.id, rule.c.hits)
    return await service.store.read(lambda conn: {row.id: row.hits for row in conn.execute(query)})


async def rules_of_findings(service: Service) -> set[int]:
    query = sa.select(comment_finding.c.rule_id).where(comment_finding.c.rule_id.is_not(None))
    return await service.store.read(lambda conn: set(conn.execute(query).scalars()))
