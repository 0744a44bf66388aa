"""What workflows do that google-adk's do not, or cannot be compared in."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from google.genai import types
from pydantic import BaseModel

from adkconf.agents import Context, LlmAgent, LoopAgent, SequentialAgent
from adkconf.agents.run_config import RunConfig, ToolThreadPoolConfig
from adkconf.errors import StateSchemaError
from adkconf.events import Event
from adkconf.plugins.base_plugin import BasePlugin
from adkconf.runners import InMemoryRunner, Runner
from adkconf.sessions.in_memory_session_service import InMemorySessionService
from adkconf.tools import FunctionTool
from adkconf.workflow import (
    START,
    BaseNode,
    FunctionNode,
    JoinNode,
    Node,
    NodeAgent,
    NodeTimeoutError,
    RequestInput,
    Workflow,
    WorkflowConfigurationError,
    WorkflowDataError,
    node,
)
from tests.conftest import Replies, texts
from tests.workflow.conftest import IDS, outputs, paths


def plus(node_input: Any) -> str:
    said = node_input.parts[0].text if isinstance(node_input, types.Content) else node_input
    return f"{said}+"


def flow(*chain: Any, **fields: Any) -> Workflow:
    return Workflow(**{"name": "wf", "edges": [(START, *chain)], **fields})


async def test_runner_takes_a_node(stage: Any) -> None:
    runner = Runner(node=flow(plus), session_service=InMemorySessionService())
    assert (runner.app.name, runner.agent.name) == ("wf", "wf")
    runner.auto_create_session = True
    message = types.Content(role="user", parts=[types.Part(text="hi")])
    assert outputs([e async for e in runner.run_async(new_message=message, **IDS)]) == ["hi+"]


async def test_any_node_can_be_the_root(stage: Any) -> None:
    (event,) = await stage(FunctionNode(func=plus)).say()
    assert (event.author, event.output, event.node_info.path) == ("plus", "hi+", "plus@1")


async def test_a_workflow_can_be_a_sub_agent(stage: Any) -> None:
    first = LlmAgent(name="first", model=Replies(steps=["one"]))
    root = SequentialAgent(name="seq", sub_agents=[first, NodeAgent(flow(plus))])
    events = await stage(root).say()
    assert paths(events) == ["seq@1/first@1", "seq@1/wf@1/plus@1"]


@pytest.mark.parametrize("resumable", [False, True])
async def test_a_workflow_in_a_loop_starts_afresh_in_each_round(
    stage: Any, resumable: bool
) -> None:
    runs: list[int] = []
    inner = NodeAgent(flow(node(lambda: runs.append(1) or len(runs), name="count")))
    root = LoopAgent(name="loop", max_iterations=3, sub_agents=[inner])
    assert outputs(await stage(root, resumable=resumable).say()) == [1, 2, 3]


async def test_a_broken_answer_can_be_given_again(stage: Any) -> None:
    def ask() -> Any:
        return RequestInput(interrupt_id="q", response_schema=int)

    run = stage(flow(ask, node(lambda node_input: node_input + 1, name="next")))
    await run.say()
    with pytest.raises(WorkflowDataError, match="answer to 'q' does not fit .* valid integer"):
        await run.answer("q", "many")
    assert run.events[-1].error_code == "WorkflowDataError"
    assert outputs(await run.answer("q", "5")) == [6]


class Plan(BaseModel):
    city: str
    days: int


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (int, 3, "x"),
        (list, [1], "x"),
        (Plan, {"city": "Rome", "days": 2}, {"city": "Rome"}),
        ({"type": "boolean"}, True, "perhaps"),
    ],
)
async def test_answers_are_checked(stage: Any, schema: Any, good: Any, bad: Any) -> None:
    run = stage(
        flow(
            node(lambda: RequestInput(interrupt_id="q", response_schema=schema), name="ask"),
            node(lambda node_input: node_input, name="show"),
        )
    )
    await run.say()
    with pytest.raises(WorkflowDataError, match="does not fit"):
        await run.answer("q", bad)
    assert outputs(await run.answer("q", good)) == [good]


async def test_a_failed_run_goes_on_where_it_failed(stage: Any) -> None:
    calls: list[str] = []

    def first() -> str:
        calls.append("first")
        return "one"

    def second(node_input: str) -> str:
        calls.append("second")
        if len(calls) < 3:
            raise ValueError("not yet")
        return f"{node_input} two"

    run = stage(flow(first, second), resumable=True)
    with pytest.raises(ValueError, match="not yet"):
        await run.say()
    events = await run.say(None, invocation_id=run.events[0].invocation_id)
    assert (calls, outputs(events)) == (["first", "second", "second"], ["one", "one two"])
    assert await run.say(None, invocation_id=events[0].invocation_id) == []


async def test_agents_inside_go_on_from_their_checkpoints(stage: Any) -> None:
    model = Replies(steps=["one", RuntimeError("down"), "two"])
    agents = [LlmAgent(name=name, model=model) for name in ("a", "b")]
    sequence = node(SequentialAgent(name="seq", sub_agents=agents), rerun_on_resume=True)
    run = stage(flow(sequence), resumable=True)
    with pytest.raises(RuntimeError):
        await run.say()
    events = await run.say(None, invocation_id=run.events[0].invocation_id)
    said = [e.content.parts[0].text for e in events if e.content]
    assert (said, model.at) == (["two"], 3)


async def test_one_error_event_for_one_failure(stage: Any) -> None:
    def fail() -> None:
        raise ValueError("no")

    run = stage(Workflow(name="wf", edges=[(START, Workflow(name="in", edges=[(START, fail)]))]))
    with pytest.raises(ValueError, match="no"):
        await run.say()
    errors = [(e.error_code, e.node_info.path) for e in run.events if e.error_code]
    assert errors == [("ValueError", "wf@1/in@1/fail@1")]


async def test_two_outputs_at_the_end_are_refused(stage: Any) -> None:
    run = stage(Workflow(name="wf", edges=[(START, (plus, node(plus, name="other")))]))
    with pytest.raises(WorkflowConfigurationError, match="2 last nodes of workflow 'wf'"):
        await run.say()
    assert run.events[-1].node_info.path == "wf@1"


async def test_a_node_has_one_output(stage: Any) -> None:
    def twice() -> Any:
        yield 1
        yield 2

    with pytest.raises(ValueError, match="wf@1/twice@1 has an output already"):
        await stage(flow(twice)).say()


async def test_missing_parameters_are_told(stage: Any) -> None:
    def read(topic: str) -> None: ...

    with pytest.raises(WorkflowDataError, match="'read' needs a value for its parameter 'topic'"):
        await stage(flow(read)).say()


class Schema(BaseModel):
    x: int


def _write(ctx: Context) -> None:
    ctx.state["x"] = "text"


def _write_unknown(ctx: Context) -> None:
    ctx.state["unknown"] = 1


def _write_odd_prefix(ctx: Context) -> None:
    ctx.state["odd:x"] = 1


def _event(ctx: Context) -> Any:
    return Event(state={"x": "text"})


@pytest.mark.parametrize("write", [_write, _write_unknown, _write_odd_prefix, _event])
async def test_state_must_fit_the_schema(stage: Any, write: Any) -> None:
    run = stage(flow(write, state_schema=Schema))
    with pytest.raises(StateSchemaError):
        await run.say()
    assert run.events[-1].error_code == "StateSchemaError"
    assert "x" not in await run.state()


async def test_the_schema_holds_for_tools_of_agents_inside(stage: Any) -> None:
    def tool(tool_context: Context) -> str:
        tool_context.state["temp:free"] = 1
        tool_context.state["x"] = "text"
        return "written"

    agent = LlmAgent(name="agent", model=Replies(steps=[[("tool", {})], "done"]), tools=[tool])
    with pytest.raises(StateSchemaError):
        await stage(flow(agent, state_schema=Schema)).say()


async def test_a_tool_waits_for_a_persons_word(stage: Any) -> None:
    done: list[str] = []

    def delete(file: str) -> str:
        """Deletes."""
        done.append(file)
        return f"deleted {file}"

    tool = FunctionTool(delete, require_confirmation=True)
    run = stage(flow(node(lambda: {"file": "a"}, name="choose"), tool))
    (_, asked) = await run.say()
    question = asked.get_function_calls()[0]
    assert (question.name, done) == ("adk_request_input", [])
    assert question.args["payload"] == {"tool_name": "delete", "args": {"file": "a"}}
    assert outputs(await run.answer(question.id, {"confirmed": True})) == ["deleted a"]


async def test_a_rejected_tool_is_not_called(stage: Any) -> None:
    tool = FunctionTool(plus_tool, require_confirmation=True)
    run = stage(flow(tool))
    (asked,) = await run.say()
    (event,) = await run.answer(asked.get_function_calls()[0].id, {"confirmed": False})
    assert "rejected" in event.output["error"]


def plus_tool(text: str) -> str:
    """Adds."""
    raise AssertionError(text)


async def test_a_tool_that_gets_nonsense_says_what_it_needs(stage: Any) -> None:
    def two(a: int, b: int) -> int:
        """Adds."""
        return a + b

    with pytest.raises(WorkflowDataError, match=r"needs a dict of its arguments \(a, b\)"):
        await stage(flow(node(lambda: [1], name="list"), FunctionTool(two))).say()


async def test_models_inside_see_only_what_they_are_asked(stage: Any) -> None:
    models = [Replies(steps=["one"]), Replies(steps=["two"])]
    agents = [LlmAgent(name=f"a{i}", model=m, instruction="Go.") for i, m in enumerate(models)]
    run = stage(flow(*agents))
    await run.say("hi")
    await run.say("more")
    assert [texts(r.contents) for m in models for r in m.requests] == [
        ["user: hi"],
        ["user: more"],
        ["user: one"],
        ["user: one"],
    ]
    assert models[0].requests[0].config.system_instruction == "Go."


async def test_models_inside_see_everything_when_told_so(stage: Any) -> None:
    model = Replies(steps=["one"])
    agent = LlmAgent(name="agent", model=model, include_contents="default")
    run = stage(flow(plus, agent))
    await run.say("hi")
    await run.say("more")
    assert texts(model.requests[1].contents) == [
        "user: hi",
        "model: one",
        "user: more",
        "user: more+",
    ]


async def test_the_same_agent_can_run_for_many_items_at_once(stage: Any) -> None:
    model = Replies(steps=["same"])
    agent = LlmAgent(name="agent", model=model)
    many = node(lambda: ["a", "b", "c"], name="many")
    events = await stage(flow(many, node(agent, parallel_worker=True)), resumable=True).say()
    assert outputs(events)[-1] == ["same"] * 3
    assert sorted(texts(r.contents)[0] for r in model.requests) == ["user: a", "user: b", "user: c"]


async def test_a_node_that_is_too_slow_is_stopped(stage: Any) -> None:
    stopped = asyncio.Event()

    async def slow() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            stopped.set()

    with pytest.raises(NodeTimeoutError, match="Node 'slow' timed out after 0.01 seconds"):
        await stage(flow(node(slow, timeout=0.01))).say()
    assert stopped.is_set()


async def test_leaving_a_run_early_stops_its_nodes(stage: Any) -> None:
    stopped = asyncio.Event()

    async def slow() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            stopped.set()

    runner = InMemoryRunner(node=Workflow(name="wf", edges=[(START, (plus, slow))]))
    runner.auto_create_session = True
    message = types.Content(role="user", parts=[types.Part(text="hi")])
    run = runner.run_async(new_message=message, **IDS)
    await anext(run)
    await run.aclose()
    assert stopped.is_set()


async def test_children_need_a_parent_that_can_run_again(stage: Any) -> None:
    async def boss(ctx: Context) -> None:
        await ctx.run_node(plus, 1)

    with pytest.raises(ValueError, match="'boss' runs other nodes and needs rerun_on_resume"):
        await stage(flow(boss)).say()


async def test_a_child_that_nobody_awaits_still_finishes(stage: Any) -> None:
    async def later(node_input: int) -> int:
        await asyncio.sleep(0.01)
        return node_input

    tasks = []

    async def boss(ctx: Context) -> None:
        tasks.append(asyncio.create_task(ctx.run_node(later, 7)))
        await asyncio.sleep(0)

    assert outputs(await stage(flow(node(boss, rerun_on_resume=True))).say()) == [7]


async def test_children_at_once_under_one_run_id_run_once(stage: Any) -> None:
    runs: list[int] = []

    async def work() -> int:
        runs.append(1)
        await asyncio.sleep(0)
        return 5

    async def boss(ctx: Context) -> Any:
        return await asyncio.gather(*(ctx.run_node(work, run_id="w") for _ in range(3)))

    events = await stage(flow(node(boss, rerun_on_resume=True))).say()
    assert (outputs(events), runs) == ([5, [5, 5, 5]], [1])


@pytest.mark.parametrize("resumable", [False, True])
async def test_workers_that_are_done_are_not_run_again(stage: Any, resumable: bool) -> None:
    runs: list[int] = []

    def check(node_input: int) -> Any:
        runs.append(node_input)
        return RequestInput(interrupt_id="q") if node_input == 2 else node_input * 10

    items = node(lambda: [1, 2, 3], name="items")
    run = stage(flow(items, node(check, parallel_worker=True)), resumable=resumable)
    await run.say()
    events = await run.answer("q", 99)
    assert (outputs(events)[-1], sorted(runs)) == ([10, 99, 30], [1, 2, 3])


async def test_a_node_class_of_ones_own(stage: Any) -> None:
    class Twice(BaseNode):
        suffix: str = "!"

        async def _run_impl(self, *, ctx: Context, node_input: Any) -> Any:
            yield None
            yield f"{plus(node_input) * 2}{self.suffix}"

    assert outputs(await stage(flow(Twice(name="twice"))).say()) == ["hi+hi+!"]


async def test_a_node_waits_until_it_has_an_output(stage: Any) -> None:
    class Pair(BaseNode):
        wait_for_output: bool = True

        async def _run_impl(self, *, ctx: Context, node_input: Any) -> Any:
            seen = ctx.state["seen"] = [*ctx.state.get("seen", []), node_input]
            if len(seen) == 2:
                yield seen

    other = node(plus, name="other")
    pair = Pair(name="pair")
    assert outputs(await stage(flow((plus, other), pair)).say())[-1] == ["hi+", "hi+"]


async def test_sync_functions_run_in_the_tool_threads(stage: Any) -> None:
    config = RunConfig(tool_thread_pool_config=ToolThreadPoolConfig(max_workers=1))
    name = node(lambda: threading.current_thread().name, name="name")
    (event,) = await stage(flow(name)).say(run_config=config)
    assert event.output.startswith("adkconf-tool")


async def test_closing_the_runner_closes_the_models_inside() -> None:
    closed: list[str] = []

    class Closing(Replies):
        async def close(self) -> None:
            closed.append("closed")

    inner = flow(LlmAgent(name="agent", model=Closing(steps=["x"])), name="inner")
    async with InMemoryRunner(node=flow(plus, inner)):
        pass
    assert closed == ["closed"]


async def test_events_of_a_plugin_that_fails_end_the_run(stage: Any) -> None:
    class Broken(BasePlugin):
        async def on_event_callback(self, **_: Any) -> None:
            raise RuntimeError("broken")

    run = stage(flow(plus), plugins=[Broken(name="broken")])
    with pytest.raises(RuntimeError, match="broken"):
        await run.say()


async def test_a_join_checks_each_input(stage: Any) -> None:
    join = JoinNode(name="join", input_schema=int)
    numbers = [node(lambda i=i: str(i), name=f"n{i}") for i in range(2)]
    assert outputs(await stage(flow(tuple(numbers), join)).say())[-1] == {"n0": 0, "n1": 1}


def _delete(file: str) -> str:
    return f"deleted {file}"


@pytest.mark.parametrize(
    ("confirmed", "expected"),
    [(True, "deleted a"), (False, {"error": "A person rejected this call."})],
)
async def test_a_function_waits_for_a_persons_word(
    stage: Any, confirmed: bool, expected: Any
) -> None:
    delete = node(_delete, require_confirmation=True, parameter_binding="node_input")
    run = stage(flow(node(lambda: {"file": "a"}, name="choose"), delete))
    (_, asked) = await run.say()
    question = asked.get_function_calls()[0]
    assert question.args["payload"] == {"tool_name": "_delete", "args": {"file": "a"}}
    assert outputs(await run.answer(question.id, {"confirmed": confirmed})) == [expected]


@pytest.mark.parametrize(("file", "asked"), [("a", 0), ("secret", 1)])
async def test_a_function_says_when_a_person_is_asked(stage: Any, file: str, asked: int) -> None:
    delete = node(
        FunctionNode(func=_delete, parameter_binding="node_input"),
        require_confirmation=lambda file: file == "secret",
    )
    events = await stage(flow(node(lambda: {"file": file}, name="choose"), delete)).say()
    assert len(events[-1].get_function_calls()) == asked


async def test_a_confirmation_must_be_one(stage: Any) -> None:
    run = stage(flow(node(plus, require_confirmation=True)))
    (asked,) = await run.say()
    question = asked.get_function_calls()[0].id
    with pytest.raises(WorkflowDataError, match="confirmed"):
        await run.answer(question, {"confirmed": "perhaps"})
    assert outputs(await run.answer(question, {"confirmed": True})) == ["hi+"]


class Shout(Node):
    suffix: str = "!"

    async def run_node_impl(self, *, ctx: Context, node_input: Any) -> Any:
        yield f"{node_input}{self.suffix}"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({}, "['a', 'b']!"), ({"parallel_worker": True, "max_parallel_workers": 1}, ["a!", "b!"])],
)
async def test_a_class_of_ones_own_can_run_for_each_item(
    stage: Any, fields: dict[str, Any], expected: Any
) -> None:
    many = node(lambda: ["a", "b"], name="many")
    events = await stage(flow(many, Shout(name="shout", **fields))).say()
    assert outputs(events)[-1] == expected
    assert events[-1].node_info.path == "wf@1/shout@1"
