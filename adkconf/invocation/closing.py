"""Closes what the agents of a tree hold open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from adkconf.agents.agent_tree import agents_from
from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.llm_agent import LlmAgent
from adkconf.tools.base_toolset import BaseToolset

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
    for agent in agents_from(root):
        if not isinstance(agent, LlmAgent):
            continue
        holders = [tool for tool in agent.tools if isinstance(tool, BaseToolset)]
        for holder in (*holders, *agent.opened_models):
            close = getattr(holder, "close", None)
            if close is not None and id(holder) not in seen:
                seen.add(id(holder))
                yield type(holder).__name__, close
