"""What spans tell of agents, model calls and tools, under OpenTelemetry's GenAI names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from google.genai import types

from adkconf.agents.invocation_context import AgentInTree, InvocationContext
from adkconf.flows.shared_contents import SharedContents
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins.redaction import redact
from adkconf.tools.base_tool import BaseTool

Value: TypeAlias = str | bool | int | float | Sequence[str]
Attributes: TypeAlias = Mapping[str, Value]

SCOPE = "adkconf"
EVENT_ID = "gcp.vertex.agent.event_id"
ERROR_TYPE = "error.type"
OPERATION = "gen_ai.operation.name"
CONVERSATION_ID = "gen_ai.conversation.id"
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions"


def run_attributes(ctx: InvocationContext, *, nested: bool) -> Attributes:
    """Tells a run; `nested` when it is the run of an agent used as a tool."""
    told: dict[str, Value] = {
        OPERATION: "invoke_workflow",
        "gen_ai.workflow.name": ctx.agent.name,
        CONVERSATION_ID: ctx.session.id,
        "gcp.vertex.agent.invocation_id": ctx.invocation_id,
    }
    return {**told, "gen_ai.workflow.nested": True} if nested else told


def node_attributes(ctx: InvocationContext, name: str, *, is_workflow: bool) -> Attributes:
    """Tells a workflow node at work, or a workflow inside of another one."""
    session = {CONVERSATION_ID: ctx.session.id}
    if not is_workflow:
        return {OPERATION: "invoke_node", **session}
    return {
        OPERATION: "invoke_workflow",
        "gen_ai.workflow.name": name,
        "gen_ai.workflow.nested": True,
        **session,
    }


def agent_attributes(ctx: InvocationContext, agent: AgentInTree) -> Attributes:
    """Tells an agent at work."""
    return {
        OPERATION: "invoke_agent",
        "gen_ai.agent.name": agent.name,
        "gen_ai.agent.description": agent.description,
        CONVERSATION_ID: ctx.session.id,
    }


def request_attributes(ctx: InvocationContext, request: LlmRequest) -> Attributes:
    """Tells a model call, without what is said in it."""
    config = request.config
    return _known(
        {
            OPERATION: "generate_content",
            "gen_ai.provider.name": _provider(request.model or ""),
            "gen_ai.request.model": request.model or "",
            "gen_ai.request.max_tokens": config.max_output_tokens,
            "gen_ai.request.temperature": config.temperature,
            "gen_ai.request.top_p": config.top_p,
            "gen_ai.agent.name": ctx.agent.name,
            CONVERSATION_ID: ctx.session.id,
            "gcp.vertex.agent.invocation_id": ctx.invocation_id,
        }
    )


def response_attributes(response: LlmResponse) -> Attributes:
    """Tells how a model call ended and what it cost, without what was said."""
    told: dict[str, Value | None] = {"gen_ai.response.model": response.model_version}
    reason = response.finish_reason
    if reason is not None and reason is not types.FinishReason.FINISH_REASON_UNSPECIFIED:
        told["gen_ai.response.finish_reasons"] = [reason.value.lower()]
    if (usage := response.usage_metadata) is not None:
        told |= {
            "gen_ai.usage.input_tokens": _sum(
                usage.prompt_token_count, usage.tool_use_prompt_token_count
            ),
            "gen_ai.usage.output_tokens": _sum(
                usage.candidates_token_count, usage.thoughts_token_count
            ),
            "gen_ai.usage.cache_read.input_tokens": usage.cached_content_token_count,
            "gen_ai.usage.reasoning.output_tokens": usage.thoughts_token_count,
        }
    return _known(told)


def tool_attributes(ctx: InvocationContext, tool: BaseTool, call_id: str | None) -> Attributes:
    """Tells a tool call, without arguments and result."""
    return _known(
        {
            OPERATION: "execute_tool",
            "gen_ai.tool.name": tool.name,
            "gen_ai.tool.description": tool.description,
            "gen_ai.tool.type": type(tool).__name__,
            "gen_ai.tool.call.id": call_id,
            "gen_ai.agent.name": ctx.agent.name,
        }
    )


def request_content(request: LlmRequest) -> Attributes:
    """Tells what a model is asked; for those who chose to capture it."""
    contents = request.contents
    if isinstance(contents, SharedContents):
        contents = contents.settled()
    instruction = request.config.system_instruction
    told = {INPUT_MESSAGES: as_json([_message(content) for content in contents])}
    return {**told, SYSTEM_INSTRUCTIONS: as_json(instruction)} if instruction else told


def response_content(response: LlmResponse) -> Attributes:
    """Tells what a model said; for those who chose to capture it."""
    if response.content is None:
        return {}
    return {OUTPUT_MESSAGES: as_json([_message(response.content)])}


def as_json(value: Any) -> str:
    """Returns a value as JSON, without files and without what is recognized as a secret."""
    return json.dumps(redact(value), ensure_ascii=False)


def _message(content: types.Content) -> dict[str, Any]:
    role = "assistant" if content.role == "model" else content.role
    return {"role": role, "parts": list(_parts(content.parts or ()))}


def _parts(parts: Iterable[types.Part]) -> Iterable[dict[str, Any]]:
    for part in parts:
        if part.text is not None:
            kind = "reasoning" if part.thought else "text"
            yield {"type": kind, "content": part.text}
        elif call := part.function_call:
            yield {"type": "tool_call", "id": call.id, "name": call.name, "arguments": call.args}
        elif answer := part.function_response:
            yield {"type": "tool_call_response", "id": answer.id, "response": answer.response}
        else:
            yield {"type": "other", "content": part}


def _provider(model: str) -> str:
    name = model.rpartition("/models/")[2]
    if name.startswith(("gemini", "gemma")):
        vertex = os.environ.get("GOOGLE_GENAI_USE_VERTEXAI", "").lower() in ("1", "true")
        return "gcp.vertex_ai" if vertex else "gcp.gemini"
    if name.startswith("claude"):
        return "anthropic"
    provider, slash, _ = name.partition("/")
    return provider.lower() if slash and provider else "_OTHER"


def _sum(*counts: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _known(attributes: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in attributes.items() if value is not None}
