"""The agent that a model drives."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, ClassVar, Literal

from pydantic import Field, PrivateAttr, field_validator

from adkconf.agents.agent_tree import agents_from
from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.callbacks import Callbacks
from adkconf.agents.invocation_context import AgentInTree, InvocationContext
from adkconf.agents.open_task import DELEGATED, Mode
from adkconf.agents.output import OutputCollector
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.code_executors.base_code_executor import BaseCodeExecutor
from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.flows.delegation import with_own_task
from adkconf.flows.live_flow import run_live_flow
from adkconf.flows.llm_flow import run_flow
from adkconf.models.base_llm import BaseLlm
from adkconf.models.genai_types import types
from adkconf.models.registry import LLMRegistry
from adkconf.planners.base_planner import BasePlanner
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.base_toolset import BaseToolset
from adkconf.tools.finish_task_tool import FinishTaskTool
from adkconf.tools.function_tool import FunctionTool
from adkconf.tools.sub_agent_tools import SingleTurnAgentTool, SubAgentTool, TaskAgentTool

DEFAULT_MODEL = "gemini-3.5-flash"
DEFAULT_LIVE_MODEL = "gemini-live-2.5-flash-native-audio"

# Fields of the request that the agent sets itself, with the agent's own field for each.
_OWN_FIELDS = {
    "tools": "tools",
    "system_instruction": "instruction",
    "response_schema": "output_schema",
}


class LlmAgent(BaseAgent):
    """Answers with a model, calls tools, and may hand the conversation to other agents.

    `model` is a name (`gemini-2.5-flash`, `echo`) or a model object; unset, the nearest
    ancestor's is used. `instruction` is a template over the state, or a function of the context.
    `tools` holds functions, tools and toolsets. The final text is written to the state under
    `output_key`; with `output_schema` (a pydantic model, a type, or a JSON schema) the model must
    answer in JSON of that shape. `input_schema` is what callers give when the agent is a tool.
    `planner` has the model plan before it acts, `code_executor` runs the code that it writes.
    `include_contents="none"` shows the model only this turn.

    In `mode` `chat`, the usual one, others hand the conversation to the agent. In `task` its
    parent calls it as a tool: it talks with the user, over several messages if need be, until it
    calls `finish_task` with a result of its `output_schema`. In `single_turn` its parent calls it,
    too, and gets its one answer; as a node of a workflow this is what agents do.

    Each callback may be one function or a list; the first that returns something decides.
    """

    model: str | BaseLlm = ""
    instruction: str | Callable[[ReadonlyContext], Any] = ""
    global_instruction: str | Callable[[ReadonlyContext], Any] = ""
    static_instruction: types.Content | str | None = None
    tools: list[Callable[..., Any] | BaseTool | BaseToolset] = Field(default_factory=list)
    generate_content_config: types.GenerateContentConfig | None = None
    disallow_transfer_to_parent: bool = False
    disallow_transfer_to_peers: bool = False
    include_contents: Literal["default", "none"] = "default"
    mode: Mode | None = None
    input_schema: Any = None
    output_schema: Any = None
    output_key: str | None = None
    planner: BasePlanner | None = None
    code_executor: BaseCodeExecutor | None = None
    before_model_callback: Callbacks = None
    after_model_callback: Callbacks = None
    on_model_error_callback: Callbacks = None
    before_tool_callback: Callbacks = None
    after_tool_callback: Callbacks = None
    on_tool_error_callback: Callbacks = None

    takes_transfers: ClassVar[bool] = True

    _made_model: BaseLlm | None = PrivateAttr(default=None)
    _made_live_model: BaseLlm | None = PrivateAttr(default=None)
    _made_tools: list[BaseTool | BaseToolset] | None = PrivateAttr(default=None)
    _mode_tools: list[BaseTool] | None = PrivateAttr(default=None)

    @field_validator("generate_content_config")
    @classmethod
    def _leaves_own_fields(
        cls, config: types.GenerateContentConfig | None
    ) -> types.GenerateContentConfig | None:
        for field, own in _OWN_FIELDS.items():
            if config is not None and getattr(config, field):
                raise ValueError(
                    f"set {own} of the agent instead of generate_content_config.{field}"
                )
        return config

    @property
    def canonical_model(self) -> BaseLlm:
        """The model object; made once from a name, inherited from ancestors, or the default."""
        if isinstance(self.model, BaseLlm):
            return self.model
        if self._made_model is None or self._made_model.model != (self.model or DEFAULT_MODEL):
            if not self.model and (parent := self._llm_ancestor()) is not None:
                return parent.canonical_model
            self._made_model = LLMRegistry.new_llm(self.model or DEFAULT_MODEL)
        return self._made_model

    @property
    def canonical_live_model(self) -> BaseLlm:
        """The same for live conversations, which have a default of their own."""
        if self.model:
            return self.canonical_model
        if (parent := self._llm_ancestor()) is not None:
            return parent.canonical_live_model
        if self._made_live_model is None:
            self._made_live_model = LLMRegistry.new_llm(DEFAULT_LIVE_MODEL)
        return self._made_live_model

    @property
    def opened_models(self) -> list[BaseLlm]:
        """The model objects that there are already; asking makes none."""
        own = self.model if isinstance(self.model, BaseLlm) else self._made_model
        return [model for model in (own, self._made_live_model) if model is not None]

    def _llm_ancestor(self) -> LlmAgent | None:
        ancestor = self.parent_agent
        while ancestor is not None and not isinstance(ancestor, LlmAgent):
            ancestor = ancestor.parent_agent
        return ancestor

    @property
    def canonical_tools(self) -> list[BaseTool | BaseToolset]:
        """The tools, functions made into tools, and those that come with modes of agents."""
        private = self.__pydantic_private__ or {}
        made, of_modes = private["_made_tools"], private["_mode_tools"]
        if made is None or len(made) != len(self.tools):
            made = self._made_tools = [_as_tool(tool) for tool in self.tools]
        if of_modes is None:
            of_modes = self._mode_tools = self._tools_of_modes()
        return [*made, *of_modes]

    def _tools_of_modes(self) -> list[BaseTool]:
        end = [FinishTaskTool(self.name, self.output_schema)] if self.mode == "task" else []
        return [*end, *map(_tool_for, self.delegates)]

    @property
    def delegates(self) -> list[LlmAgent]:
        """The sub-agents that the model calls as tools."""
        return [a for a in self.sub_agents if isinstance(a, LlmAgent) and a.mode in DELEGATED]

    def run_async(self, parent_context: InvocationContext) -> AsyncGenerator[Event, None]:
        """Takes a turn, then lets the agents that the conversation is handed to take theirs."""
        if self.mode == "task":
            parent_context = with_own_task(parent_context, self)
        return self._with_successors(parent_context)

    def run_live(self, parent_context: InvocationContext) -> AsyncGenerator[Event, None]:
        """Takes part in a live conversation, and so do the agents that it is handed to."""
        return self._with_successors(parent_context)

    async def _with_successors(
        self, parent_context: InvocationContext
    ) -> AsyncGenerator[Event, None]:
        agent: BaseAgent = self
        while True:
            if isinstance(agent, LlmAgent):
                turn = agent._take_turn
            else:
                turn = agent.run_live if parent_context.is_live else agent.run_async
            async with aclosing(turn(parent_context)) as events:
                async for event in events:
                    yield event
            successor = parent_context.progress.successors.pop(agent.name, None)
            if successor is None:
                return
            if (found := self.root_agent.find_agent(successor)) is None:
                raise InputValidationError(
                    f"agent {agent.name!r} handed over to {successor!r}, but the app has no agent "
                    "of that name"
                )
            parent_context.progress.ended.discard(successor)
            agent = found

    def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        events = run_flow(ctx, self)
        return events if self.output_key is None else self._collected(events)

    async def _collected(self, flow: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        output = self._new_output()
        async with aclosing(flow) as events:
            async for event in events:
                output.collect(event)
                yield event

    async def _callback_event(self, ctx: InvocationContext, hook: str) -> Event | None:
        event = await super()._callback_event(ctx, hook)
        if event is not None and hook == "before_agent_callback":
            # What is said instead of the agent is its answer.
            self._new_output().collect(event)
        return event

    def _new_output(self) -> OutputCollector:
        # What is said in a task is not its result.
        key = self.output_key if self.mode != "task" else None
        return OutputCollector(self.name, key, self.output_schema)

    async def _run_live_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        output = OutputCollector(self.name, self.output_key, None)
        async with aclosing(run_live_flow(ctx, self)) as events:
            async for event in events:
                output.collect(event)
                yield event


def _as_tool(tool: Callable[..., Any] | BaseTool | BaseToolset) -> BaseTool | BaseToolset:
    return tool if isinstance(tool, (BaseTool, BaseToolset)) else FunctionTool(tool)


def _tool_for(agent: LlmAgent) -> SubAgentTool:
    return TaskAgentTool(agent) if agent.mode == "task" else SingleTurnAgentTool(agent)


Agent = LlmAgent


def nearest_llm_agent(root: AgentInTree) -> LlmAgent | None:
    """Returns the LLM agent that is nearest to the root, or None."""
    return next((agent for agent in agents_from(root) if isinstance(agent, LlmAgent)), None)
