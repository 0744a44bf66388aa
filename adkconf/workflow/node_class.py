"""A base class for nodes that can run once for each item of a list."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Self

from pydantic import Field, model_validator

from adkconf.agents.context import Context
from adkconf.errors import WorkflowConfigurationError
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.parallel_worker import ParallelWorker


class Node(BaseNode):
    """Subclass it and write `run_node_impl`, which yields as `_run_impl` of other nodes does.

    With `parallel_worker` the node is run for each item of its input at once, at most
    `max_parallel_workers` at a time, and its output is the list of their outputs.
    """

    parallel_worker: bool = False
    max_parallel_workers: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _workers_can_run(self) -> Self:
        if self.max_parallel_workers is not None and not self.parallel_worker:
            raise WorkflowConfigurationError("max_parallel_workers needs parallel_worker=True")
        if self.parallel_worker:
            self.rerun_on_resume = True
        return self

    async def run_node_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        """Yields events, requests for input, or the output."""
        raise NotImplementedError(f"{type(self).__name__} does not define run_node_impl")
        yield  # makes it a generator, as overrides are

    async def _run_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        if self.parallel_worker:
            one = self.model_copy(update={"parallel_worker": False, "max_parallel_workers": None})
            many = ParallelWorker(node=one, max_parallel_workers=self.max_parallel_workers)
            items = many.run(ctx=ctx, node_input=node_input)
        else:
            items = self.run_node_impl(ctx=ctx, node_input=node_input)
        async for item in items:
            yield item
