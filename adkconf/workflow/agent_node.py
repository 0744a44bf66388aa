"""An agent as a node."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, ClassVar

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context import Context
from adkconf.agents.llm_agent import LlmAgent
from adkconf.agents.node_run import NodePlace
from adkconf.agents.output import parse_output
from adkconf.agents.progress import Progress
from adkconf.events.event import Event
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.data import as_prompt, text_of


class AgentNode(BaseNode):
    """Runs an agent for each input.

    A model-driven agent is asked the input and sees nothing else of the session, unless its
    `include_contents` is set to `default`; its answer is the output. It goes on where it stopped
    when a long-running tool is answered. Other agents have no output, and after an interrupt the
    answer is their output unless `rerun_on_resume` is set.
    """

    signs_events: ClassVar[bool] = True

    agent: BaseAgent

    def __init__(self, *, agent: BaseAgent, **fields: Any) -> None:
        is_llm = isinstance(agent, LlmAgent)
        defaults = {
            "name": agent.name,
            "description": agent.description,
            "rerun_on_resume": is_llm,
            "input_schema": getattr(agent, "input_schema", None),
        }
        super().__init__(**{"agent": agent, **defaults, **fields})

    def agents_inside(self) -> list[BaseAgent]:
        """Returns the agent."""
        return [self.agent]

    async def _run_impl(self, *, ctx: Context, node_input: Any) -> AsyncGenerator[Any, None]:
        outer = ctx.get_invocation_context()
        earlier = _earlier(ctx) if ctx.node_run.resumed else []
        inner = outer.model_copy(
            update={
                "node": NodePlace(
                    path=ctx.node_path,
                    agent_name=self.agent.name,
                    prompt=as_prompt(node_input),
                    since=earlier[0][0] if earlier else len(outer.session.events),
                    alone=self._sees_only_the_input(),
                ),
                # The names of agents are free again in each run of a node.
                "progress": Progress.of(e for _, e in earlier) if earlier else Progress(),
                "end_invocation": False,
                "outer_root": outer.tree_root,
            }
        )
        answered = False
        async with aclosing(self.agent.run_async(inner)) as events:
            async for event in events:
                if not answered:
                    answered = self._note_answer(event)
                yield event
        if not answered:
            ctx.node_run.interrupt_ids |= ctx.node_run.still_open

    def _sees_only_the_input(self) -> bool:
        agent = self.agent
        return isinstance(agent, LlmAgent) and not (
            agent.include_contents == "default" and "include_contents" in agent.model_fields_set
        )

    def _note_answer(self, event: Event) -> bool:
        """Marks an event as the node's output when the model has said its last word in it."""
        content = event.content
        if not isinstance(self.agent, LlmAgent) or content is None or content.role != "model":
            return False
        if event.partial or event.get_function_calls():
            return False
        if self.agent.output_schema is None:
            event.node_info.message_as_output = True
        elif text := text_of(content):
            event.output = parse_output(self.agent.name, self.agent.output_schema, text)
        return True


def _earlier(ctx: Context) -> list[tuple[int, Event]]:
    """Returns the events of this run from before it was interrupted, with their positions."""
    return [
        (position, event)
        for position, event in enumerate(ctx.session.events)
        if event.invocation_id == ctx.invocation_id
        and f"{event.node_info.path}/".startswith(f"{ctx.node_path}/")
    ]
