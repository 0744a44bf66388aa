"""Compaction, cache and resumability that the app's parts cannot follow."""

from __future__ import annotations

from collections.abc import Iterator

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.linting.subject import Subject, is_offline
from adkconf.config.spec.agent import LlmAgentSpec
from adkconf.config.spec.component import ToolSpec
from adkconf.config.spec.workflow import ObjectNodeSpec

_WAITING_TOOLS = ("LongRunningFunctionTool", "get_user_choice")


def cache_without_a_model(subject: Subject) -> Iterator[Diagnostic]:
    """Yields a cache if it is certain that no model of the app has one."""
    cache = subject.app.cache
    if cache is None or not cache.enabled or subject.has_python_agents:
        return
    models = [subject.model_of(placed) for placed, _ in subject.llm_agents]
    if models and all(is_offline(model) for model in models):
        name = models[0].name if models[0] else ""
        message = f"no model of the app has a cache: {name!r} needs none"
        yield subject.app.diagnostic(
            "W805",
            message,
            hint="remove it, or set it in the profile that has a Gemini model",
            steps=("cache",),
            key=True,
            severity="warning",
        )


def compaction_without_a_model(subject: Subject) -> Iterator[Diagnostic]:
    """Yields a compaction that nobody can write the summaries of."""
    compaction = subject.app.compaction
    if compaction is None:
        return
    summarizer = compaction.summarizer
    model = summarizer.model if summarizer else None
    if model is None and not subject.has_python_agents and not _has_model(subject):
        yield subject.app.diagnostic(
            "W806",
            "no agent of the app has a model that could write the summaries",
            hint="name one: summarizer: {model: gemini-3.5-flash}",
            steps=("compaction",),
            key=True,
            severity="warning",
        )
    elif model is not None and is_offline(subject.unnamed(model)) and _is_online(subject):
        message = f"the model {subject.unnamed(model).name!r} writes no summaries"
        hint = "leave the model out to take the root agent's"
        yield model.diagnostic("W806", message, hint=hint, severity="warning")


def _has_model(subject: Subject) -> bool:
    in_python = any(
        isinstance(node, ObjectNodeSpec)
        for placed in subject.agents
        for node in getattr(placed.agent, "nodes", {}).values()
    )
    return in_python or any(not placed.as_tool for placed, _ in subject.llm_agents)


def _is_online(subject: Subject) -> bool:
    """Tells whether the app is more than a trial without a network."""
    return any(not is_offline(subject.model_of(placed)) for placed, _ in subject.llm_agents)


def cannot_be_resumed(subject: Subject) -> Iterator[Diagnostic]:
    """Yields parts of a resumable app whose pause nobody can end."""
    app = subject.app
    if app.resumability is None or not app.resumability.is_resumable:
        return
    session = app.services.session
    if session is not None and (session.kind, session.name) == ("builtin", "memory"):
        message = "runs can be paused, but sessions in memory are gone when the program ends"
        hint = "keep them in a file or a database: session: sqlite:///sessions.db"
        yield session.diagnostic("W807", message, hint=hint, severity="warning")
    for placed, agent in subject.llm_agents:
        if placed.as_tool:
            yield from (
                _paused_in_a_tool(agent, tool) for tool in agent.tools or () if _waits(tool)
            )


def _waits(tool: ToolSpec) -> bool:
    return tool.kind == "builtin" and tool.name in _WAITING_TOOLS


def _paused_in_a_tool(agent: LlmAgentSpec, tool: ToolSpec) -> Diagnostic:
    message = (
        f"{tool.name!r} waits for an answer, but the agent {agent.name!r} runs as a tool: its run "
        "ends with the call and cannot be resumed"
    )
    hint = "make the agent a sub-agent, or give the tool to the agent that calls it"
    return tool.diagnostic("W807", message, hint=hint, severity="warning")
