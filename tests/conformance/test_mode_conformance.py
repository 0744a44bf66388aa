"""The same agents in the modes `task` and `single_turn` give the same events in both engines."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.conformance.engines import ENGINES, Engine, Names, plain
from tests.conformance.mode_scenarios import MODES
from tests.conformance.test_conformance import play

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

_CALL_ID = re.compile(r"adk-[0-9a-f-]{36}")


def with_scope(event: Any, names: Names) -> dict[str, Any]:
    """An event with its place; call ids name branches, scopes and paths, too."""
    ends = event.actions.end_of_agent
    # Events that only one side has must not count.
    data = plain(event, Names() if ends else names)
    if event.partial:
        data["path"] = event.node_info.path
    elif not ends:
        data["nodeInfo"] = json.loads(event.node_info.model_dump_json(exclude_none=True))
    if event.error_code:
        # google-adk signs it with whoever spoke before.
        del data["author"]
    for part in data.get("content", {}).get("parts", ()):
        answer = part.get("functionResponse")
        if answer and "'result': 'Error " in str(answer["response"]):
            # What an agent that is called as a tool could not do is an error here.
            answer["response"] = "…"
    text = _CALL_ID.sub(lambda match: str(names("call", match.group())), json.dumps(data))
    shown: dict[str, Any] = json.loads(text)
    return shown


def _without_ends_of_finished_tasks(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leaves out what google-adk lacks: there an agent's turn does not end with its task."""
    before = [{}, *events]
    return [
        event
        for event, last in zip(events, before, strict=False)
        if not (event.get("actions", {}).get("endOfAgent") and "output" in last)
    ]


@pytest.mark.parametrize("name", MODES)
async def test_modes_agree(name: str) -> None:
    both = []
    for engine in map(Engine, ENGINES):
        seen = await play(engine, MODES[name](engine), with_scope)
        for key in ("yielded", "stored"):
            seen[key] = _without_ends_of_finished_tasks(seen[key])
        both.append(json.dumps(seen, indent=1, sort_keys=True, ensure_ascii=False).splitlines())
    assert both[0] == both[1]
