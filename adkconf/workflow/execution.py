"""One attempt of one node: its time limit, its outcome, and its events on their way out."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.node_run import NodeRun, Route
from adkconf.errors import DynamicNodeFailError, NodeTimeoutError
from adkconf.events.event import Event
from adkconf.events.outlet import Outlet
from adkconf.sessions.state import check_state_entry
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.data import text_of
from adkconf.workflow.journal import Journal
from adkconf.workflow.recall import Run


class NodeInterrupted(BaseException):
    """A child waits for an answer, so the node that awaits it stops."""


@dataclass(frozen=True)
class Outcome:
    """How a node's run ended."""

    output: Any = None
    route: Route = None
    branch: str | None = None
    asked: frozenset[str] = frozenset()
    error: Exception | None = None
    error_path: str = ""


@dataclass(frozen=True)
class Ground:
    """What all nodes of one run stand on."""

    outlet: Outlet
    journal: Journal


@dataclass(frozen=True, kw_only=True)
class Task:
    """A node to run, with its input and its place.

    `claims` are the paths of the nodes above that take its output as theirs. `author` signs its
    events.
    """

    node: BaseNode
    node_input: Any
    path: str
    invocation: InvocationContext
    author: str
    claims: tuple[str, ...] = ()
    mode: Run = field(default_factory=Run)


@dataclass(frozen=True)
class NodeExecution:
    """A task under way."""

    ground: Ground
    task: Task

    async def attempt(self, run: NodeRun) -> Outcome:
        """Runs the node once; its failure is told in an event and returned."""
        ctx = Context(self.task.invocation, node_run=run)
        try:
            await self._within_time(ctx)
            await self._send_rest(ctx)
        except NodeInterrupted:
            pass
        except DynamicNodeFailError as failed:
            # The child has told of it already.
            return Outcome(error=failed.error, error_path=failed.error_node_path)
        except Exception as error:
            await self._send(_error_event(error), ctx)
            return Outcome(error=error, error_path=self.task.path)
        branch = self.task.invocation.branch
        return Outcome(run.output, run.route, branch, frozenset(run.interrupt_ids))

    async def _within_time(self, ctx: Context) -> None:
        limit = self.task.node.timeout
        if limit is None:
            await self._drive(ctx)
            return
        try:
            async with asyncio.timeout(limit) as clock:
                await self._drive(ctx)
        except TimeoutError as error:
            if not clock.expired():
                raise
            raise NodeTimeoutError(node_name=self.task.node.name, timeout=limit) from error

    async def _drive(self, ctx: Context) -> None:
        async with aclosing(self.task.node.run(ctx=ctx, node_input=self.task.node_input)) as events:
            async for event in events:
                self._take_note(event, ctx.node_run)
                await self._send(event, ctx)

    def _take_note(self, event: Event, run: NodeRun) -> None:
        output = event.output
        if output is None and event.node_info.message_as_output and event.content is not None:
            output = text_of(event.content)
        if output is not None and not self._is_of_a_tool(event):
            run.set_output(output)
            run.output_sent = True
        run.interrupt_ids |= event.long_running_tool_ids or set()
        if event.actions.route is not None and not event.partial:
            run.route, run.route_sent = event.actions.route, True
        if (schema := self.task.invocation.state_schema) is not None:
            for key, value in event.actions.state_delta.items():
                check_state_entry(schema, key, value)

    def _is_of_a_tool(self, event: Event) -> bool:
        """Tells whether the event has the output of an agent that was called as a tool."""
        owners = event.node_info.output_for
        return owners is not None and self.task.path not in owners

    async def _send_rest(self, ctx: Context) -> None:
        """Sends what the node left in its context and in no event."""
        run, actions = ctx.node_run, ctx.settle()
        output = run.output if not (run.output_sent or run.claimed) else None
        route = run.route if not run.route_sent else None
        if output is not None or route is not None or actions.state_delta or actions.artifact_delta:
            await self._send(Event(output=output, route=route), ctx)

    async def _send(self, event: Event, ctx: Context) -> None:
        if event.output is not None and ctx.node_run.claimed:
            if not (event.actions.state_delta or event.actions.artifact_delta):
                return
            event.output = None
        if not event.partial:
            _move_deltas(ctx, event)
        self._sign(event, ctx)
        await self.ground.outlet.send(event)

    def _sign(self, event: Event, ctx: Context) -> None:
        signed = self.task.node.signs_events
        event.author = (signed and event.author) or self.task.author
        event.invocation_id = ctx.invocation_id
        info = event.node_info
        info.path = (signed and info.path) or self.task.path
        if event.branch is None:
            event.branch = self.task.invocation.branch
        if event.isolation_scope is None:
            event.isolation_scope = self.task.invocation.isolation_scope
        has_output = event.output is not None or info.message_as_output
        if has_output and not self._is_of_a_tool(event):
            info.output_for = [self.task.path, *self.task.claims]


def _move_deltas(ctx: Context, event: Event) -> None:
    pending = ctx.settle()
    for name in ("state_delta", "artifact_delta"):
        delta = getattr(pending, name)
        getattr(event.actions, name).update(delta)
        delta.clear()


def _error_event(error: Exception) -> Event:
    code = getattr(error, "status", None)
    return Event(
        error_code=code if isinstance(code, str) else type(error).__name__,
        error_message=str(error),
    )
