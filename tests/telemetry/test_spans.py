"""Which spans a run makes, what is below what, and what they tell."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from google.genai import types
from opentelemetry import trace
from opentelemetry.trace import StatusCode

from adkconf.agents import LlmAgent, LoopAgent, ParallelAgent, SequentialAgent
from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins import BasePlugin
from adkconf.telemetry import TelemetryConfig
from adkconf.tools import AgentTool
from tests.conftest import Replies, says
from tests.plugins.conftest import agent, plugin, started, turn
from tests.telemetry.conftest import Traces

RUN, ROOT, CALL = "invoke_workflow root", "invoke_agent root", "generate_content replies"
WEATHER = [("weather", {"city": "Rome"})]


def quiet(name: str, *steps: Any, **fields: Any) -> LlmAgent:
    return LlmAgent(name=name, model=Replies(steps=list(steps) or [name]), **fields)


async def play(traces: Traces, root: Any, *others: BasePlugin, **options: Any) -> None:
    runner = await started(root, traces.plugin(), *others)
    await turn(runner, **options)


async def test_run_agent_call_and_tool_stand_as_in_google_adk(traces: Traces) -> None:
    await play(traces, agent(WEATHER, "sunny"))
    assert traces.tree() == [[RUN, [ROOT, [CALL], ["execute_tool weather"], [CALL]]]]


async def test_parallel_tools_are_siblings_and_overlap(traces: Traces) -> None:
    async def wait(seconds: float) -> str:
        """Waits."""
        await asyncio.sleep(seconds)
        return "done"

    call = ("wait", {"seconds": 0.02})
    await play(traces, agent([call, call], "ok", tools=[wait]))
    tool = ["execute_tool wait"]
    assert traces.tree() == [[RUN, [ROOT, [CALL], tool, tool, [CALL]]]]
    one, two = [span for span in traces.spans if span.name == tool[0]]
    assert two.start_time < one.end_time


async def test_parallel_agents_keep_their_own_calls(traces: Traces) -> None:
    def weather() -> str:
        """Tells."""
        return "sunny"

    children = [quiet(name, [("weather", {})], "ok", tools=[weather]) for name in ("a", "b")]
    await play(traces, ParallelAgent(name="root", sub_agents=children))
    tree = traces.tree()
    assert [tree[0][0], tree[0][1][0]] == [RUN, ROOT]
    one = [[CALL], ["execute_tool weather"], [CALL]]
    assert sorted(tree[0][1][1:]) == [[f"invoke_agent {name}", *one] for name in ("a", "b")]


async def test_nested_workflows_are_nested_spans(traces: Traces) -> None:
    pair = ParallelAgent(name="par", sub_agents=[quiet("a"), quiet("b")])
    loop = LoopAgent(name="loop", max_iterations=2, sub_agents=[quiet("c")])
    await play(traces, SequentialAgent(name="root", sub_agents=[pair, loop]))
    ((_, (_, par, loop_)),) = traces.tree()
    assert par[0] == "invoke_agent par"
    assert sorted(par[1:]) == [["invoke_agent a", [CALL]], ["invoke_agent b", [CALL]]]
    assert loop_ == ["invoke_agent loop", *[["invoke_agent c", [CALL]]] * 2]


async def test_agent_that_takes_over_stands_beside_the_one_that_handed_over(traces: Traces) -> None:
    hand_over = [("transfer_to_agent", {"agent_name": "sub"})]
    await play(traces, agent(hand_over, sub_agents=[quiet("sub")]))
    tool = ["execute_tool transfer_to_agent"]
    assert traces.tree() == [[RUN, [ROOT, [CALL], tool], ["invoke_agent sub", [CALL]]]]


async def test_run_of_an_agent_used_as_a_tool_stands_below_the_tool(traces: Traces) -> None:
    call = ("inner", {"request": "tell"})
    root = agent([call, call], "done", tools=[AgentTool(quiet("inner"))])
    await play(traces, root)
    inner = ["invoke_workflow inner", ["invoke_agent inner", [CALL]]]
    tool = ["execute_tool inner", inner]
    assert traces.tree() == [[RUN, [ROOT, [CALL], tool, tool, [CALL]]]]
    nested = [span.attributes.get("gen_ai.workflow.nested") for span in traces.spans]
    assert nested.count(True) == 2


async def test_spans_that_a_tool_makes_stand_below_it(traces: Traces) -> None:
    def weather(city: str) -> str:
        """Tells."""
        traces.provider.get_tracer("mine").start_span("mine").end()
        return city

    await play(traces, agent(WEATHER, "ok", tools=[weather]))
    assert traces.tree() == [[RUN, [ROOT, [CALL], ["execute_tool weather", ["mine"]], [CALL]]]]


class Fetching(Replies):
    """Makes a span of its own, as an HTTP client does."""

    async def generate_content_async(self, llm_request: Any, stream: bool = False) -> Any:
        trace.get_tracer("mine", tracer_provider=self.provider).start_span("POST").end()
        async for response in super().generate_content_async(llm_request, stream):
            yield response

    provider: Any


@pytest.mark.parametrize("mode", [StreamingMode.NONE, StreamingMode.SSE])
async def test_requests_of_a_model_stand_below_its_call(
    traces: Traces, mode: StreamingMode
) -> None:
    model = Fetching(steps=["one two three"], provider=traces.provider)
    await play(traces, agent(model=model), run_config=RunConfig(streaming_mode=mode))
    assert traces.tree() == [[RUN, [ROOT, [CALL, ["POST"]]]]]


async def test_run_stands_below_the_span_of_its_caller(traces: Traces) -> None:
    with traces.provider.get_tracer("web").start_as_current_span("POST /run"):
        await play(traces, agent("hi"))
    assert traces.tree() == [["POST /run", [RUN, [ROOT, [CALL]]]]]


async def test_runs_of_a_session_are_separate_traces(traces: Traces) -> None:
    runner = await started(agent("hi"), traces.plugin())
    await turn(runner)
    await turn(runner)
    assert traces.tree() == [[RUN, [ROOT, [CALL]]]] * 2
    assert len({span.context.trace_id for span in traces.spans}) == 2


@pytest.mark.parametrize("hook", ["before_agent", "before_model", "before_run", "before_tool"])
async def test_spans_end_when_a_later_plugin_answers(traces: Traces, hook: str) -> None:
    answer: Any = says("answered")
    if hook == "before_model":
        answer = LlmResponse(content=answer)
    root = SequentialAgent(name="root", sub_agents=[agent(WEATHER, "a", name="a"), quiet("b")])
    await play(traces, root, plugin(**{hook: lambda _: {} if hook == "before_tool" else answer}))
    names = [span.name for span in traces.spans]
    assert names.count(RUN) == 1
    for span in traces.spans:
        if span.name in ("invoke_agent a", "invoke_agent b"):
            assert span.parent.span_id == traces.named(ROOT).context.span_id


async def test_spans_are_made_even_if_an_earlier_plugin_answers_first(traces: Traces) -> None:
    early = plugin("early", on_user_message=lambda given: given["user_message"])
    runner = await started(agent("hi"), early, traces.plugin())
    await turn(runner)
    assert traces.tree() == [[RUN, [ROOT, [CALL]]]]


async def test_attributes_have_google_adks_names(traces: Traces) -> None:
    usage = types.GenerateContentResponseUsageMetadata(
        prompt_token_count=7,
        candidates_token_count=3,
        thoughts_token_count=2,
        cached_content_token_count=4,
    )
    answer = LlmResponse(
        content=says("hi"),
        usage_metadata=usage,
        finish_reason=types.FinishReason.STOP,
        model_version="replies-1",
    )
    config = types.GenerateContentConfig(temperature=0.5, top_p=0.9, max_output_tokens=10)
    runner = await started(agent(answer, generate_content_config=config), traces.plugin())
    (event,) = await turn(runner)
    assert dict(traces.named(CALL).attributes) == {
        "gen_ai.operation.name": "generate_content",
        "gen_ai.provider.name": "_OTHER",
        "gen_ai.request.model": "replies",
        "gen_ai.request.max_tokens": 10,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.top_p": 0.9,
        "gen_ai.agent.name": "root",
        "gen_ai.conversation.id": "s",
        "gcp.vertex.agent.invocation_id": event.invocation_id,
        "gcp.vertex.agent.event_id": event.id,
        "gen_ai.response.model": "replies-1",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 7,
        "gen_ai.usage.output_tokens": 5,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.usage.reasoning.output_tokens": 2,
    }


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        ("gemini-2.5-flash", "gcp.gemini"),
        ("projects/p/locations/l/publishers/google/models/gemini-2.5-pro", "gcp.gemini"),
        ("claude-sonnet-4", "anthropic"),
        ("openai/gpt-5", "openai"),
        ("echo", "_OTHER"),
    ],
)
async def test_provider_is_told_from_the_models_name(
    traces: Traces, model: str, provider: str
) -> None:
    await play(traces, agent(model=Replies(model=model, steps=["hi"])))
    attributes = traces.named(f"generate_content {model}").attributes
    assert attributes["gen_ai.provider.name"] == provider


async def conversation(traces: Traces, **options: Any) -> str:
    """All attributes of a run whose every word is a canary."""
    root = agent(
        [("weather", {"city": "canary-argument", "api_key": "hidden"})],
        "canary-answer",
        instruction="canary-instruction",
        tools=[canary_tool],
    )
    root.model.steps[0] = [("canary_tool", {"city": "canary-argument", "api_key": "hidden"})]
    chosen = options.pop("chosen", None)
    telemetry = TelemetryConfig(capture_message_content=chosen) if chosen else None
    runner = await started(root, traces.plugin(**options))
    await turn(runner, "canary-message", run_config=RunConfig(telemetry=telemetry))
    return " ".join(str(dict(span.attributes or {})) for span in traces.spans)


def canary_tool(city: str, api_key: str) -> dict[str, str]:
    """Tells."""
    return {"result": "canary-result"}


WORDS = ["argument", "answer", "instruction", "message", "result"]


async def test_what_is_said_is_left_out(traces: Traces) -> None:
    told = await conversation(traces)
    assert [word for word in WORDS if f"canary-{word}" in told] == []


async def test_what_is_said_is_captured_on_request_without_secrets(traces: Traces) -> None:
    told = await conversation(traces, capture_content=True)
    assert [word for word in WORDS if f"canary-{word}" in told] == WORDS
    assert "hidden" not in told


@pytest.mark.parametrize(
    ("chosen", "default", "expected"),
    [
        ("SPAN_ONLY", False, WORDS),
        ("SPAN_AND_EVENT", False, WORDS),
        ("EVENT_ONLY", True, []),
        ("NO_CONTENT", True, []),
    ],
)
async def test_a_run_chooses_whether_what_is_said_is_captured(
    traces: Traces, chosen: str, default: bool, expected: list[str]
) -> None:
    told = await conversation(traces, chosen=chosen, capture_content=default)
    assert [word for word in WORDS if f"canary-{word}" in told] == expected


async def test_a_host_can_keep_runs_from_choosing(
    traces: Traces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADK_TELEMETRY_IGNORE_RUN_CONFIG", "true")
    assert "canary-answer" not in await conversation(traces, chosen="SPAN_ONLY")


async def test_failing_model_is_recorded_on_every_span_above_it(traces: Traces) -> None:
    runner = await started(agent(RuntimeError("down")), traces.plugin())
    with pytest.raises(RuntimeError):
        await turn(runner)
    assert traces.tree() == [[RUN, [ROOT, [CALL]]]]
    for span in traces.spans:
        assert (span.status.status_code, span.status.description) == (
            StatusCode.ERROR,
            "RuntimeError: down",
        )
        assert span.attributes["error.type"] == "RuntimeError"
        assert [event.name for event in span.events] == ["exception"]


async def test_failing_tool_is_recorded(traces: Traces) -> None:
    runner = await started(agent([("weather", {"city": "Atlantis"})]), traces.plugin())
    with pytest.raises(RuntimeError):
        await turn(runner)
    assert traces.named("execute_tool weather").status.description == "RuntimeError: boom!"
    assert traces.named(CALL).status.status_code is StatusCode.UNSET


async def test_tool_that_does_not_exist_is_recorded(traces: Traces) -> None:
    await play(traces, agent([("nope", {})], "ok"))
    assert traces.named("execute_tool nope").attributes["error.type"] == "ValueError"


async def test_error_answer_of_a_model_is_recorded(traces: Traces) -> None:
    await play(traces, agent(LlmResponse(error_code="SAFETY", error_message="no")))
    assert traces.named(CALL).attributes["error.type"] == "SAFETY"


async def test_failing_plugin_ends_all_spans(traces: Traces) -> None:
    def fail(_: Any) -> None:
        raise ValueError("oops")

    runner = await started(agent(WEATHER), traces.plugin(), plugin(before_tool=fail))
    with pytest.raises(RuntimeError):
        await turn(runner)
    assert traces.tree() == [[RUN, [ROOT, [CALL], ["execute_tool weather"]]]]


async def test_run_that_is_left_ends_its_spans(traces: Traces) -> None:
    runner = await started(agent(WEATHER, "sunny"), traces.plugin())
    run = runner.run_async(user_id="u", session_id="s", new_message=says("hi", "user"))
    await anext(run)
    await run.aclose()
    assert traces.tree() == [[RUN, [ROOT, [CALL]]]]


async def test_cancelled_run_ends_its_spans(traces: Traces) -> None:
    async def hang(_: Any) -> None:
        await asyncio.Event().wait()

    runner = await started(agent(WEATHER), traces.plugin(), plugin(after_tool=hang))
    task = asyncio.create_task(turn(runner))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert traces.tree() == [[RUN, [ROOT, [CALL], ["execute_tool weather"]]]]
    assert traces.named(RUN).attributes["error.type"] == "CancelledError"


async def test_escalation_that_stops_siblings_ends_their_spans(traces: Traces) -> None:
    def leave(tool_context: Any) -> None:
        """Leaves."""
        tool_context.actions.escalate = True

    async def hang() -> None:
        """Hangs."""
        await asyncio.Event().wait()

    leaver, hanger = quiet("a", [("leave", {})], tools=[leave]), quiet("b", [("hang", {})])
    hanger.tools = [hang]
    await play(traces, ParallelAgent(name="root", sub_agents=[leaver, hanger]))
    names = {span.name for span in traces.spans}
    assert {"invoke_agent b", "execute_tool leave", "execute_tool hang"} < names
    assert len(traces.spans) == 8


async def test_runs_leave_nothing_behind(traces: Traces) -> None:
    tracing = traces.plugin()
    runner = await started(agent("hi"), tracing)
    for _ in range(50):
        await turn(runner)
    task: Any = asyncio.current_task()
    assert tracing._runs == {}
    assert not [c for c in (task._callbacks or ()) if "watch_task" in repr(c)]
    assert len({span.context.span_id for span in traces.spans}) == 150
