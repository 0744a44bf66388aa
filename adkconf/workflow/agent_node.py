"""An agent as a node."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any, ClassVar, Literal

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.llm_agent import LlmAgent
from adkconf.agents.node_run import NodePlace
from adkconf.agents.output import note_answer
from adkconf.agents.progress import Progress
from adkconf.events.event import Event
from adkconf.tools.finish_task_tool import is_task_end
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.data import as_prompt


class AgentNode(BaseNode):
    """Runs an agent for each input.

    A model-driven agent is asked the input and sees nothing else of the session, unless its
    `include_contents` is set to `default`; its answer is the output. It goes on where it stopped
    when a long-running tool is answered. In mode `task` it talks with the user about its input
    until it has a result, which is the output; in mode `chat` it takes part in the conversation
    and has no output. Other agents have no output, and after an interrupt the answer is their
    output unless `rerun_on_resume` is set.
    """

    signs_events: ClassVar[bool] = True

    agent: BaseAgent

    def __init__(self, *, agent: BaseAgent, **fields: Any) -> None:
        is_llm = isinstance(agent, LlmAgent)
        defaults = {
            "name": agent.name,
            "description": agent.description,
            "rerun_on_resume": is_llm,
            "wait_for_output": getattr(agent, "mode", None) in ("task", "chat"),
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
                "agent": self.agent,
                "node": NodePlace(
                    path=ctx.node_path,
                    agent_name=self.agent.name,
                    prompt=as_prompt(node_input),
                    since=earlier[0][0] if earlier else len(outer.session.events),
                    view=self._view(),
                ),
                "isolation_scope": ctx.node_path if self._has_task else outer.isolation_scope,
                # The names of agents are free again in each run of a node.
                "progress": self._progress([event for _, event in earlier]),
                "end_invocation": False,
                "outer_root": outer.tree_root,
            }
        )
        answered = False
        async with aclosing(self.agent.run_async(inner)) as events:
            async for event in events:
                if not answered:
                    answered = self._note_answer(inner, event)
                yield event
        if not answered:
            ctx.node_run.interrupt_ids |= ctx.node_run.still_open
            if self._has_task or self.agent.name in inner.progress.paused:
                # A task, its own or a sub-agent's, waits for the user.
                ctx.node_run.interrupt_ids |= ctx.node_run.interrupt_ids or {ctx.node_path}

    @property
    def _has_task(self) -> bool:
        return isinstance(self.agent, LlmAgent) and self.agent.mode == "task"

    @property
    def takes_input(self) -> bool:
        """Whether the agent works on what comes over an edge."""
        return not (isinstance(self.agent, LlmAgent) and self.agent.mode == "chat")

    def _view(self) -> Literal["input", "all", "task", "talk"]:
        agent = self.agent
        if not isinstance(agent, LlmAgent):
            return "all"
        if agent.mode == "task":
            return "task"
        if agent.mode == "chat":
            return "talk"
        chosen = (
            agent.include_contents == "default" and "include_contents" in agent.model_fields_set
        )
        return "all" if chosen else "input"

    def _progress(self, earlier: list[Event]) -> Progress:
        # A task goes on although its agent's last turn is over.
        turns = [] if self._has_task else earlier
        return replace(Progress.of(turns), resumed=bool(earlier))

    def _note_answer(self, ctx: InvocationContext, event: Event) -> bool:
        """Marks an event as the node's output when the model has said its last word in it."""
        if not isinstance(self.agent, LlmAgent) or self.agent.mode == "chat":
            return False
        if self._has_task:
            return is_task_end(event) and event.author == self.agent.name
        return note_answer(ctx, event, self.agent.output_schema)


def _earlier(ctx: Context) -> list[tuple[int, Event]]:
    """Returns the events of this run from before it was interrupted, with their positions."""
    since = ctx.get_invocation_context().since
    return [
        (position, event)
        for position, event in enumerate(ctx.session.events[since:], since)
        if event.invocation_id == ctx.invocation_id
        and f"{event.node_info.path}/".startswith(f"{ctx.node_path}/")
    ]
