"""What one LLM step needs to know of the agent it works for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

from google.genai import types

from adkconf.agents.invocation_context import AgentInTree
from adkconf.agents.open_task import Mode
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.code_executors.base_code_executor import BaseCodeExecutor
from adkconf.models.base_llm import BaseLlm
from adkconf.planners.base_planner import BasePlanner
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.base_toolset import BaseToolset

Instruction = str | Callable[[ReadonlyContext], Any]
Callback = Callable[..., Any]


class LlmAgentPort(AgentInTree, Protocol):
    """The part of LlmAgent that the flow reads."""

    instruction: Instruction
    global_instruction: Instruction
    static_instruction: types.Content | str | None
    generate_content_config: types.GenerateContentConfig | None
    mode: Mode | None
    include_contents: Literal["default", "none"]
    disallow_transfer_to_parent: bool
    disallow_transfer_to_peers: bool
    output_key: str | None
    output_schema: Any
    planner: BasePlanner | None
    code_executor: BaseCodeExecutor | None
    before_model_callback: Callback | list[Callback] | None
    after_model_callback: Callback | list[Callback] | None
    on_model_error_callback: Callback | list[Callback] | None
    before_tool_callback: Callback | list[Callback] | None
    after_tool_callback: Callback | list[Callback] | None
    on_tool_error_callback: Callback | list[Callback] | None

    @property
    def canonical_model(self) -> BaseLlm:
        """The model object."""

    @property
    def canonical_live_model(self) -> BaseLlm:
        """The model object for live conversations."""

    @property
    def canonical_tools(self) -> Sequence[BaseTool | BaseToolset]:
        """The tools, functions made into tools."""
