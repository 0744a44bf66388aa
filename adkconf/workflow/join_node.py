"""Where branches of a workflow come together."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, ClassVar

from adkconf.agents.context import Context
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.data import fit


class JoinNode(BaseNode):
    """Waits for all its predecessors; its output maps their names to their outputs.

    `input_schema` checks each of the outputs.
    """

    waits_for_all: ClassVar[bool] = True

    async def _run_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        yield node_input

    def _fit_input(self, data: Any) -> Any:
        if isinstance(data, dict):
            return {name: fit(self.input_schema, item) for name, item in data.items()}
        return super()._fit_input(data)
