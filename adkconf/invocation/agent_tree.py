"""The agents of an app, those inside of workflows included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.llm_agent import LlmAgent
from adkconf.workflow.node_agent import NodeAgent


def agents_from(root: BaseAgent) -> Iterator[BaseAgent]:
    """Yields the root and all agents below, the nearest first."""
    level: Sequence[BaseAgent] = [root]
    while level:
        yield from level
        level = [child for agent in level for child in _below(agent)]


def nearest_llm_agent(root: BaseAgent) -> LlmAgent | None:
    """Returns the LLM agent that is nearest to the root, or None."""
    return next((agent for agent in agents_from(root) if isinstance(agent, LlmAgent)), None)


def _below(agent: BaseAgent) -> Sequence[BaseAgent]:
    return agent.node.agents_inside() if isinstance(agent, NodeAgent) else agent.sub_agents
