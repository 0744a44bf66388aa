"""What every node of a workflow is."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, field_validator

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context import Context
from adkconf.errors import WorkflowConfigurationError
from adkconf.events.event import Event
from adkconf.events.request_input import RequestInput
from adkconf.workflow.data import fit
from adkconf.workflow.retry_config import RetryConfig


class BaseNode(BaseModel):
    """Subclass it and write `_run_impl` to bring a node of your own.

    `name` is an identifier, unique in its graph. After an interrupt a node with `rerun_on_resume`
    runs again and finds the answers in `ctx.resume_inputs`; for any other the answer is its
    output. With `wait_for_output` the nodes behind it wait until it produces an output or a route,
    also over several runs. A failure, a `timeout` (seconds) included, is tried again after
    `retry_config`. `input_schema` and `output_schema` check data; `state_schema` checks what the
    node and those below it write to the state.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    name: str
    description: str = ""
    rerun_on_resume: bool = False
    wait_for_output: bool = False
    retry_config: RetryConfig | None = None
    timeout: float | None = None
    input_schema: Any = None
    output_schema: Any = None
    state_schema: type[BaseModel] | None = None

    # Its events carry their own authors and places; those of other nodes get the workflow's.
    signs_events: ClassVar[bool] = False
    # It runs once for all its predecessors, and not for each.
    waits_for_all: ClassVar[bool] = False
    # It resumes its own nodes one by one and is always run again.
    holds_nodes: ClassVar[bool] = False

    @field_validator("name")
    @classmethod
    def _usable_name(cls, name: str) -> str:
        if not name.isidentifier():
            raise WorkflowConfigurationError(
                f"node name {name!r} must be an identifier: letters, digits and underscores, "
                "not starting with a digit"
            )
        return name

    async def run(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Event, None]:
        """Runs the node and yields what it does as events, with checked input and output."""
        async with aclosing(
            self._run_impl(ctx=ctx, node_input=self._fit_input(node_input))
        ) as items:
            async for item in items:
                if item is not None:
                    yield self._as_event(item)

    async def _run_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        """Yields events, requests for input, or the output."""
        raise NotImplementedError(f"{type(self).__name__} does not define _run_impl")
        yield  # makes it a generator, as overrides are

    def _as_event(self, item: Any) -> Event:
        if isinstance(item, RequestInput):
            return item.as_event()
        if not isinstance(item, Event):
            return Event(output=self._fit_output(item))
        if item.output is not None:
            item.output = self._fit_output(item.output)
        return item

    def _fit_input(self, data: Any) -> Any:
        return fit(self.input_schema, data)

    def _fit_output(self, data: Any) -> Any:
        return fit(self.output_schema, data)

    def with_options(self, **options: Any) -> Self:
        """Returns a copy with other values of some fields.

        Raises:
            ValueError: the node has no such field, or the value cannot be used.
        """
        if unknown := set(options) - set(type(self).model_fields):
            raise WorkflowConfigurationError(
                f"{type(self).__name__} {self.name!r} has no option {', '.join(sorted(unknown))}"
            )
        copy = self.model_copy()
        for name, value in options.items():
            self.__pydantic_validator__.validate_assignment(copy, name, value)
        return copy

    def nodes_inside(self) -> list[BaseNode]:
        """Returns the nodes that this one holds."""
        return []

    @property
    def takes_input(self) -> bool:
        """Whether the node does something with the output of the nodes before it."""
        return True

    def agents_inside(self) -> list[BaseAgent]:
        """Returns the agents that this node and those inside it run."""
        return [agent for node in self.nodes_inside() for agent in node.agents_inside()]


START = BaseNode(name="__START__")
"""Where a workflow begins; it stands in edges and is never run."""
