"""Agents, and the contexts they run in."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.agents.base_agent import BaseAgent as BaseAgent
    from adkconf.agents.context import Context as Context
    from adkconf.agents.invocation_context import InvocationContext as InvocationContext
    from adkconf.agents.live_request_queue import LiveRequest as LiveRequest
    from adkconf.agents.live_request_queue import LiveRequestQueue as LiveRequestQueue
    from adkconf.agents.llm_agent import Agent as Agent
    from adkconf.agents.llm_agent import LlmAgent as LlmAgent
    from adkconf.agents.loop_agent import LoopAgent as LoopAgent
    from adkconf.agents.parallel_agent import ParallelAgent as ParallelAgent
    from adkconf.agents.run_config import RunConfig as RunConfig
    from adkconf.agents.sequential_agent import SequentialAgent as SequentialAgent

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Agent": "adkconf.agents.llm_agent",
        "BaseAgent": "adkconf.agents.base_agent",
        "Context": "adkconf.agents.context",
        "InvocationContext": "adkconf.agents.invocation_context",
        "LiveRequest": "adkconf.agents.live_request_queue",
        "LiveRequestQueue": "adkconf.agents.live_request_queue",
        "LlmAgent": "adkconf.agents.llm_agent",
        "LoopAgent": "adkconf.agents.loop_agent",
        "ParallelAgent": "adkconf.agents.parallel_agent",
        "RunConfig": "adkconf.agents.run_config",
        "SequentialAgent": "adkconf.agents.sequential_agent",
    },
)
