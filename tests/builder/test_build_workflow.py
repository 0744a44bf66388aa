from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project

Say = Callable[..., Awaitable[str]]

NODES = """
from google.genai import types
from adkconf.events import Event

def judge(node_input):
    return Event(route="long" if len(node_input.parts[0].text) > 3 else "short")

def shout(node_input=None):
    return Event(message=types.ModelContent("LONG"))

def whisper(node_input=None):
    return Event(message=types.ModelContent("short"))

def letters(node_input): return "letters"
def digits(node_input): return "digits"
def tell(node_input): return Event(message=types.ModelContent(str(sorted(node_input.values()))))
"""


async def test_a_workflow_goes_the_way_that_its_routes_choose(project: Project, say: Say):
    project.write("nodes.py", NODES)
    built = await project.build(
        """
        name: app
        root_agent:
          agent_class: Workflow
          name: flow
          edges:
            - [START, ./nodes.py:judge, {long: ./nodes.py:shout, short: ./nodes.py:whisper}]
        """
    )
    assert [await say(built, "ab"), await say(built, "abcdef")] == ["short", "LONG"]


async def test_a_workflow_fans_out_and_joins(project: Project, say: Say):
    project.write("nodes.py", NODES)
    built = await project.build(
        """
        name: app
        root_agent:
          agent_class: Workflow
          name: flow
          nodes:
            join: {agent_class: JoinNode}
            told: {agent_class: FunctionNode, name: told, func_code: ./nodes.py:tell, timeout: 5}
          edges:
            - [START, [./nodes.py:letters, ./nodes.py:digits], join, told]
        """
    )
    assert await say(built) == "['digits', 'letters']"


async def test_an_agent_is_a_node(project: Project, say: Say):
    built = await project.build(
        """
        name: app
        root_agent:
          agent_class: Workflow
          name: flow
          nodes: {writer: {name: writer, model: {scripted: [{text: written}]}}}
          edges: [[START, writer]]
        """
    )
    assert await say(built) == "written"


async def test_every_broken_node_is_told_at_its_place(project: Project):
    project.write("nodes.py", "def go(): ...\nraise OSError('no')\n")
    project.write("other.py", "go = 3\n")
    found = await project.problems(
        """
        name: app
        root_agent:
          agent_class: Workflow
          name: flow
          nodes:
            a: ./nodes.py:go
            b: ./other.py:go
            c: {agent_class: FunctionNode, func_code: ./other.py:go}
          edges: [[START, a, b, c]]
        """
    )
    assert [(item.line, item.code) for item in found] == [(7, "E702"), (8, "E703"), (9, "E704")]
