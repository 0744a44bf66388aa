"""Closes what the agents of a tree hold open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.llm_agent import LlmAgent
from adkconf.tools.base_toolset import BaseToolset
from adkconf.workflow.node_agent import NodeAgent

_TIMEOUT_S = 10.0

logger = logging.getLogger("adkconf.runs")


async def close_agents(root: BaseAgent) -> None:
    """Closes every toolset and model of the tree once; a failure is logged, not raised."""
    for name, close in _closers(root):
        try:
            await asyncio.wait_for(close(), _TIMEOUT_S)
        except Exception:
            logger.exception("%s did not close", name)


def _closers(root: BaseAgent) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
    seen: set[int] = set()
    for agent in _tree(root):
        if not isinstance(agent, LlmAgent):
            continue
        holders = [tool for tool in agent.tools if isinstance(tool, BaseToolset)]
        for holder in (*holders, agent.opened_model):
            close = getattr(holder, "close", None)
            if close is not None and id(holder) not in seen:
                seen.add(id(holder))
                yield type(holder).__name__, close


def _tree(agent: BaseAgent) -> Iterator[BaseAgent]:
    yield agent
    below = agent.node.agents_inside() if isinstance(agent, NodeAgent) else agent.sub_agents
    for child in below:
        yield from _tree(child)
