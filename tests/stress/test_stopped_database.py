"""PostgreSQL that is stopped at once while processes write, again and again."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from tests.stress.journal import noted
from tests.stress.report import report
from tests.stress.writers import Writers, fresh_session, stored_session

STOPS = 25


@pytest.mark.stress
@pytest.mark.timeout(1800)
async def test_stopped_database_loses_nothing_acknowledged(cluster, tmp_path):
    await fresh_session(cluster.url)
    writers = Writers(cluster.url, tmp_path, 8, 2_000, lives=60)
    writers.go()
    longest = 0.0
    for stop in range(STOPS):
        await asyncio.sleep(random.uniform(0.2, 1.0))
        assert writers.running(), f"they were done before stop {stop}"
        await asyncio.to_thread(cluster.stop_at_once)
        before = acknowledged(writers)
        await asyncio.to_thread(cluster.start)
        longest = max(longest, await asyncio.to_thread(recovery, writers, before))
    await asyncio.to_thread(writers.finish)
    session = await stored_session(cluster.url)
    assert writers.problems(session) == []
    report("stopped database", stops=STOPS, stored=len(session.events), recovery=round(longest, 2))


def acknowledged(writers: Writers) -> int:
    return sum(len(noted(journal)) for journal in writers.journals)


def recovery(writers: Writers, before: int) -> float:
    """Waits for the next acknowledgement; returns the seconds that it took."""
    start = time.monotonic()
    while acknowledged(writers) <= before and writers.running():
        time.sleep(0.05)
    return time.monotonic() - start
