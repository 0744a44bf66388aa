"""Runs the code in a model's answers, where the agent has a code executor."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator
from datetime import datetime

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.code_executors.base_code_executor import BaseCodeExecutor
from adkconf.code_executors.built_in_code_executor import BuiltInCodeExecutor
from adkconf.code_executors.code_execution import CodeExecutionInput, CodeExecutionResult
from adkconf.events.event import Event
from adkconf.flows.code_blocks import as_text, cut_at_code, result_part
from adkconf.flows.planning import rewriting_planner
from adkconf.flows.port import LlmAgentPort
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse


def offer_code_execution(agent: LlmAgentPort, request: LlmRequest) -> None:
    """Prepares a request: code that was run is shown as the text that the model wrote.

    Raises:
        ValueError: the model cannot run code, but its executor says so.
    """
    executor = agent.code_executor
    if executor is None:
        return
    if isinstance(executor, BuiltInCodeExecutor):
        executor.process_llm_request(request)
    request.contents = [as_text(content, executor) for content in request.contents]


async def find_code(
    ctx: InvocationContext, agent: LlmAgentPort, context: Context, response: LlmResponse
) -> LlmResponse:
    """Returns the answer up to the first code in it, which then is its last part.

    An answer without code, and a fragment, are returned as they are.
    """
    content = response.content
    if agent.code_executor is None or response.partial or content is None or not content.parts:
        return response
    if isinstance(agent.code_executor, BuiltInCodeExecutor):
        parts = await _with_saved_images(ctx, context, content.parts)
        return response.model_copy(update={"content": content.model_copy(update={"parts": parts})})
    if (executor := _executor(ctx, agent)) is None:
        return response
    signed_only = rewriting_planner(agent) is not None
    cut = cut_at_code(content.parts, executor.code_block_delimiters, signed_only=signed_only)
    if cut is None:
        return response
    # The model had not finished: it is asked again once the result is known.
    changes = {"content": content.model_copy(update={"parts": cut}), "finish_reason": None}
    return response.model_copy(update=changes)


async def run_code(
    ctx: InvocationContext, agent: LlmAgentPort, event: Event
) -> AsyncGenerator[Event, None]:
    """Runs the code that is the last part of an event, and yields the event of its result."""
    executor, code = _executor(ctx, agent), code_at_end(event)
    if executor is None or code is None:
        return
    execution_id = ctx.session.id if executor.stateful else None
    result = await _execute(ctx, executor, CodeExecutionInput(code, execution_id=execution_id))
    context = Context(ctx)
    for file in result.output_files:
        blob = types.Blob(data=file.as_bytes(), mime_type=file.mime_type)
        await context.save_artifact(file.name, types.Part(inline_data=blob))
    yield Event(
        invocation_id=ctx.invocation_id,
        author=agent.name,
        branch=ctx.branch,
        node_path=ctx.node_path,
        content=types.Content(role="model", parts=[result_part(result)]),
        actions=context.settle(),
    )


def code_at_end(event: Event) -> str | None:
    """Returns the code that an event ends with, or None."""
    parts = event.content.parts if event.content and not event.partial else None
    code = parts[-1].executable_code if parts else None
    return code.code if code else None


async def _execute(
    ctx: InvocationContext, executor: BaseCodeExecutor, given: CodeExecutionInput
) -> CodeExecutionResult:
    try:
        async with asyncio.timeout(executor.timeout_seconds):
            result = await asyncio.to_thread(executor.execute_code, ctx, given)
            return await result if inspect.isawaitable(result) else result
    except TimeoutError:
        limit = executor.timeout_seconds
        return CodeExecutionResult(stderr=f"The code did not end within {limit:g} seconds.")


def _executor(ctx: InvocationContext, agent: LlmAgentPort) -> BaseCodeExecutor | None:
    """Returns what runs the agent's code here, unless it has failed too often in this run."""
    executor = agent.code_executor
    if executor is None or isinstance(executor, BuiltInCodeExecutor):
        return None
    return executor if _failures(ctx, agent.name) < executor.error_retry_attempts else None


def _failures(ctx: InvocationContext, agent_name: str) -> int:
    """Counts the latest pieces of code of the run that failed, one after the other."""
    count = 0
    for event in reversed(ctx.session.events):
        if event.invocation_id != ctx.invocation_id:
            break
        parts = (event.content.parts if event.content else None) or [types.Part()]
        if event.author == agent_name and (result := parts[-1].code_execution_result):
            if result.outcome is not types.Outcome.OUTCOME_FAILED:
                break
            count += 1
    return count


async def _with_saved_images(
    ctx: InvocationContext, context: Context, parts: list[types.Part]
) -> list[types.Part]:
    """Puts a note in the place of each image that the model drew, and keeps it as an artifact."""
    if ctx.artifact_service is None:
        return parts
    noted: list[types.Part] = []
    for index, part in enumerate(parts):
        blob = part.inline_data
        if blob is None or not (blob.mime_type or "").startswith("image/"):
            noted.append(part)
            continue
        ending = (blob.mime_type or "").rpartition("/")[2]
        name = blob.display_name or f"{datetime.now():%Y%m%d_%H%M%S}_{index}.{ending}"
        await context.save_artifact(name, types.Part(inline_data=blob))
        noted.append(types.Part(text=f"Saved as artifact: {name}"))
    return noted
