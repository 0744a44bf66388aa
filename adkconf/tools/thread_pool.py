"""Threads for synchronous tools."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any

from adkconf.agents.run_config import ToolThreadPoolConfig


async def call_in_pool(
    config: ToolThreadPoolConfig, func: Callable[..., Any], arguments: dict[str, Any]
) -> Any:
    """Calls a function in a thread, with the caller's context variables."""
    call = partial(contextvars.copy_context().run, partial(func, **arguments))
    return await asyncio.get_running_loop().run_in_executor(_pool(config.max_workers), call)


@lru_cache(maxsize=8)
def _pool(max_workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers, thread_name_prefix="adkconf-tool")
