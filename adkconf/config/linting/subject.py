"""What lints look at: a sound app, with its agents in their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from adkconf.config.resolving.template import Use
from adkconf.config.span import Span
from adkconf.config.spec.agent import (
    AgentNode,
    AgentSpec,
    CodeAgentSpec,
    CustomAgentSpec,
    LlmAgentSpec,
    WorkflowSpec,
)
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ModelSpec, NamedCodeSpec
from adkconf.config.spec.contained import is_section, parts_of
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section

# Built-in models that need no model service.
OFFLINE = frozenset({"echo", "replay", "scripted"})


@dataclass(frozen=True)
class Placed:
    """An agent with those above it, the nearest last.

    The agent of an `AgentTool` has none above: it runs on its own. `as_tool` tells those below an
    `AgentTool`.
    """

    agent: AgentNode
    above: tuple[AgentNode, ...] = ()
    as_tool: bool = False


@dataclass(frozen=True)
class Subject:
    """An app without errors, the texts of its files, and its values that have `${…}` in them."""

    app: AppSpec
    sources: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[Span, Use] = field(default_factory=dict)

    @cached_property
    def agents(self) -> tuple[Placed, ...]:
        """All agents that are written in YAML or referred to."""
        return tuple(_placed(Placed(self.app.root_agent)))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All parts of the app."""
        return tuple(filter(is_section, self._parts))

    @cached_property
    def references(self) -> tuple[PythonRef, ...]:
        """All references to Python, but those of tests."""
        parts = parts_of(self.app.served) if self.app.tests else self._parts
        return tuple(part for part in parts if isinstance(part, PythonRef))

    @cached_property
    def _parts(self) -> tuple[Any, ...]:
        return tuple(parts_of(self.app))

    @property
    def llm_agents(self) -> Iterator[tuple[Placed, LlmAgentSpec]]:
        """Yields the agents that a model drives."""
        for placed in self.agents:
            if isinstance(placed.agent, LlmAgentSpec):
                yield placed, placed.agent

    @cached_property
    def has_python_agents(self) -> bool:
        """Tells whether some agents are only known when the app is built."""
        return any(
            isinstance(placed.agent, (CodeAgentSpec, CustomAgentSpec)) for placed in self.agents
        )

    def model_of(self, placed: Placed) -> ModelSpec | NamedCodeSpec | None:
        """Returns the model of an agent; None stands for the default, a Gemini model."""
        for agent in (placed.agent, *reversed(placed.above)):
            if isinstance(agent, LlmAgentSpec) and (model := agent.model or agent.model_code):
                return self.unnamed(model)
        return None

    def unnamed(self, model: ModelSpec | NamedCodeSpec) -> ModelSpec | NamedCodeSpec:
        """Returns the model itself for a name of `models`."""
        seen: set[str] = set()
        while model.kind == "named" and model.name not in seen:
            seen.add(model.name)
            model = self.app.models[model.name]
        return model


def is_offline(model: ModelSpec | NamedCodeSpec | None) -> bool:
    """Tells whether a model is one of those that need no network."""
    return model is not None and model.kind == "builtin" and model.name in OFFLINE


def _placed(placed: Placed) -> Iterator[Placed]:
    yield placed
    agent, above = placed.agent, (*placed.above, placed.agent)
    if isinstance(agent, WorkflowSpec):
        for node in agent.nodes.values():
            if isinstance(node, (AgentSpec, CodeAgentSpec, WorkflowSpec)):
                yield from _placed(Placed(node, above, placed.as_tool))
    elif isinstance(agent, AgentSpec):
        for child in agent.sub_agents or ():
            yield from _placed(Placed(child, above, placed.as_tool))
    for tool in (agent.tools if isinstance(agent, LlmAgentSpec) else None) or ():
        if isinstance(below := tool.args.get("agent"), Section):
            yield from _placed(Placed(below, as_tool=True))  # type: ignore[arg-type]
