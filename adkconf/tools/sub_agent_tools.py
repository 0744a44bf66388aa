"""Sub-agents that their parent calls as tools: those in mode `task` and `single_turn`."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any, ClassVar, Literal, Protocol

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.failure_event import failure_event
from adkconf.agents.invocation_context import AgentInTree, InvocationContext
from adkconf.agents.node_run import NodePlace
from adkconf.agents.output import note_answer
from adkconf.agents.progress import Progress
from adkconf.events.event import Event
from adkconf.flows.task_ledger import ledger_of
from adkconf.tools.agent_input import AgentInput
from adkconf.tools.base_tool import BaseTool


class SubAgent(AgentInTree, Protocol):
    """What these tools read of an agent."""

    input_schema: Any
    output_schema: Any
    include_contents: Literal["default", "none"]

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the fields that were given."""


class SubAgentTool(BaseTool):
    """Carries an agent's name, description and input.

    Its answer can come later: the agent may have to wait for the user.
    """

    defers_answer: ClassVar[bool] = True

    def __init__(self, agent: SubAgent) -> None:
        super().__init__(name=agent.name, description=agent.description)
        self.agent = agent
        self.input = AgentInput(agent.name, agent.input_schema)

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        return types.FunctionDeclaration(
            name=self.name,
            description=self.description,
            parameters_json_schema=self.input.parameters,
        )


class TaskAgentTool(SubAgentTool):
    """Gives the agent a task; the flow lets it work when the other calls of the step are done."""

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        declaration = super()._get_declaration()
        if declaration is not None:
            rule = "Hands a task to another agent. Call nothing else beside it."
            declaration.description = f"{self.description}\n{rule}".strip()
        return declaration

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Checks the arguments; returns None when the agent can take its task."""
        if tool_context.get_invocation_context().is_live:
            return {"error": f"{self.name} cannot take a task in a live conversation"}
        try:
            self.input.prompt(args)
        except ValueError as error:
            return {"error": str(error)}
        return None


class SingleTurnAgentTool(SubAgentTool):
    """Runs the agent on its input and returns its answer; its events go out while it works."""

    sends_events: ClassVar[bool] = True

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Returns the answer; None when the agent waits for somebody outside."""
        outer = tool_context.get_invocation_context()
        try:
            prompt = self.input.prompt(args)
        except ValueError as error:
            return {"error": str(error)}
        ctx = self._inner(outer, str(tool_context.function_call_id), prompt)
        try:
            return await self._answer(ctx)
        except Exception as error:
            # The caller's model is told, and can do without the answer.
            await self._send(ctx, failure_event(ctx, error))
            ctx.tally.failed_in = None
            return {"error": f"agent {self.name} failed: {error}"}

    async def _answer(self, ctx: InvocationContext) -> Any:
        answer: Event | None = None
        async with aclosing(self.agent.run_async(ctx)) as events:
            async for event in events:
                if answer is None and note_answer(ctx, event, self.agent.output_schema):
                    event.node_info.output_for = [ctx.node_path]
                    answer = event
                await self._send(ctx, event)
        if answer is None:
            return None if self.name in ctx.progress.paused else ""
        return answer.output if self.agent.output_schema is not None else _text(answer)

    async def _send(self, ctx: InvocationContext, event: Event) -> None:
        if ctx.outlet is not None:
            await ctx.outlet.send(event)

    def _inner(self, outer: InvocationContext, call_id: str, prompt: str) -> InvocationContext:
        leaf = f"{self.name}@{call_id}"
        chosen = "include_contents" in self.agent.model_fields_set
        sees_all = chosen and self.agent.include_contents == "default"
        return outer.model_copy(
            update={
                "agent": self.agent,
                "branch": f"{outer.branch}.{leaf}" if outer.branch else leaf,
                "node": NodePlace(
                    path=f"{outer.node_path}/{self.name}@1",
                    agent_name=self.name,
                    prompt=types.Content(role="user", parts=[types.Part(text=prompt)]),
                    since=_place_of(outer, call_id),
                    view="all" if sees_all else "input",
                ),
                "progress": Progress(resumed=outer.progress.resumed),
                "live_request_queue": None,
            }
        )


def _place_of(ctx: InvocationContext, call_id: str) -> int:
    call = ledger_of(ctx.session).call(call_id)
    return call.position + 1 if call is not None else len(ctx.session.events)


def _text(event: Event) -> str:
    parts = (event.content.parts if event.content else None) or ()
    return "".join(part.text for part in parts if part.text and not part.thought)
