"""Ending a run with a signal, in both engines."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from google.genai import types

from tests.conformance.engines import ENGINES, Engine, Names, plain

pytestmark = pytest.mark.filterwarnings("ignore")

IDS = {"user_id": "u", "session_id": "s"}


async def aborted(engine: Engine, kind: str) -> tuple[list[Any], list[Any]]:
    """What a run yields that is aborted in the middle, and what the next one does."""
    signal = asyncio.Event()

    async def slow() -> str:
        """Takes its time."""
        signal.set()
        await asyncio.sleep(30)
        return "never"

    if kind == "tool":
        root = engine.agent(name="root", model=engine.model([("slow", {})], "done"), tools=[slow])
    elif kind == "node":
        start = engine.find("workflow", "START")
        root = engine.find("workflow", "Workflow")(name="root", edges=[(start, slow)])
    else:
        signal.set()
        root = engine.agent(name="root", model=engine.model("done"))
    runner = engine.runner(root, [])
    await runner.session_service.create_session(app_name="demo", **IDS)
    names = Names()

    async def run(**options: Any) -> list[Any]:
        message = types.Content(role="user", parts=[types.Part(text="hi")])
        run = runner.run_async(new_message=message, **IDS, **options)
        return [_without_words(plain(event, names)) async for event in run]

    async with asyncio.timeout(5):
        first = await run(abort_signal=signal)
        return first, [] if kind == "node" else await run()


def _without_words(event: dict[str, Any]) -> dict[str, Any]:
    if "errorMessage" in event:
        event["errorMessage"] = "…"
    return event


@pytest.mark.parametrize("kind", ["tool", "node", "before"])
async def test_an_aborted_run_is_sealed_as_in_google_adk(kind: str) -> None:
    ours, theirs = [
        json.dumps(await aborted(engine, kind), indent=1, sort_keys=True)
        for engine in map(Engine, ENGINES)
    ]
    assert "INVOCATION_ABORTED" in ours
    assert ours.splitlines() == theirs.splitlines()


async def test_a_signal_that_is_not_set_changes_nothing() -> None:
    engine = Engine("adkconf")
    runner = engine.runner(engine.agent(name="root", model=engine.model("done")), [])
    await runner.session_service.create_session(app_name="demo", **IDS)
    message = types.Content(role="user", parts=[types.Part(text="hi")])
    run = runner.run_async(new_message=message, abort_signal=asyncio.Event(), **IDS)
    assert [event.content.parts[0].text async for event in run] == ["done"]
