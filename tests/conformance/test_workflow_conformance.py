"""The same workflow through adkconf and through google-adk gives the same events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conformance.engines import ENGINES, Engine, Names, plain
from tests.conformance.test_conformance import play
from tests.conformance.workflow_scenarios import OWN_PATHS, WORKFLOWS

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")


def with_path(event: Any, names: Names) -> dict[str, Any]:
    """An event with the path of its node; google-adk's checkpoints have none."""
    data = plain(event, names)
    if (state := data.get("actions", {}).get("agentState")) is not None:
        for node in state.get("nodes", {}).values():
            node["interrupts"] = [names("call", asked) for asked in node["interrupts"]]
    elif event.partial:
        data["path"] = event.node_info.path
    elif not event.actions.end_of_agent:
        data["nodeInfo"] = json.loads(event.node_info.model_dump_json(exclude_none=True))
    return data


@pytest.mark.parametrize("name", WORKFLOWS)
async def test_workflows_agree(name: str) -> None:
    show = plain if name in OWN_PATHS else with_path
    ours, theirs = [
        json.dumps(await play(engine, WORKFLOWS[name](engine), show), indent=1, sort_keys=True)
        for engine in map(Engine, ENGINES)
    ]
    assert ours.splitlines() == theirs.splitlines()
