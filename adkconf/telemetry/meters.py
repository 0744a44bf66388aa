"""Histograms of how long runs, agents, model calls and tools take, and of what they use.

Names, units and attributes are those of google-adk and of OpenTelemetry's GenAI conventions.
"""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.metrics import Meter

from adkconf.telemetry.attributes import ERROR_TYPE, Attributes, Value

_AGENT = "gen_ai.agent.name"
_OPERATION = "gen_ai.operation.name"
_MODEL = "gen_ai.request.model"
_ANSWERED_BY = "gen_ai.response.model"
_OF_CALLS = (_AGENT, _OPERATION, "gen_ai.provider.name", _MODEL, _ANSWERED_BY)
_OF_TOOLS = (_AGENT, "gen_ai.tool.name", "gen_ai.tool.type")
_OF_WORKFLOWS = (_OPERATION, "gen_ai.workflow.name", "gen_ai.workflow.nested")
_TOKENS = {"input": "gen_ai.usage.input_tokens", "output": "gen_ai.usage.output_tokens"}

_SECONDS_OF_AGENTS = [0.1 * 2**n for n in range(13)]
_SECONDS_OF_TOOLS = [0.01 * 2**n for n in range(14)]
_COUNTS = [0, 1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 64, 128, 256, 512]


class Meters:
    """Takes what a span told when it has ended, whether the span itself is kept or not."""

    def __init__(self, meter: Meter) -> None:
        self._run = meter.create_histogram("gen_ai.invoke_workflow.duration", unit="s")
        self._call = meter.create_histogram("gen_ai.client.operation.duration", unit="s")
        self._tokens = meter.create_histogram("gen_ai.client.token.usage", unit="{token}")
        self._agent = meter.create_histogram(
            "gen_ai.invoke_agent.duration",
            unit="s",
            explicit_bucket_boundaries_advisory=_SECONDS_OF_AGENTS,
        )
        self._tool = meter.create_histogram(
            "gen_ai.execute_tool.duration",
            unit="s",
            explicit_bucket_boundaries_advisory=_SECONDS_OF_TOOLS,
        )
        self._agent_calls = meter.create_histogram(
            "gen_ai.invoke_agent.inference_calls",
            unit="1",
            explicit_bucket_boundaries_advisory=_COUNTS,
        )
        self._agent_tools = meter.create_histogram(
            "gen_ai.invoke_agent.tool_calls",
            unit="1",
            explicit_bucket_boundaries_advisory=_COUNTS,
        )

    def take(self, told: Attributes, seconds: float, calls: int, tools: int) -> None:
        """Records a span by its operation; `calls` and `tools` are those of an agent."""
        match told[_OPERATION]:
            case "invoke_workflow":
                self._run.record(seconds, _some(told, _OF_WORKFLOWS, ERROR_TYPE))
            case "invoke_agent":
                self._agent.record(seconds, _some(told, (_AGENT,), ERROR_TYPE))
                self._agent_calls.record(calls, _some(told, (_AGENT,)))
                self._agent_tools.record(tools, _some(told, (_AGENT,)))
            case "execute_tool":
                self._tool.record(seconds, _some(told, _OF_TOOLS, ERROR_TYPE))
            case "generate_content":
                self._take_call(told, seconds)

    def _take_call(self, told: Attributes, seconds: float) -> None:
        # A model that does not tell which one it is has failed, or is the one that was asked.
        if ERROR_TYPE not in told and _MODEL in told:
            told = {_ANSWERED_BY: told[_MODEL], **told}
        self._call.record(seconds, _some(told, _OF_CALLS, ERROR_TYPE))
        for kind, name in _TOKENS.items():
            count = told.get(name)
            if isinstance(count, int) and count > 0:
                self._tokens.record(count, {**_some(told, _OF_CALLS), "gen_ai.token.type": kind})


def _some(told: Attributes, names: tuple[str, ...], *more: str) -> Mapping[str, Value]:
    return {name: told[name] for name in (*names, *more) if name in told}
