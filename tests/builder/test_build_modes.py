"""Modes of agents as files have them, built out of either engine."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.builder.two_engines import ENGINES, built, play

if TYPE_CHECKING:
    from conftest import Project

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

SCENES: dict[str, str] = {
    "task": """
        root_agent:
          name: root
          model: {scripted: [{call: {name: helper, args: {request: look}}}, {text: done}]}
          sub_agents:
            - name: helper
              mode: task
              output_key: found
              model:
                scripted:
                  - text: which one?
                  - call: {name: finish_task, args: {result: this}}
    """,
    "single turn": """
        root_agent:
          name: root
          model: {scripted: [{call: {name: helper, args: {request: look}}}, {text: done}]}
          sub_agents:
            - {name: helper, mode: single_turn, output_key: found, model: echo}
    """,
    "task at the root": """
        root_agent:
          name: root
          mode: task
          model: {scripted: [{text: how many?}, {call: {name: finish_task, args: {result: three}}}]}
    """,
}


def without_ids(played: dict[str, Any]) -> str:
    """What was played as text; the ids of calls, which name branches and scopes, are numbered."""
    known: dict[str, str] = {}
    return re.sub(
        r"adk-[0-9a-f-]{36}",
        lambda match: known.setdefault(match.group(), f"id{len(known)}"),
        json.dumps(played, indent=1, sort_keys=True),
    )


@pytest.mark.parametrize("name", SCENES)
async def test_modes_of_a_file_run_alike_on_both_engines(project: Project, name: str) -> None:
    ours, theirs = [
        without_ids(await play(await built(project, engine, SCENES[name]), "hi", "this one"))
        for engine in ENGINES
    ]
    assert '"finish_task"' in ours or name == "single turn"
    assert theirs == ours


async def test_a_chat_behind_another_node_is_found_in_the_file(project: Project) -> None:
    found = await project.problem(
        """
name: app
root_agent:
  agent_class: Workflow
  name: flow
  nodes: {a: {model: echo}, b: {model: echo, mode: chat}}
  edges: [[START, a, b]]
"""
    )
    assert (found.code, "'chat'" in found.message) == ("E604", True)
