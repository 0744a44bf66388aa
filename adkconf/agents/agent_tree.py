"""The agents of an app, those inside of workflows included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adkconf.agents.invocation_context import AgentInTree


def agents_from(root: AgentInTree) -> Iterator[AgentInTree]:
    """Yields the root and all agents below, the nearest first."""
    level: Sequence[AgentInTree] = [root]
    while level:
        yield from level
        level = [inner for agent in level for inner in agent.inner_agents]
