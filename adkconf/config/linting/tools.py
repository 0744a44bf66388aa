"""Tools that cannot be called, or do nothing when they are."""

from __future__ import annotations

from collections.abc import Iterator

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.linting.reachability import forbids_calls
from adkconf.config.linting.subject import Placed, Subject, is_offline
from adkconf.config.spec.agent import (
    CustomAgentSpec,
    LlmAgentSpec,
    LoopAgentSpec,
    WorkflowSpec,
)
from adkconf.config.spec.component import ToolSpec
from adkconf.config.spec.reference import PythonRef

# Gemini runs these itself, while it answers.
_OF_GEMINI = frozenset(
    {
        "VertexAiSearchTool",
        "enterprise_web_search",
        "google_maps_grounding",
        "google_search",
        "url_context",
    }
)
_MAY_LISTEN = (CustomAgentSpec, LoopAgentSpec, WorkflowSpec)


def idle_tools(subject: Subject) -> Iterator[Diagnostic]:
    """Yields tools that no model can call, and calls without an effect."""
    for placed, agent in subject.llm_agents:
        for tool in agent.tools or ():
            if fault := _fault(tool, placed, agent, subject):
                message, hint = fault
                yield tool.diagnostic("W810", message, hint=hint, severity="warning")
        yield from _repeated(agent.tools or ())


def _fault(
    tool: ToolSpec, placed: Placed, agent: LlmAgentSpec, subject: Subject
) -> tuple[str, str] | None:
    if forbids_calls(agent):
        message = f"the tool is never called: {agent.name!r} may call no functions"
        return message, "set the mode of its function_calling_config to AUTO, or remove the tool"
    if tool.kind != "builtin":
        return None
    model = subject.model_of(placed)
    if tool.name in _OF_GEMINI and model is not None and is_offline(model):
        message = f"{tool.name!r} is run by Gemini models; {model.name!r} has nothing like it"
        return message, "use a Gemini model, or remove the tool"
    if tool.name == "exit_loop" and not any(isinstance(up, _MAY_LISTEN) for up in placed.above):
        message = f"'exit_loop' has nothing to end: {agent.name!r} is not in a LoopAgent"
        return message, "put the agent below a LoopAgent, or remove the tool"
    return None


def _repeated(tools: tuple[ToolSpec, ...]) -> Iterator[Diagnostic]:
    seen: dict[str, ToolSpec] = {}
    for tool in tools:
        identity = _identity(tool)
        if identity in seen:
            first = seen[identity].at
            message = "the agent has this tool already, and a model sees only one of each name"
            hint = f"remove it; the other one is at {first.file}:{first.line}:{first.column}"
            yield tool.diagnostic("W810", message, hint=hint, severity="warning")
        elif identity:
            seen[identity] = tool


def _identity(tool: ToolSpec) -> str:
    """Returns what is the same for two that are the same tool; nothing if that is not certain."""
    function = tool.args.get("func") if tool.kind == "builtin" else tool.ref
    if isinstance(function, PythonRef):
        certain = tool.kind == "builtin" or not tool.called
        return f"{function.file or function.module}:{function.attribute}" if certain else ""
    return "" if tool.args or tool.positional else tool.name
