"""Agents that no run ever comes to, and loops that no run ever leaves."""

from __future__ import annotations

from collections.abc import Iterator

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.linting.subject import Subject
from adkconf.config.spec.agent import (
    AgentNode,
    LlmAgentSpec,
    LoopAgentSpec,
    SequentialAgentSpec,
    walk_agents,
)
from adkconf.config.spec.component import PluginSpec
from adkconf.config.spec.contained import references_in


def unreachable(subject: Subject) -> Iterator[Diagnostic]:
    """Yields sub-agents that nothing leads to; nodes of workflows have been checked before."""
    for placed in subject.agents:
        agent = placed.agent
        if isinstance(agent, LlmAgentSpec) and forbids_calls(agent):
            yield from _not_handed_over(agent)
        elif isinstance(agent, SequentialAgentSpec):
            yield from _behind_a_loop(agent, subject)


def forbids_calls(agent: LlmAgentSpec) -> bool:
    """Tells whether the agent's model may call no function at all."""
    config = agent.generate_content_config
    options = (config.tool_config if config else None) or {}
    calling = options.get("function_calling_config", options.get("functionCallingConfig"))
    return isinstance(calling, dict) and str(calling.get("mode", "")).upper() == "NONE"


def _not_handed_over(agent: LlmAgentSpec) -> Iterator[Diagnostic]:
    for index in range(len(agent.sub_agents or ())):
        message = f"nobody can hand over to this agent: {agent.name!r} may call no functions"
        yield agent.diagnostic(
            "W808",
            message,
            hint="set the mode of its function_calling_config to AUTO",
            steps=("sub_agents", index),
            severity="warning",
        )


def _behind_a_loop(agent: SequentialAgentSpec, subject: Subject) -> Iterator[Diagnostic]:
    endless = ""
    for index, child in enumerate(agent.sub_agents or ()):
        if endless:
            message = f"this agent comes behind {endless!r}, a loop that does not end"
            hint = f"give {endless!r} max_iterations, or a sub-agent with the tool exit_loop"
            yield agent.diagnostic(
                "W808", message, hint=hint, steps=("sub_agents", index), severity="warning"
            )
        elif _is_endless(child, subject):
            endless = child.name  # type: ignore[union-attr]  # only a loop is


def endless_loops(subject: Subject) -> Iterator[Diagnostic]:
    """Yields loops that nobody in them can end."""
    for placed in subject.agents:
        if _is_endless(placed.agent, subject):
            yield placed.agent.diagnostic(
                "W813",
                "the loop has no max_iterations, and nobody in it can end it",
                hint="add max_iterations, or give one of its agents the tool exit_loop",
                severity="warning",
            )


def _is_endless(agent: AgentNode, subject: Subject) -> bool:
    if not isinstance(agent, LoopAgentSpec) or agent.max_iterations is not None:
        return False
    inside = list(walk_agents(agent))
    has_model = any(isinstance(below, LlmAgentSpec) for below in inside)
    return has_model and not _may_end(agent, subject.app.plugins)


def _may_end(agent: AgentNode, plugins: tuple[PluginSpec, ...]) -> bool:
    """Tells whether something in a loop escalates, or is Python that may do so."""
    own = any(plugin.kind != "builtin" for plugin in plugins)
    return (
        own or any(True for _ in references_in(agent)) or any(map(_escalates, walk_agents(agent)))
    )


def _escalates(agent: AgentNode) -> bool:
    tools = (agent.tools if isinstance(agent, LlmAgentSpec) else None) or ()
    return any(tool.kind != "builtin" or tool.name == "exit_loop" for tool in tools)
