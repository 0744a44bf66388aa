"""An agent as a tool of another one."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext, RunTally
from adkconf.agents.output import parse_output
from adkconf.events.event import Event
from adkconf.invocation.message import store_message
from adkconf.invocation.recorder import run_agent
from adkconf.plugins.plugin_manager import PluginManager
from adkconf.sessions.in_memory_session_service import InMemorySessionService
from adkconf.sessions.state import State
from adkconf.tools.agent_input import AgentInput
from adkconf.tools.base_tool import BaseTool


class AgentTool(BaseTool):
    """Asks another agent in a conversation of its own and returns its last answer.

    The agent starts with a copy of the state; what it writes there is written here too. Files
    and memory are those of the calling session. `skip_summarization` makes the answer final for
    the caller. `include_plugins=False` keeps the app's plugins out of the inner run.
    """

    speaks = True

    def __init__(
        self, agent: BaseAgent, skip_summarization: bool = False, *, include_plugins: bool = True
    ) -> None:
        super().__init__(name=agent.name, description=agent.description)
        self.agent = agent
        self.input = AgentInput(agent.name, getattr(agent, "input_schema", None))
        self.skip_summarization = skip_summarization
        self.include_plugins = include_plugins

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        return types.FunctionDeclaration(
            name=self.name,
            description=self.description,
            parameters_json_schema=self.input.parameters,
        )

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Runs the agent; an agent that says nothing returns an empty text."""
        try:
            text = self.input.prompt(args)
        except ValueError as error:
            return {"error": str(error)}
        tool_context.actions.skip_summarization = self.skip_summarization or None
        last: Event | None = None
        ctx = await self._inner_context(tool_context)
        await store_message(ctx, types.Content(parts=[types.Part(text=text)]), None)
        async with aclosing(run_agent(ctx)) as events:
            async for event in events:
                if event.actions.state_delta:
                    tool_context.state.update(event.actions.state_delta)
                if event.content is not None and not event.partial:
                    last = event
        return self._result(last)

    async def _inner_context(self, tool_context: Context) -> InvocationContext:
        outer = tool_context.get_invocation_context()
        service = InMemorySessionService()
        state = {
            key: value
            for key, value in outer.session.state.items()
            if not key.startswith(State.TEMP_PREFIX)
        }
        session = await service.create_session(
            app_name=outer.app_name, user_id=outer.user_id, session_id=outer.session.id, state=state
        )
        return outer.model_copy(
            update={
                "agent": self.agent,
                "session": session,
                "session_service": service,
                "outer_root": None,
                "branch": None,
                "plugin_manager": outer.plugin_manager if self.include_plugins else PluginManager(),
                # Calls count against the outer run's limit; a failure is the tool's.
                "tally": RunTally(llm_calls=outer.tally.llm_calls),
            }
        )

    def _result(self, last: Event | None) -> Any:
        parts = (last.content.parts if last and last.content else None) or ()
        text = "".join(part.text for part in parts if part.text and not part.thought)
        schema = getattr(self.agent, "output_schema", None)
        return parse_output(self.agent.name, schema, text) if schema and text else text
