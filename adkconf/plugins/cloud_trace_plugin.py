"""Traces of runs for OpenTelemetry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext, RunTally
from adkconf.errors import MissingExtraError
from adkconf.events.event import Event
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins.base_plugin import BasePlugin
from adkconf.tools.base_tool import BaseTool

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from adkconf.telemetry.run_spans import RunSpans


@dataclass(frozen=True)
class _Run:
    """An open run. Its contexts share the tally; as long as that is here, its id is its own."""

    tally: RunTally
    invocation_id: str
    spans: RunSpans
    leave_task: Callable[[], object]


class CloudTracePlugin(BasePlugin):
    """Makes a span of each run, agent, workflow node, model call and tool call, in google-adk's
    names: `invoke_workflow`, `invoke_agent`, `invoke_node`, `generate_content`, `execute_tool`.

    `endpoint` is a collector that speaks OTLP over HTTP, such as `http://localhost:4318`; without
    a path `/v1/traces` is added. `headers` are sent along. `console` writes spans to standard
    error. With neither, spans go to the tracer provider that the program has set, or else where
    OpenTelemetry's environment variables say. `service_name` names the program in the traces.

    How long everything takes, and how many tokens and calls it needs, is measured, too, for the
    meter provider that the program has set; with `metrics` it is sent to `endpoint`.

    What users and models say is left out unless `capture_content` is on, or the run's
    `telemetry` says otherwise. Put the plugin first: a
    plugin before it that answers a hook keeps the hook from it.

    Raises:
        MissingExtraError: the extra `otel` is not installed.
        InputValidationError: the endpoint is no HTTP address.
    """

    def __init__(  # noqa: PLR0913 (options of the language)
        self,
        endpoint: str | None = None,
        *,
        headers: dict[str, str] | None = None,
        console: bool = False,
        service_name: str | None = None,
        capture_content: bool = False,
        metrics: bool = False,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        name: str = "cloud_trace_plugin",
    ) -> None:
        super().__init__(name)
        try:
            # Optional: the extra `otel`. Nothing else imports it.
            from adkconf.telemetry import attributes, export, run_spans
        except ImportError as error:
            if not (error.name or "").startswith("opentelemetry"):
                raise
            raise MissingExtraError(
                type(self).__name__, extra="otel", package="opentelemetry-sdk"
            ) from error
        self._attributes = attributes
        self._new_run = run_spans.RunSpans
        self._capture_content = capture_content
        self._export = (
            export.open_export(endpoint, headers, console, service_name)
            if tracer_provider is None
            else export.Export(export.tracer_of(tracer_provider), tracer_provider)
        )
        self._metrics = (
            export.open_metrics(endpoint if metrics else None, headers, service_name)
            if meter_provider is None
            else export.MetricExport(export.meters_of(meter_provider))
        )
        self._runs: dict[int, _Run] = {}

    @property
    def tracer_provider(self) -> TracerProvider:
        """Where spans are made."""
        return self._export.provider

    async def on_user_message_callback(
        self, *, invocation_context: InvocationContext, user_message: types.Content
    ) -> types.Content | None:
        """Starts the run's span."""
        self._run(invocation_context)
        return None

    async def before_run_callback(
        self, *, invocation_context: InvocationContext
    ) -> types.Content | None:
        """Starts the run's span, if no message did."""
        self._run(invocation_context)
        return None

    async def on_event_callback(
        self, *, invocation_context: InvocationContext, event: Event
    ) -> Event | None:
        """Ends the spans of what the event is the answer of."""
        if not event.partial:
            answered = (response.id for response in event.get_function_responses())
            self._run(invocation_context).event(event.branch, event.id, answered)
        return None

    async def after_run_callback(self, *, invocation_context: InvocationContext) -> None:
        """Ends the run's spans."""
        self._end(id(invocation_context.tally))

    async def before_agent_callback(
        self, *, agent: BaseAgent, callback_context: Context
    ) -> types.Content | None:
        """Starts an agent's span."""
        ctx = callback_context.get_invocation_context()
        attributes = self._attributes.agent_attributes(ctx, agent)
        self._run(ctx).start_agent(
            ctx.branch, agent.name, ctx.node_path, attributes, lambda: ctx.end_invocation
        )
        return None

    async def after_agent_callback(
        self, *, agent: BaseAgent, callback_context: Context
    ) -> types.Content | None:
        """Ends an agent's span."""
        ctx = callback_context.get_invocation_context()
        self._run(ctx).end_agent(ctx.branch, agent.name)
        return None

    async def before_model_callback(
        self, *, callback_context: Context, llm_request: LlmRequest
    ) -> LlmResponse | None:
        """Starts a model call's span."""
        ctx = callback_context.get_invocation_context()
        attributes = self._attributes.request_attributes(ctx, llm_request)
        if self._captures_content(ctx):
            attributes = {**attributes, **self._attributes.request_content(llm_request)}
        self._run(ctx).start_call(ctx.branch, llm_request.model or "", attributes)
        return None

    async def after_model_callback(
        self, *, callback_context: Context, llm_response: LlmResponse
    ) -> LlmResponse | None:
        """Notes what the call cost and how it ended."""
        ctx = callback_context.get_invocation_context()
        if llm_response.partial:
            self._run(ctx).call_speaks(ctx.branch)
            return None
        attributes = self._attributes.response_attributes(llm_response)
        if self._captures_content(ctx):
            attributes = {**attributes, **self._attributes.response_content(llm_response)}
        self._run(ctx).call_answered(ctx.branch, attributes, llm_response.error_code)
        return None

    async def on_model_error_callback(
        self, *, callback_context: Context, llm_request: LlmRequest, error: Exception
    ) -> LlmResponse | None:
        """Notes that the call failed."""
        ctx = callback_context.get_invocation_context()
        self._run(ctx).call_answered(ctx.branch, {}, error)
        return None

    async def before_tool_callback(
        self, *, tool: BaseTool, tool_args: dict[str, Any], tool_context: Context
    ) -> dict[str, Any] | None:
        """Starts a tool call's span."""
        ctx, call_id = tool_context.get_invocation_context(), tool_context.function_call_id
        attributes = self._attributes.tool_attributes(ctx, tool, call_id)
        if self._captures_content(ctx):
            arguments = self._attributes.as_json(tool_args)
            attributes = {**attributes, "gen_ai.tool.call.arguments": arguments}
        self._run(ctx).start_tool(ctx.branch, call_id, tool.name, attributes)
        return None

    async def after_tool_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        result: dict[str, Any],
    ) -> dict[str, Any] | None:
        """Notes a tool's result."""
        ctx, call_id = tool_context.get_invocation_context(), tool_context.function_call_id
        told = {}
        if self._captures_content(ctx):
            told["gen_ai.tool.call.result"] = self._attributes.as_json(result)
        self._run(ctx).tool_answered(ctx.branch, call_id, told)
        return None

    async def on_tool_error_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: Context,
        error: Exception,
    ) -> dict[str, Any] | None:
        """Notes that a tool failed."""
        ctx, call_id = tool_context.get_invocation_context(), tool_context.function_call_id
        self._run(ctx).tool_answered(ctx.branch, call_id, {}, error)
        return None

    async def on_agent_error_callback(
        self, *, agent: BaseAgent, callback_context: Context, error: Exception
    ) -> None:
        """Ends the span of an agent that failed."""
        ctx = callback_context.get_invocation_context()
        self._run(ctx).end_agent(ctx.branch, agent.name, error)

    async def on_run_error_callback(
        self, *, invocation_context: InvocationContext, error: Exception
    ) -> None:
        """Ends the spans of a run that failed."""
        self._end(id(invocation_context.tally), error)

    def node_started(self, ctx: InvocationContext, path: str, *, is_workflow: bool) -> None:
        """Starts a workflow node's span."""
        name = path.rpartition("/")[2].rpartition("@")[0]
        # The workflow that the run begins with has the run's own span.
        if not is_workflow or "/" in path:
            attributes = self._attributes.node_attributes(ctx, name, is_workflow=is_workflow)
            kind = str(attributes["gen_ai.operation.name"])
            self._run(ctx).start_node(ctx.branch, path, f"{kind} {name}", attributes)

    def node_ended(self, ctx: InvocationContext, path: str, error: Exception | None) -> None:
        """Ends a workflow node's span."""
        self._run(ctx).end_node(path, error)

    async def close(self) -> None:
        """Ends the spans of runs that were left, and sends what is not sent yet."""
        for key in list(self._runs):
            self._end(key)
        await self._export.close()
        await self._metrics.close()

    def _captures_content(self, ctx: InvocationContext) -> bool:
        """Tells whether spans of this run hold what is said."""
        config = ctx.run_config.telemetry
        if config is None:
            return self._capture_content
        return config.captures_content(self._capture_content)

    def _run(self, ctx: InvocationContext) -> RunSpans:
        """Returns the spans of a run; it starts with the first hook that is heard."""
        key = id(ctx.tally)
        if key not in self._runs:
            nested = any(run.invocation_id == ctx.invocation_id for run in self._runs.values())
            attributes = self._attributes.run_attributes(ctx, nested=nested)
            spans = self._new_run(
                self._export.tracer, self._metrics.meters, ctx.agent.name, attributes
            )
            if self not in ctx.node_watchers:
                ctx.node_watchers.append(self)
            self._runs[key] = _Run(ctx.tally, ctx.invocation_id, spans, self._watch_task(key))
        return self._runs[key].spans

    def _watch_task(self, key: int) -> Callable[[], object]:
        """Ends the run with its task: no hook tells of a run that is cancelled.

        Returns what stops watching.
        """
        task = asyncio.current_task()
        assert task is not None

        def end(task: asyncio.Task[Any]) -> None:
            self._end(key, asyncio.CancelledError() if task.cancelled() else None)

        task.add_done_callback(end)
        return lambda: task.remove_done_callback(end)

    def _end(self, key: int, error: BaseException | None = None) -> None:
        if (run := self._runs.pop(key, None)) is not None:
            run.leave_task()
            run.spans.end(error)
