"""One model call with its callbacks, and the events of its answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import uuid4

from google.genai import types

from adkconf.agents.callbacks import checked, first_answer
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.run_config import StreamingMode
from adkconf.events.event import Event, NodeInfo
from adkconf.events.event_actions import EventActions
from adkconf.flows.code_execution import find_code
from adkconf.flows.planning import plan_answer
from adkconf.flows.port import LlmAgentPort
from adkconf.flows.shared_contents import SharedContents
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse

_AFTER_MODEL = "after_model_callback"


async def call_model(
    ctx: InvocationContext, agent: LlmAgentPort, request: LlmRequest
) -> AsyncGenerator[Event, None]:
    """Yields the events of one answer: fragments, and then the whole, all with one id."""
    answer = _Answer(ctx, agent, request)
    if (response := await before_model(ctx, agent, request, answer.context)) is not None:
        yield await answer.event(response)
        return
    ctx.count_llm_call()
    heard = agent.after_model_callback or ctx.plugin_manager.overridden(_AFTER_MODEL)
    async with aclosing(_ask(ctx, agent, request, answer.context)) as responses:
        async for given in responses:
            response = await after_model(ctx, agent, given, answer.context) if heard else given
            yield await answer.event(response)


class _Answer:
    """Makes the events of one answer; what callbacks write belongs to its first whole event."""

    def __init__(self, ctx: InvocationContext, agent: LlmAgentPort, request: LlmRequest) -> None:
        self._ctx = ctx
        self._agent = agent
        self._request = request
        self._node_path = ctx.node_path
        self._event_id: str | None = None
        self._actions = EventActions()
        self.context = Context(ctx, event_actions=self._actions)

    async def event(self, response: LlmResponse) -> Event:
        """Makes the event of a response, which planner and code executor may change."""
        ctx, agent = self._ctx, self._agent
        if agent.planner is not None:
            response = plan_answer(agent, self.context, response)
        if agent.code_executor is not None:
            response = await find_code(ctx, agent, self.context, response)
        self.context.settle()
        self._event_id = self._event_id or Event.new_id()
        event = response_event(
            ctx, agent, response, self._event_id, self._actions, node_path=self._node_path
        )
        if not response.partial:
            name_calls(event, self._request)
            _flag_silence(event)
            self._event_id, self._actions = None, EventActions()
        return event


async def _ask(
    ctx: InvocationContext, agent: LlmAgentPort, request: LlmRequest, context: Context
) -> AsyncGenerator[LlmResponse, None]:
    """Yields what the model says; a failing model may be answered for by a callback."""
    stream = ctx.run_config.streaming_mode is StreamingMode.SSE
    last: LlmResponse | None = None
    try:
        async with aclosing(
            agent.canonical_model.generate_content_async(request, stream=stream)
        ) as responses:
            async for response in responses:
                last = checked(response, LlmResponse, f"model {agent.canonical_model.model!r}")
                yield response
    except Exception as error:
        answer = await _on_model_error(ctx, agent, request, context, error)
        if answer is None:
            raise
        yield answer
        return
    if last is None or last.partial:
        yield _no_answer(last)


def _no_answer(fragment: LlmResponse | None) -> LlmResponse:
    """Stands for the answer that a model should have given: the caller waits for one."""
    if fragment is None:
        message = "The model ended without an answer."
        return LlmResponse(error_code="MODEL_RETURNED_NO_CONTENT", error_message=message)
    message = "The model's answer broke off: fragments came, but not the whole."
    return LlmResponse(error_code="MODEL_ANSWER_INCOMPLETE", error_message=message)


async def before_model(
    ctx: InvocationContext, agent: LlmAgentPort, request: LlmRequest, context: Context
) -> LlmResponse | None:
    """Asks the callbacks, which may change the request; an answer stands for the model's."""
    plugins = ctx.plugin_manager
    if not agent.before_model_callback and not plugins.overridden("before_model_callback"):
        return None
    shared = SharedContents(request.contents)
    request.contents = shared
    answer: LlmResponse | None = await plugins.first(
        "before_model_callback", callback_context=context, llm_request=request
    )
    if answer is None:
        answer = await _first_response(
            agent, "before_model_callback", callback_context=context, llm_request=request
        )
    if isinstance(request.contents, SharedContents):
        request.contents = request.contents.settled()
    return answer


async def after_model(
    ctx: InvocationContext, agent: LlmAgentPort, response: LlmResponse, context: Context
) -> LlmResponse:
    """Shows the callbacks a response; returns it, or what they put in its place."""
    answer: LlmResponse | None = await ctx.plugin_manager.first(
        _AFTER_MODEL, callback_context=context, llm_response=response
    )
    if answer is None and agent.after_model_callback:
        answer = await _first_response(
            agent, _AFTER_MODEL, callback_context=context, llm_response=response
        )
    return response if answer is None else answer


async def _on_model_error(
    ctx: InvocationContext,
    agent: LlmAgentPort,
    request: LlmRequest,
    context: Context,
    error: Exception,
) -> LlmResponse | None:
    arguments = {"callback_context": context, "llm_request": request, "error": error}
    answer: LlmResponse | None = await ctx.plugin_manager.first(
        "on_model_error_callback", **arguments
    )
    if answer is None:
        answer = await _first_response(agent, "on_model_error_callback", **arguments)
    return answer


async def _first_response(agent: LlmAgentPort, kind: str, **arguments: Any) -> LlmResponse | None:
    answer = await first_answer(getattr(agent, kind), **arguments)
    return checked(answer, LlmResponse, f"a {kind} of agent {agent.name!r}")


def response_event(
    ctx: InvocationContext,
    agent: LlmAgentPort,
    response: LlmResponse,
    event_id: str,
    actions: EventActions,
    *,
    node_path: str | None = None,
) -> Event:
    """Makes the event of a response; `node_path` is the context's, where it is known already."""
    fields = {name: getattr(response, name) for name in response.model_fields_set}
    return Event(
        **fields,
        id=event_id,
        invocation_id=ctx.invocation_id,
        author=agent.name,
        branch=ctx.branch,
        node_info=NodeInfo(path=ctx.node_path if node_path is None else node_path),
        # A fragment is shown and forgotten; the state change belongs to the stored event.
        actions=EventActions() if response.partial else actions,
    )


def name_calls(event: Event, request: LlmRequest) -> None:
    """Gives calls without an id one, and notes which of them take long."""
    calls = event.get_function_calls()
    if not calls or event.content is None:
        return
    if not all(call.id for call in calls):
        parts = [_with_id(part) for part in event.content.parts or ()]
        event.content = types.Content(role=event.content.role, parts=parts)
        calls = event.get_function_calls()
    tools = request.tools_dict
    event.long_running_tool_ids = {
        str(call.id)
        for call in calls
        if (tool := tools.get(call.name or "")) is not None and tool.is_long_running
    }


def _flag_silence(event: Event) -> None:
    """Turns an answer that stopped normally and says nothing into an error event."""
    if event.error_code is None and event.finish_reason is types.FinishReason.STOP:
        parts = (event.content.parts if event.content else None) or ()
        if not any(part.model_fields_set - {"text", "thought"} or part.text for part in parts):
            event.error_code = "MODEL_RETURNED_NO_CONTENT"
            event.error_message = "The model stopped without saying anything."


def _with_id(part: types.Part) -> types.Part:
    call = part.function_call
    if call is None or call.id:
        return part
    named = call.model_copy(update={"id": f"adk-{uuid4()}"})
    return part.model_copy(update={"function_call": named})
