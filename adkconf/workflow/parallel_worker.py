"""One node for every item of a list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from google.genai import types
from pydantic import Field

from adkconf.agents.context import Context
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.data import unwrap
from adkconf.workflow.execution import NodeInterrupted


class ParallelWorker(BaseNode):
    """Runs a node for each item of the input at once; the output is the list of their outputs.

    An input that is no list counts as a list of one. `max_parallel_workers` limits how many run
    at a time. When one fails the others are stopped; when one is interrupted those that run finish
    and no further one starts until the answer has come.
    """

    node: BaseNode
    max_parallel_workers: int | None = Field(default=None, ge=1)

    def __init__(self, *, node: BaseNode, **fields: Any) -> None:
        own = {"node": node, "name": node.name, "rerun_on_resume": True}
        super().__init__(**{**own, **fields})

    def nodes_inside(self) -> list[BaseNode]:
        """Returns the node."""
        return [self.node]

    async def _run_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        items = unwrap(node_input, list) if isinstance(node_input, types.Content) else node_input
        work = _Work(self, ctx, items if isinstance(items, list) else [items])
        try:
            yield await work.results()
        finally:
            await work.stop()


class _Work:
    def __init__(self, worker: ParallelWorker, ctx: Context, items: list[Any]) -> None:
        self._worker = worker
        self._ctx = ctx
        self._items = items
        self._tasks: list[asyncio.Task[Any]] = []
        self._interrupted = False

    async def results(self) -> list[Any]:
        running: set[asyncio.Task[Any]] = set()
        while True:
            while self._may_start(len(running)):
                running.add(self._start())
            if not running:
                break
            ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                if (error := task.exception()) is not None:
                    if not isinstance(error, NodeInterrupted):
                        raise error
                    self._interrupted = True
        if self._interrupted:
            raise NodeInterrupted
        return [task.result() for task in self._tasks]

    def _may_start(self, running: int) -> bool:
        limit = self._worker.max_parallel_workers
        there_are_more = len(self._tasks) < len(self._items)
        return there_are_more and not self._interrupted and (limit is None or running < limit)

    def _start(self) -> asyncio.Task[Any]:
        item = self._items[len(self._tasks)]
        task = asyncio.ensure_future(
            self._ctx.run_node(self._worker.node, item, use_sub_branch=True)
        )
        self._tasks.append(task)
        return task

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
