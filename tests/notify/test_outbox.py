"""Each notice is sent once: whatever fails, however many workers there are."""

import asyncio
from datetime import timedelta

import pytest

from commentsvc.domain.notices import GIVE_UP_AFTER, Channel, NoticeWish, last_hour, next_attempt
from commentsvc.domain.status import Decision
from commentsvc.notify.deliveries import DeliveryError
from commentsvc.notify.worker import LEASE, working
from commentsvc.store.outbox import Notice
from tests.notify.desk import Desk
from tests.support.moderation import START

pytestmark = pytest.mark.anyio


class Remembering:
    """A delivery that notes what it was given, and fails as often as it is told to."""

    def __init__(self, *, fail: int = 0) -> None:
        self.given: list[Notice] = []
        self.fail = fail

    async def deliver(self, notice: Notice) -> bool:
        self.given.append(notice)
        await asyncio.sleep(0)
        if self.fail:
            self.fail -= 1
            raise DeliveryError("the mail server answered 451")
        return True

    async def rest(self) -> None:
        return None


async def test_a_new_comment_is_mailed_once_to_each_who_wants_it(desk: Desk) -> None:
    ida = await desk.place.add_moderator("ida@desk.example", name="Ida")
    await desk.place.add_moderator("una@desk.example", name="Una")
    await desk.wish(NoticeWish.EACH, ida)
    await desk.comment()
    await desk.work()
    await desk.work()
    assert sorted(desk.postbox.recipients) == ["ida@desk.example", "mo@desk.example"]
    assert desk.postbox.connections == 1, "one connection for both"
    assert all(row.sent_at for row in await desk.rows())


async def test_nothing_is_told_before_it_is_due_or_after_it_was_decided(desk: Desk) -> None:
    comment = await desk.comment()
    desk.place.time.pass_by(seconds=-5)
    await desk.work()
    assert desk.postbox.mails == []
    await desk.decide(comment)
    desk.place.time.pass_by(seconds=30)
    await desk.work()
    assert desk.postbox.mails == []


async def test_what_is_decided_between_claim_and_sending_is_not_told(desk: Desk) -> None:
    comment = await desk.comment()
    worker = desk.worker({Channel.MAIL: Remembering(fail=1)})
    await worker.work_once()
    await desk.decide(comment)
    desk.pass_by(timedelta(minutes=2))
    await desk.work()
    assert desk.postbox.mails == []
    assert [row.event for row in await desk.rows() if row.sent_at is None] == []


async def test_events_for_readers_stay_for_them_while_there_is_no_mail(desk: Desk) -> None:
    comment = await desk.comment()
    await desk.decide(comment)
    desk.pass_by(timedelta(days=4))
    await desk.work(desk.worker({Channel.WEBHOOK: Remembering(fail=0)}))
    left = [row for row in await desk.rows() if row.sent_at is None]
    assert [(row.event, row.channel) for row in left] == [("comment_approved", None)]


async def test_undoing_a_decision_takes_back_only_what_readers_would_be_told(desk: Desk) -> None:
    comment = await desk.comment()
    await desk.decide(comment, Decision.REJECT)
    await desk.decide(comment, Decision.RESTORE)
    await desk.work()
    assert len(desk.postbox.mails) == 1


async def test_a_moderator_who_is_disabled_or_has_left_gets_no_mail(desk: Desk) -> None:
    ida = await desk.place.add_moderator("ida@desk.example", name="Ida")
    await desk.wish(NoticeWish.EACH, ida)
    await desk.comment()
    failing = desk.worker({Channel.MAIL: Remembering(fail=2)})
    await desk.work(failing)
    await desk.place.disable(desk.moderator)
    await desk.place.leave_sites(ida)
    desk.pass_by(timedelta(minutes=2))
    await desk.work()
    assert desk.postbox.mails == []
    assert all(row.sent_at for row in await desk.rows())


async def test_without_a_mail_server_no_mail_is_left_to_fail(desk: Desk) -> None:
    await desk.comment()
    await desk.work(desk.worker({Channel.WEBHOOK: Remembering()}))
    assert [row.channel for row in await desk.rows()] == [None]


async def test_two_workers_at_once_send_nothing_twice(desk: Desk) -> None:
    for _ in range(25):
        await desk.comment()
    delivery = Remembering()
    workers = [desk.worker({Channel.MAIL: delivery}) for _ in range(3)]
    await asyncio.gather(*(desk.work(worker) for worker in workers))
    assert len(delivery.given) == 25
    assert len({notice.id for notice in delivery.given}) == 25


async def test_a_day_without_a_mail_server_loses_nothing_and_doubles_nothing(desk: Desk) -> None:
    desk.postbox.answer = "451 try later"
    for _ in range(5):
        await desk.comment()
    end = desk.place.time.now + timedelta(days=1)
    while desk.place.time.now < end:
        await desk.work()
        desk.pass_by(timedelta(hours=1))
    assert {row.last_error for row in await desk.rows() if row.channel} == {"the mail server answered 451"}
    desk.postbox.answer = "250 OK"
    desk.pass_by(timedelta(hours=6))
    await desk.work()
    await desk.work()
    assert len(desk.postbox.mails) == 5
    assert len({mail["Message-ID"] for mail in desk.postbox.mails}) == 5


async def test_after_three_days_a_notice_is_given_up_and_says_why_without_an_address(desk: Desk) -> None:
    desk.postbox.refused = {"mo@desk.example"}
    await desk.comment()
    for _ in range(40):
        await desk.work()
        desk.pass_by(timedelta(hours=6))
    row = (await desk.rows())[-1]
    assert row.failed_at is not None
    assert row.last_error == "the mail server refused the recipient (550)"
    desk.postbox.refused = set()
    await desk.work()
    assert desk.postbox.mails == []


async def test_a_worker_that_dies_after_sending_costs_one_double_at_most_under_the_same_id(desk: Desk) -> None:
    await desk.comment()
    mail = desk.mail()

    class DiesAfterSending(Remembering):
        async def deliver(self, notice: Notice) -> bool:
            await mail.deliver(notice)
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await desk.work(desk.worker({Channel.MAIL: DiesAfterSending()}))
    await mail.rest()
    await desk.work()
    assert len(desk.postbox.mails) == 1, "the lease keeps it from others"
    desk.pass_by(LEASE + timedelta(seconds=1))
    await desk.work()
    await desk.work()
    assert len(desk.postbox.mails) == 2
    assert len({mail["Message-ID"] for mail in desk.postbox.mails}) == 1


async def test_one_notice_that_cannot_be_written_holds_up_no_other(desk: Desk) -> None:
    class Stumbling(Remembering):
        async def deliver(self, notice: Notice) -> bool:
            is_told = await super().deliver(notice)
            if len(self.given) == 1:
                raise ZeroDivisionError
            return is_told

    await desk.comment()
    await desk.comment()
    delivery = Stumbling()
    await desk.work(desk.worker({Channel.MAIL: delivery}))
    assert len(delivery.given) == 2
    assert "it could not be written (ZeroDivisionError)" in {row.last_error for row in await desk.rows()}


async def test_a_digest_comes_once_a_day_and_only_if_something_waits(desk: Desk) -> None:
    await desk.wish(NoticeWish.DIGEST)
    await desk.comment(name="Ada", title="Bread")
    await desk.work()
    assert desk.postbox.mails == [], "not before the next morning"
    desk.pass_by(timedelta(hours=22))  # 09:30 the day before → 07:30
    await desk.work()
    desk.pass_by(timedelta(hours=5))
    await desk.work()
    assert [mail["Subject"] for mail in desk.postbox.mails] == ["1 comment waits on The Gazette"]
    for comment in await desk.place.statuses():
        await desk.decide(comment)
    desk.pass_by(timedelta(days=1))
    await desk.work()
    assert len(desk.postbox.mails) == 1


async def test_what_is_being_sent_at_the_end_arrives(desk: Desk) -> None:
    await desk.comment()
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    class Slow(Remembering):
        async def deliver(self, notice: Notice) -> bool:
            begun.set()
            await may_go_on.wait()
            return await super().deliver(notice)

    slow = Slow()

    async def serve() -> None:
        async with working(desk.worker({Channel.MAIL: slow})):
            await begun.wait()

    ending = asyncio.create_task(serve())
    await begun.wait()
    assert not ending.done()
    may_go_on.set()
    await ending
    assert len(slow.given) == 1
    assert all(row.sent_at for row in await desk.rows())


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 360), (11, 360), (1_000, 360)]
)
def test_pauses_double_from_a_minute_to_six_hours(attempts: int, minutes: int) -> None:
    assert next_attempt(START, attempts, START) == START + timedelta(minutes=minutes)


def test_three_days_are_enough() -> None:
    assert next_attempt(START, 20, START + GIVE_UP_AFTER - timedelta(seconds=1)) is not None
    assert next_attempt(START, 20, START + GIVE_UP_AFTER) is None


def test_the_last_time_the_clock_struck_an_hour_is_today_or_yesterday() -> None:
    assert last_hour(9, START) == START.replace(hour=9, minute=0)
    assert last_hour(10, START) == START.replace(hour=10, minute=0) - timedelta(days=1)
