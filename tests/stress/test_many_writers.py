"""Sixteen processes on one session. `tests/sessions/test_session_processes.py` is the small one."""

from __future__ import annotations

import time

import pytest

from tests.stress.report import report
from tests.stress.writers import Writers, fresh_session, stored_session

pytestmark = [pytest.mark.stress, pytest.mark.timeout(1800)]


@pytest.mark.parametrize(
    ("how_many", "count", "same"), [(16, 1000, False), (8, 1000, True)], ids=["own", "same"]
)
async def test_many_processes_lose_nothing(durable_url, tmp_path, how_many, count, same):
    await fresh_session(durable_url)
    writers = Writers(durable_url, tmp_path, how_many, count, same=same)
    writers.go()
    start = time.monotonic()
    writers.finish()
    seconds = time.monotonic() - start
    session = await stored_session(durable_url)
    assert writers.problems(session) == []
    assert len(session.events) == (count if same else how_many * count)
    report(
        "many writers" if not same else "same ids",
        database=durable_url.partition(":")[0],
        processes=how_many,
        appends=how_many * count,
        stored=len(session.events),
        appends_per_second=round(how_many * count / seconds),
    )
