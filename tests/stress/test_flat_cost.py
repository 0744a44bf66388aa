"""A turn costs the same however long its session is, also while other processes write to it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from google.genai import types

from adkconf.agents.llm_agent import LlmAgent
from adkconf.events.event import Event
from adkconf.runners import Runner
from adkconf.sessions import DatabaseSessionService, Session
from tests.conftest import Replies, says
from tests.stress.report import report
from tests.stress.writers import ROOT

TURNS = 3_000
SAMPLES = 40
WRITERS = 3
AT_MOST = 1.5


@pytest.mark.stress
@pytest.mark.timeout(600)
async def test_turn_on_a_long_session_costs_what_it_does_on_a_fresh_one(durable_url):
    service = DatabaseSessionService(durable_url)
    await service.restore_session(conversation("fresh", 1), {})
    await service.restore_session(conversation("long", TURNS), {})
    agent = LlmAgent(name="agent", model=Replies(steps=["Fine, thank you."]), instruction="Hi.")
    runner = Runner(app_name="flat", agent=agent, session_service=service)
    costs: dict[str, list[float]] = {"fresh": [], "long": []}
    with writers(durable_url) as processes:
        for _ in range(SAMPLES):
            for name, seconds in costs.items():
                for process in processes:
                    append(process, name)
                seconds.append(await turn(runner, name))
    await runner.close()
    await service.close()
    # The first turns read the session, whatever its length, and open connections.
    fresh, long = (statistics.median(costs[name][5:]) for name in ("fresh", "long"))
    report(
        "flat cost",
        database=durable_url.partition(":")[0],
        turns=TURNS,
        writers=WRITERS,
        fresh_us=round(fresh * 1e6),
        long_us=round(long * 1e6),
        ratio=round(long / fresh, 2),
    )
    assert long / fresh <= AT_MOST


def conversation(name: str, turns: int) -> Session:
    events = [
        Event(author=author, content=says(text, role), invocation_id=f"e{n}", timestamp=1e9 + n)
        for turn in range(turns)
        for n, author, text, role in (
            (2 * turn, "user", "How is it?", "user"),
            (2 * turn + 1, "agent", "Fine, thank you.", "model"),
        )
    ]
    return Session(app_name="flat", user_id="u", id=name, events=events)


async def turn(runner: Runner, name: str) -> float:
    """Returns the seconds of processor time that it takes here."""
    message = types.Content(role="user", parts=[types.Part(text="How is it?")])
    start = time.process_time()
    async for _ in runner.run_async(user_id="u", session_id=name, new_message=message):
        pass
    return time.process_time() - start


@contextmanager
def writers(url: str) -> Iterator[list[subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "tests.stress.answering_writer", url]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    processes = [subprocess.Popen(command, **pipes) for _ in range(WRITERS)]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        yield processes
    finally:
        for process in processes:
            process.communicate()


def append(process: subprocess.Popen[str], session_id: str) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{session_id}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"
