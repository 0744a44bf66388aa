"""What a turn costs as its session grows: run as a process of its own for each engine.

    python -m benchmarks.turn_cost ENGINE STORE WORK TURNS...

STORE is memory, sqlite, or the URL of an empty database (postgresql+asyncpg://…). It
prints a JSON object that maps each number of turns to the median cost of one more, in µs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import statistics
import sys
import tempfile
import time
import warnings
from typing import Any

from google.genai import types

from benchmarks.engine import find, make_model, make_runner, make_session_service

SAMPLES = 15
IDS = {"user_id": "u", "session_id": "s"}


async def measure(root: str, store: str, work: str, marks: list[int]) -> dict[int, float]:
    with tempfile.TemporaryDirectory() as folder:
        service = make_session_service(root, store, folder)
        model = make_model(root, chunks=20 * (work == "chunks"), calls_tool=work == "tool")
        runner = make_runner(root, model, service)
        mode = find(root, "agents.run_config", "StreamingMode")
        config = find(root, "agents.run_config", "RunConfig")(
            streaming_mode=mode.SSE if work == "chunks" else mode.NONE
        )
        await service.delete_session(app_name="bench", **IDS)
        await service.create_session(app_name="bench", **IDS)
        costs: dict[int, float] = {}
        done = 0
        for mark in marks:
            await fill(runner, service, mark - done)
            samples = [await timed_turn(runner, config) for _ in range(SAMPLES)]
            costs[mark] = statistics.median(samples) * 1e6
            done = mark + SAMPLES
        await runner.close()
        if close := getattr(service, "close", None):
            await close()
        return costs


async def fill(runner: Any, service: Any, turns: int) -> None:
    """Lengthens the history through the store alone: running the turns would take minutes."""
    if turns <= 0:
        return
    event_class = find(type(service).__module__.split(".sessions")[0], "events.event", "Event")
    session = await service.get_session(app_name="bench", **IDS)
    for turn in range(turns):
        for author, text in (("user", "How is it?"), ("bench", "Fine, thank you.")):
            content = types.Content(
                role="user" if author == "user" else "model", parts=[types.Part(text=text)]
            )
            event = event_class(author=author, content=content, invocation_id=f"e-{turn}")
            await service.append_event(session, event)
    # One turn that is not counted lets caches fill, on both sides.
    await timed_turn(runner, None)


async def timed_turn(runner: Any, config: Any) -> float:
    message = types.Content(role="user", parts=[types.Part(text="How is it?")])
    start = time.perf_counter()
    async for _ in runner.run_async(**IDS, new_message=message, run_config=config):
        pass
    return time.perf_counter() - start


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    root, store, work, *marks = sys.argv[1:]
    print(json.dumps(asyncio.run(measure(root, store, work, [int(mark) for mark in marks]))))


if __name__ == "__main__":
    main()
