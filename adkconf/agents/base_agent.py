"""What every agent is: a name, a place in a tree, callbacks, and a run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any, ClassVar, Self

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator

from adkconf.agents.callbacks import Callbacks, checked, first_answer
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions


class BaseAgent(BaseModel):
    """Subclass it and write `_run_async_impl` to bring an agent of your own.

    `name` is a Python identifier, unique in its tree, and not `user`. An agent has one parent.
    A before-agent callback that returns a content answers instead of the agent; an after-agent
    callback that returns one adds to its answer.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    name: str
    description: str = ""
    sub_agents: list[BaseAgent] = Field(default_factory=list)
    before_agent_callback: Callbacks = None
    after_agent_callback: Callbacks = None

    _parent_agent: BaseAgent | None = PrivateAttr(default=None)

    # Agents that hand a conversation on and take it back override this (LlmAgent does).
    takes_transfers: ClassVar[bool] = False
    # Agents whose sub-agents talk one after the other in a live conversation override this.
    waits_for_completion: ClassVar[bool] = False

    @field_validator("name")
    @classmethod
    def _usable_name(cls, name: str) -> str:
        if not name.isidentifier():
            raise ValueError(
                f"agent name {name!r} must be an identifier: letters, digits and underscores, "
                "not starting with a digit"
            )
        if name == "user":
            raise ValueError("agent name 'user' is reserved for the user's own messages")
        return name

    def model_post_init(self, context: Any, /) -> None:
        """Becomes the parent of its sub-agents."""
        for child in self.sub_agents:
            self._adopt(child)

    def _adopt(self, child: BaseAgent) -> None:
        if child._parent_agent is not None:
            raise ValueError(
                f"agent {child.name!r} already has the parent {child._parent_agent.name!r}; "
                f"clone() it to use it under {self.name!r} too"
            )
        child._parent_agent = self

    @property
    def parent_agent(self) -> BaseAgent | None:
        """The agent that has this one as a sub-agent."""
        # By its own name a private attribute takes pydantic twenty times as long, in every run.
        parent: BaseAgent | None = (self.__pydantic_private__ or {})["_parent_agent"]
        return parent

    @property
    def inner_agents(self) -> list[BaseAgent]:
        """The agents below; an agent that runs nodes has those inside of them."""
        return self.sub_agents

    @property
    def root_agent(self) -> BaseAgent:
        """The top of the tree."""
        agent: BaseAgent = self
        while (parent := agent.parent_agent) is not None:
            agent = parent
        return agent

    def find_agent(self, name: str) -> BaseAgent | None:
        """Returns this agent or the one below it with that name, or None."""
        return self if self.name == name else self.find_sub_agent(name)

    def find_sub_agent(self, name: str) -> BaseAgent | None:
        """Returns the agent below this one with that name, or None."""
        for child in self.sub_agents:
            if found := child.find_agent(name):
                return found
        return None

    def clone(self, update: dict[str, Any] | None = None) -> Self:
        """Copies the agent and its sub-agents, without a parent.

        Raises:
            ValueError: `update` names a field the agent does not have.
        """
        changes = dict(update or {})
        if unknown := set(changes) - set(type(self).model_fields):
            raise ValueError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        fields |= {name: list(v) for name, v in fields.items() if isinstance(v, list)}
        if "sub_agents" not in changes:
            changes["sub_agents"] = [child.clone() for child in self.sub_agents]
        return type(self)(**{**fields, **changes})

    def run_async(self, parent_context: InvocationContext) -> AsyncGenerator[Event, None]:
        """Runs the agent with its callbacks and those of the plugins; yields its events."""
        return self._take_turn(parent_context)

    def run_live(self, parent_context: InvocationContext) -> AsyncGenerator[Event, None]:
        """Does the same in a live conversation, which `parent_context` has the queue of."""
        return self._take_turn(parent_context)

    async def _take_turn(self, parent_context: InvocationContext) -> AsyncGenerator[Event, None]:
        ctx = parent_context.model_copy(update={"agent": self})
        if self.name in ctx.progress.ended:
            return
        ctx.progress.wake(self.name)
        try:
            if (event := await self._callback_event(ctx, "before_agent_callback")) is not None:
                yield event
            if not ctx.end_invocation:
                run = self._run_live_impl if ctx.is_live else self._run_async_impl
                async with aclosing(run(ctx)) as events:
                    async for event in events:
                        if ctx.isolation_scope is not None and event.isolation_scope is None:
                            event.isolation_scope = ctx.isolation_scope
                        yield event
            if (event := await self._last_event(ctx)) is not None:
                yield event
        except Exception as error:
            if ctx.tally.failed_in is None:
                ctx.tally.failed_in = ctx
            await ctx.plugin_manager.every(
                "on_agent_error_callback", agent=self, callback_context=Context(ctx), error=error
            )
            raise
        if ctx.is_resumable and not ctx.is_live and not ctx.is_paused(self.name):
            ctx.progress.ended.add(self.name)
            yield self._new_event(ctx, actions=EventActions(end_of_agent=True))

    async def _last_event(self, ctx: InvocationContext) -> Event | None:
        """Returns what after-agent callbacks add to a turn that is over."""
        if ctx.end_invocation or (ctx.is_resumable and ctx.is_paused(self.name)):
            return None
        return await self._callback_event(ctx, "after_agent_callback")

    def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        raise NotImplementedError(f"{type(self).__name__} does not define _run_async_impl")

    def _run_live_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        raise NotImplementedError(
            f"agent {self.name!r} has no live mode; LlmAgent and SequentialAgent have one"
        )

    async def _callback_event(self, ctx: InvocationContext, hook: str) -> Event | None:
        """Asks the plugins, then the agent's own callbacks; returns the event of what they did."""
        own = getattr(self, hook)
        if not own and not ctx.plugin_manager.overridden(hook):
            return None
        context = Context(ctx)
        content: types.Content | None = await ctx.plugin_manager.first(
            hook, agent=self, callback_context=context
        )
        if content is None:
            answer = await first_answer(own, callback_context=context)
            content = checked(answer, types.Content, f"a {hook} of agent {self.name!r}")
        actions = context.settle()
        if content is None and not actions.state_delta and not actions.artifact_delta:
            return None
        if content is not None and hook == "before_agent_callback":
            ctx.end_invocation = True
        return self._new_event(ctx, content=content, actions=actions)

    def _checkpoint(self, ctx: InvocationContext, state: dict[str, Any]) -> Event:
        """Makes the event that notes how far a workflow agent has come."""
        ctx.progress.states[self.name] = state
        return self._new_event(ctx, actions=EventActions(agent_state=state))

    def _names_below(self) -> Iterator[str]:
        for child in self.sub_agents:
            yield child.name
            yield from child._names_below()

    def _new_event(self, ctx: InvocationContext, **fields: Any) -> Event:
        """Makes an event of this agent in this run."""
        return Event(
            invocation_id=ctx.invocation_id,
            author=self.name,
            branch=ctx.branch,
            node_path=ctx.node_path,
            isolation_scope=ctx.isolation_scope,
            **fields,
        )
