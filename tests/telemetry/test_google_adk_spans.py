"""The same scenario makes the same spans as in google-adk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from google.genai import types
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from tests.conformance.engines import Engine
from tests.conformance.scenarios import SCENARIOS
from tests.conformance.workflow_scenarios import WORKFLOWS
from tests.telemetry.conftest import Traces, children_of

pytestmark = pytest.mark.filterwarnings("ignore")

SAME = [
    "text_with_output_key",
    "streamed_tool",
    "one_tool",
    "parallel_tools",
    "unknown_tool",
    "failing_tool",
    "failing_model_then_again",
    "transfer_stays_with_the_sub_agent",
    "sequence_hands_state_on",
    "loop_to_its_limit",
    "parallel_branches",
    "agent_as_a_tool",
    "agent_callbacks_answer",
]
# A tool as a node has a span of its own here, below that of the node.
SAME_WORKFLOWS = [
    "chain",
    "nested",
    "nested_at_the_end_and_side_by_side",
    "fan_out_and_join",
    "models_in_a_row",
    "models_side_by_side",
    "model_with_a_tool",
    "one_worker_for_each_item",
    "worker_models",
    "dynamic_nodes",
    "dynamic_model",
    "dynamic_workflow",
    "retried_until_it_works",
    "a_failure_stops_the_others",
    "agent_in_a_loop",
]
# What both sides tell. google-adk also lists the tools' declarations, and tells the type of an
# error only for tools.
TOLD = [
    "gen_ai.operation.name",
    "gen_ai.workflow.name",
    "gen_ai.workflow.nested",
    "gen_ai.agent.name",
    "gen_ai.agent.description",
    "gen_ai.tool.name",
    "gen_ai.tool.type",
    "gen_ai.request.model",
    "gen_ai.response.finish_reasons",
]


@pytest.fixture(scope="module")
def theirs() -> Iterator[Traces]:
    """google-adk takes its tracer from the whole process, once; its server sets one itself."""
    traces = Traces()
    before = trace.get_tracer_provider()
    if isinstance(before, TracerProvider):
        before.add_span_processor(SimpleSpanProcessor(traces.exporter))
        yield traces
        return
    trace.set_tracer_provider(traces.provider)
    yield traces
    traces.provider.shutdown()
    trace._TRACER_PROVIDER = None
    trace._TRACER_PROVIDER_SET_ONCE._done = False


async def play(engine: Engine, name: str, *plugins: Any) -> None:
    scene = (SCENARIOS.get(name) or WORKFLOWS[name])(engine)
    runner = engine.runner(scene.root, list(plugins), **scene.app)
    ids = {"user_id": "u", "session_id": "s"}
    await runner.session_service.create_session(app_name="demo", **ids)
    message = types.Content(role="user", parts=[types.Part(text="hi")])
    config = engine.run_config(**scene.run)
    with suppress(RuntimeError, ValueError):
        run = runner.run_async(new_message=message, run_config=config, **ids)
        assert [event async for event in run]


def without_merges(traces: Traces) -> list[ReadableSpan]:
    """google-adk makes one more span for the joint result of parallel tools."""
    return [span for span in traces.spans if span.name != "execute_tool (merged)"]


def told(span: ReadableSpan) -> dict[str, Any]:
    attributes = span.attributes or {}
    return {name: attributes[name] for name in TOLD if name in attributes}


@pytest.mark.parametrize("name", [*SAME, *SAME_WORKFLOWS])
async def test_spans_agree(name: str, traces: Traces, theirs: Traces) -> None:
    theirs.exporter.clear()
    await play(Engine("google.adk"), name)
    await play(Engine("adkconf"), name, traces.plugin())
    other = without_merges(theirs)
    assert sorted(traces.tree()) == sorted(children_of(None, other))
    key = lambda span: (span.name, str(told(span)), str(span.status.status_code))  # noqa: E731
    assert sorted(map(key, traces.spans)) == sorted(map(key, other))
