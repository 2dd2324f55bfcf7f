"""PostgreSQL restarted under load: nothing acknowledged is lost, nothing doubled, and nobody restarts the service."""

from pathlib import Path

import pytest

from tests.support import migrated
from tests.support.postgres import Postgres, start_postgres
from tests.support.process import running_process
from tests.support.restarts import restart_under_load

pytestmark = pytest.mark.anyio


async def test_nothing_acknowledged_is_lost_or_doubled_by_a_restart(own_postgres: Postgres, tmp_path: Path) -> None:
    own_postgres.stop()
    server = start_postgres(own_postgres.folder, settings={}, port=own_postgres.port)
    with running_process(server.url(migrated.copy_postgres(server)), tmp_path) as service:
        outcome = await restart_under_load(service, server, times=1)
    assert (outcome.lost, outcome.doubled) == (0, 0)
    assert outcome.attempts > outcome.acknowledged > 16, "the restart hit no request"
