"""A machine's clock that is put back or forward disturbs neither the order of comments nor those who write."""

from datetime import timedelta

import pytest

from tests.support.service import Service

pytestmark = pytest.mark.anyio

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_READER = "203.0.113.7"


@pytest.mark.parametrize("jump", [-_HOUR, _DAY])
async def test_comments_stay_in_the_order_in_which_they_came(service: Service, jump: timedelta) -> None:
    written = [await service.publish()]
    service.clock.put(jump)
    written += [await service.publish(body="After the jump.")]
    service.clock.put(-jump)
    written += [await service.publish(body="Back again.")]
    assert await service.ids_in() == written
    assert await service.ids_in(sort="newest") == written[::-1]


@pytest.mark.parametrize("jump", [-_HOUR, _DAY])
async def test_nobody_is_locked_out_longer_than_the_limit_says(service: Service, jump: timedelta) -> None:
    for _ in range(3):
        assert (await service.post(service.submission(), ip=_READER)).status_code == 202
    service.clock.put(jump)
    if jump < timedelta():  # forward, a new day has begun, and with it a new value for the network
        assert (await service.post(service.submission(), ip=_READER)).status_code == 429
    service.clock.advance(timedelta(seconds=20))
    assert (await service.post(service.submission(), ip=_READER)).status_code == 202
