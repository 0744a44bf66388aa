"""The same scenario through adkconf and through google-adk gives the same events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.genai import types

import tests.conformance.agent_scenarios
import tests.conformance.auth_scenarios
import tests.conformance.plugin_scenarios  # noqa: F401 (both add their scenarios)
from tests.conformance.engines import ENGINES, Engine, Names, plain, without_notes
from tests.conformance.scenarios import SCENARIOS, Scene

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

IDS = {"user_id": "u", "session_id": "s"}


async def play(engine: Engine, scene: Scene, show: Any = plain) -> dict[str, Any]:
    """Runs a scene and returns everything that can be seen from outside."""
    names = Names()
    runner = engine.runner(scene.root, scene.plugins, **scene.app)
    session_ids = {"app_name": "demo", **IDS}
    await runner.session_service.create_session(**session_ids)
    yielded: list[Any] = []
    seen: list[Any] = []
    for message in scene.messages:
        part = message(seen) if callable(message) else types.Part(text=message)
        content = types.Content(role="user", parts=[part])
        config = engine.run_config(**scene.run)
        run = runner.run_async(new_message=content, run_config=config, **IDS, **scene.arguments)
        try:
            async for event in run:
                seen.append(event)
                yielded.append(show(event, names))
        except Exception as error:
            yielded.append({"raised": type(error).__name__, "text": str(error)})
    session = await runner.session_service.get_session(**session_ids)
    await runner.close()
    return {
        "yielded": yielded,
        "stored": [show(event, names) for event in session.events],
        "state": without_notes(session.state),
        "hooks": engine.log,
    }


@pytest.mark.parametrize("name", SCENARIOS)
async def test_both_engines_agree(name: str) -> None:
    ours, theirs = [
        json.dumps(await play(engine, SCENARIOS[name](engine)), indent=1, sort_keys=True)
        for engine in map(Engine, ENGINES)
    ]
    assert ours.splitlines() == theirs.splitlines()
