"""Workflows written in YAML run as the same workflows written in Python do."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.workflow import FunctionNode, JoinNode, ToolNode, Workflow

NODES = """\
    from adkconf.agents import LlmAgent
    from adkconf.events import Event, RequestInput
    from adkconf.workflow import START, Workflow
    from pydantic import BaseModel

    class Schema(BaseModel):
        n: int = 0

    def text(node_input: str):
        return node_input

    def plus(node_input):
        return f"{node_input}+"

    def count(node_input, ctx):
        ctx.state["n"] = ctx.state.get("n", 0) + 1
        return Event(route=ctx.state["n"] > 1, output=node_input)

    def number(node_input):
        return Event(route=len(node_input), output=node_input)

    def items():
        return [1, 2]

    def double(node_input):
        return node_input * 2

    def ask():
        return RequestInput(interrupt_id="q")

    def shout(what: str) -> str:
        \"\"\"Shouts.\"\"\"
        return what.upper()

    def agent():
        return LlmAgent(name="from_code", model="echo")

    class Other(BaseModel):
        m: int = 0

    def makes_m() -> Other:
        return Other()

    def takes_n(node_input: Schema):
        return node_input

    def flaky(ctx):
        if ctx.attempt_count < 2:
            raise ValueError("not yet")
        return ctx.attempt_count

    def same(node_input):
        return node_input

    def halves(ctx, node_input):
        ctx.state["seen"] = [*ctx.state.get("seen", []), node_input]
        if len(ctx.state["seen"]) == 2:
            return ctx.state["seen"]

    def call(ctx):
        return ctx.state["temp:mine"].api_key

    def keep(ctx, node_input):
        ctx.state["n"] = node_input

    inner = Workflow(name="inner", edges=[(START, plus)])
    """

HEAD = "name: app\nroot_agent:\n  agent_class: Workflow\n"


async def outputs(built: Any, message: Any = "hi") -> list[Any]:
    events = await built.runner.run_debug(message, quiet=True)
    return [event.output for event in events if event.output is not None]


async def workflow(project: Any, body: str) -> Any:
    project.write("nodes.py", NODES)
    return await project.build(HEAD + body)


async def test_chains_join_and_side_by_side(project):
    built = await workflow(
        project,
        """
  edges:
    - [START, ./nodes.py:text, [./nodes.py:plus, {agent_class: FunctionNode, name: second,
       func_code: nodes.plus}], {agent_class: JoinNode, name: join}]
""",
    )
    assert (await outputs(built))[-1] == {"plus": "hi+", "second": "hi+"}
    root = built.app.root_agent
    assert isinstance(root, Workflow)
    assert [type(node) for node in root.nodes_inside()] == [*[FunctionNode] * 3, JoinNode]


async def test_routes_that_look_like_booleans_and_numbers(project):
    built = await workflow(
        project,
        """
  nodes: {again: ./nodes.py:plus, done: ./nodes.py:items, other: ./nodes.py:ask}
  edges:
    - [START, ./nodes.py:text, ./nodes.py:count, {false: again, true: ./nodes.py:number}]
    - [number, {3: done, __DEFAULT__: other}]
    - [again, count]
""",
    )
    assert await outputs(built) == ["hi", "hi", "hi+", "hi+", "hi+", [1, 2]]


async def test_agents_tools_files_and_nested_workflows_are_nodes(project):
    project.write("echo.yaml", "name: said\nmodel: echo\ninstruction: Say it.\n")
    built = await workflow(
        project,
        """
  nodes:
    shout: {agent_class: ToolNode, tool: ./nodes.py:shout, timeout: 5}
    whisper: {model: {scripted: [{text: quiet}]}}
  edges:
    - [START, shout, whisper, {agent_class: Workflow, name: below, edges: [[START, nodes.plus]]}]
    - [below, ./nodes.py:inner, echo.yaml, {code: ./nodes.py:agent}]
""",
    )
    events = await built.runner.run_debug("hi", quiet=True)
    assert [event.node_info.path for event in events] == [
        "app@1/shout@1",
        "app@1/whisper@1",
        "app@1/below@1/plus@1",
        "app@1/inner@1/plus@1",
        "app@1/said@1",
        "app@1/from_code@1",
    ]
    assert [event.output for event in events[:4]] == ["HI", None, "quiet+", "quiet++"]
    assert isinstance(built.app.root_agent.graph.by_name["shout"], ToolNode)


async def test_options_of_nodes_and_workflows_are_in_effect(project):
    built = await workflow(
        project,
        """
  max_concurrency: 2
  timeout: 30
  state_schema: ./nodes.py:Schema
  retry_config: {max_attempts: 3, exceptions: [KeyError]}
  nodes:
    twice: {agent_class: FunctionNode, func_code: {name: nodes.double}, parallel_worker: true,
            max_parallel_workers: 1, retry_config: {max_attempts: 2}, timeout: 4}
    asked: {agent_class: FunctionNode, func_code: nodes.plus, require_confirmation: true}
  edges: [[START, ./nodes.py:items, twice, asked]]
""",
    )
    root = built.app.root_agent
    assert (root.max_concurrency, root.timeout, root.state_schema.__name__) == (2, 30, "Schema")
    assert (root.retry_config.max_attempts, root.retry_config.exceptions) == (3, ["KeyError"])
    worker = root.graph.by_name["twice"]
    assert (worker.max_parallel_workers, worker.node.timeout) == (1, 4)
    assert root.graph.by_name["asked"].require_confirmation
    assert (await outputs(built))[-1] == [2, 4]


async def test_a_node_that_waits_for_output_holds_up_those_behind_it(project):
    built = await workflow(
        project,
        """
  nodes:
    halves: {agent_class: FunctionNode, func_code: nodes.halves, wait_for_output: true}
  edges: [[START, ./nodes.py:text, [./nodes.py:plus, ./nodes.py:same], halves, ./nodes.py:double]]
""",
    )
    assert (await outputs(built))[-1] == ["hi+", "hi"] * 2


async def test_an_agent_can_have_the_options_of_a_node(project):
    built = await workflow(
        project,
        """
  nodes:
    each:
      agent_class: AgentNode
      agent: {name: writer, model: {scripted: [{text: one}, {text: two}]}}
      retry_config: {max_attempts: 2}
      timeout: 9
      parallel_worker: true
      max_parallel_workers: 1
  edges: [[START, ./nodes.py:items, each]]
""",
    )
    worker = built.app.root_agent.graph.by_name["each"]
    assert (worker.node.timeout, worker.node.retry_config.max_attempts) == (9, 2)
    assert (await outputs(built))[-1] == ["one", "two"]


async def test_a_nested_workflow_is_tried_again_and_works_on_lists(project):
    built = await workflow(
        project,
        """
  nodes:
    below:
      agent_class: Workflow
      retry_config: {max_attempts: 2, initial_delay: 0, jitter: 0}
      parallel_worker: true
      edges: [[START, {agent_class: FunctionNode, func_code: nodes.flaky, name: flaky,
                       retry_config: {max_attempts: 2, initial_delay: 0}}]]
  edges: [[START, ./nodes.py:items, below]]
""",
    )
    assert (await outputs(built))[-1] == [2, 2]


SCHEMAS = {
    "join": """
  nodes:
    join: {agent_class: JoinNode, input_schema: {type: string, minLength: 3}}
  edges: [[START, [./nodes.py:text, ./nodes.py:plus], join]]
""",
    "input": """
  input_schema: {type: string, maxLength: 1}
  edges: [[START, ./nodes.py:text]]
""",
    "output": """
  nodes:
    text: {agent_class: FunctionNode, func_code: nodes.text, output_schema: {type: integer}}
  edges: [[START, text]]
""",
    "state": """
  state_schema: {type: object, properties: {n: {type: integer}}}
  edges: [[START, ./nodes.py:text, ./nodes.py:keep]]
""",
}


@pytest.mark.parametrize("name", SCHEMAS)
async def test_data_is_checked_against_schemas_that_are_written_in_the_file(project, name):
    built = await workflow(project, SCHEMAS[name])
    with pytest.raises((ValueError, TypeError), match="'hi'"):
        await outputs(built)


async def test_data_that_fits_a_written_schema_passes(project):
    built = await workflow(
        project,
        """
  input_schema: {type: string}
  output_schema: {type: array, items: {type: integer}}
  state_schema: {type: object, properties: {n: {type: [integer, string]}}}
  edges: [[START, ./nodes.py:keep, ./nodes.py:items]]
""",
    )
    assert await outputs(built) == [[1, 2]]


async def test_a_workflow_below_another_agent(project):
    project.write("nodes.py", NODES)
    built = await project.build(
        """\
        name: app
        root_agent:
          agent_class: SequentialAgent
          sub_agents:
            - {name: first, model: echo}
            - {agent_class: Workflow, name: flow, edges: [[START, ./nodes.py:text]]}
        """
    )
    assert await outputs(built) == ["hi"]


async def test_an_answer_goes_on_in_the_middle(project):
    built = await workflow(project, "  edges: [[START, ./nodes.py:ask, ./nodes.py:plus]]\n")
    await outputs(built)
    answer = types.FunctionResponse(id="q", name="adk_request_input", response={"result": "yes"})
    message = types.Content(role="user", parts=[types.Part(function_response=answer)])
    ids = {"user_id": "debug_user_id", "session_id": "debug_session_id"}
    events = [event async for event in built.runner.run_async(new_message=message, **ids)]
    assert [event.output for event in events] == ["yes+"]


AUTH = """
  nodes:
    call:
      agent_class: FunctionNode
      func_code: nodes.call
      auth_config:
        auth_scheme: {type: apiKey, in: header, name: X-Key}
        credential_key: mine
  edges: [[START, call]]
"""


async def test_a_node_asks_for_the_credential_that_is_written_in_the_file(project):
    built = await workflow(project, AUTH)
    (asked,) = (await built.runner.run_debug("hi", quiet=True))[-1].get_function_calls()
    assert asked.name == "adk_request_credential"
    answer = types.FunctionResponse(id=asked.id, name=asked.name, response={"result": "secret"})
    message = types.Content(role="user", parts=[types.Part(function_response=answer)])
    ids = {"user_id": "debug_user_id", "session_id": "debug_session_id"}
    events = [event async for event in built.runner.run_async(new_message=message, **ids)]
    assert [event.output for event in events] == ["secret"]


async def test_an_answer_without_a_credential_is_told_and_can_be_given_again(project):
    built = await workflow(project, AUTH)
    (asked,) = (await built.runner.run_debug("hi", quiet=True))[-1].get_function_calls()
    ids = {"user_id": "debug_user_id", "session_id": "debug_session_id"}

    async def say(response: Any) -> Any:
        answer = types.FunctionResponse(id=asked.id, name=asked.name, response=response)
        message = types.Content(role="user", parts=[types.Part(function_response=answer)])
        return [event async for event in built.runner.run_async(new_message=message, **ids)]

    with pytest.raises(ValueError, match="has none in it"):
        await say({"result": {"nonsense": True}})
    assert [event.output for event in await say({"result": "secret"})] == ["secret"]


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        (
            AUTH.replace("credential_key: mine", "raw_auth_credential: {auth_type: none}"),
            (11, 42),
            "auth_type",
        ),
        (
            "  nodes: {a: ./nodes.py:takes_n}\n  edges: [[START, ./nodes.py:makes_m, a]]\n",
            (5, 10),
            "'makes_m' produces",
        ),
        (
            "  nodes: {a: ./nodes.py:Schema}\n  edges: [[START, a]]\n",
            (4, 14),
            "nodes.py:Schema is no node",
        ),
        (
            "  state_schema: nodes.Schema\n  edges: [[START, ./nodes.py:shout]]\n",
            (5, 10),
            "'what' of node 'shout' is not declared in Schema",
        ),
    ],
)
async def test_what_is_wrong_is_told_where_it_is(project, body, place, message):
    project.write("nodes.py", NODES)
    found = await project.problem(HEAD + body)
    assert message in found.message
    assert (found.line, found.column) == place
