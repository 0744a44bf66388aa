"""google-adk's agents as trees."""

from __future__ import annotations

from collections.abc import Iterator

from google.adk.agents.base_agent import BaseAgent
from google.adk.agents.llm_agent import LlmAgent
from google.adk.workflow import BaseNode, Workflow


def as_agent(root: BaseNode) -> BaseNode:
    """Returns what stands at the root: google-adk runs nodes there as they are."""
    return root


def agents_from(root: BaseNode) -> Iterator[BaseNode]:
    """Yields the root and all agents and nodes below, the nearest first."""
    level: list[BaseNode] = [root]
    seen: set[int] = set()
    while level:
        level = [node for node in level if id(node) not in seen]
        seen.update(map(id, level))
        yield from level
        level = [inner for node in level for inner in _below(node)]


def llm_agents(root: BaseNode) -> Iterator[LlmAgent]:
    """Yields the agents that models drive, at the root and below, the nearest first."""
    return (node for node in agents_from(root) if isinstance(node, LlmAgent))


def nearest_llm_agent(root: BaseNode) -> LlmAgent | None:
    """Returns the agent nearest to the root that a model drives."""
    return next(llm_agents(root), None)


def _below(node: BaseNode) -> list[BaseNode]:
    if isinstance(node, Workflow):
        return list(node.graph.nodes) if node.graph else []
    return list(node.sub_agents) if isinstance(node, BaseAgent) else []
