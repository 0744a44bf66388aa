"""The request that a live connection is opened with."""

from __future__ import annotations

import logging
from typing import Any

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.code_executors.built_in_code_executor import BuiltInCodeExecutor
from adkconf.errors import InputValidationError
from adkconf.flows.port import LlmAgentPort
from adkconf.flows.request import build_request
from adkconf.flows.toolset_credentials import require_toolset_credentials
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.function_tool import FunctionTool

# What of an agent's generate_content_config also counts in a live conversation.
_SHARED = ("temperature", "top_p", "top_k", "max_output_tokens", "seed", "media_resolution")

logger = logging.getLogger("adkconf.runs")


def task_completed() -> str:
    """Tells that the task is done, so that the next agent takes over."""
    return "The next agent takes over."


def completes_task(name: str | None) -> bool:
    """Tells whether a tool of this name is the one that ends an agent's part."""
    return name == task_completed.__name__


async def build_live_request(ctx: InvocationContext, agent: LlmAgentPort) -> LlmRequest:
    """Puts the request together; its contents are the history, to be sent first.

    Raises:
        InputValidationError: the agent has a part that cannot work live.
    """
    _check(ctx, agent)
    await require_toolset_credentials(ctx, agent)
    request = await build_request(ctx, agent)
    request.model = agent.canonical_live_model.model
    request.live_connect_config = _connect_config(ctx, agent)
    if getattr(agent.parent_agent, "waits_for_completion", False):
        await FunctionTool(task_completed).process_llm_request(
            tool_context=Context(ctx), llm_request=request
        )
        request.append_instructions(
            ["When your task is done, call task_completed and say nothing else."]
        )
    return request


def with_handle(request: LlmRequest, handle: str | None) -> LlmRequest:
    """Returns the request of a connection that resumes another, or begins anew without a handle."""
    config = request.live_connect_config
    resumption, history = config.session_resumption, config.history_config
    if handle is not None or resumption is not None:
        resumption = resumption or types.SessionResumptionConfig()
        resumption = resumption.model_copy(update={"handle": handle})
    if handle is None and request.contents:
        history = history or types.HistoryConfig()
        if history.initial_history_in_client_content is None:
            # Otherwise the model would answer again what stands answered in the history.
            history = history.model_copy(update={"initial_history_in_client_content": True})
    changes = {"session_resumption": resumption, "history_config": history}
    return request.model_copy(update={"live_connect_config": config.model_copy(update=changes)})


def _check(ctx: InvocationContext, agent: LlmAgentPort) -> None:
    executor = agent.code_executor
    if executor is not None and not isinstance(executor, BuiltInCodeExecutor):
        raise InputValidationError(
            f"agent {agent.name!r}: a {type(executor).__name__} does not work in live mode; "
            "use the BuiltInCodeExecutor"
        )
    if agent.output_schema is not None:
        logger.warning(
            "agent %s: output_schema has no effect in live mode; give the agent a tool that "
            "writes its results to the state",
            agent.name,
        )
    run = ctx.run_config
    if agent.sub_agents and None in (run.input_audio_transcription, run.output_audio_transcription):
        logger.warning(
            "agent %s may hand the conversation over, but without transcription its sub-agents "
            "will not know what was said aloud",
            agent.name,
        )


def _connect_config(ctx: InvocationContext, agent: LlmAgentPort) -> types.LiveConnectConfig:
    config = ctx.run_config.connect_config()
    base = agent.generate_content_config
    changes: dict[str, Any] = {name: getattr(base, name) for name in _SHARED} if base else {}
    if ctx.run_config.http_options is not None:
        changes["http_options"] = ctx.run_config.http_options
    return config.model_copy(update=changes)
