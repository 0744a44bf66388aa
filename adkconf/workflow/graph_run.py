"""One run of a workflow: which node is next, until none is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from adkconf.agents.context import Context
from adkconf.errors import DynamicNodeFailError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.workflow.base_node import START, BaseNode
from adkconf.workflow.children import Children, below, execute, sub_branch
from adkconf.workflow.execution import Outcome, Task
from adkconf.workflow.graph import Graph
from adkconf.workflow.recall import Done, Run, Waiting, recall


class NodeStatus(IntEnum):
    """As checkpoints store it; google-adk's numbers."""

    RUNNING = 2
    COMPLETED = 3
    WAITING = 4
    FAILED = 5


@dataclass
class _NodeState:
    status: NodeStatus = NodeStatus.RUNNING
    asked: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Trigger:
    """A reason to run a node; with `apart` it gets a branch of its own."""

    node_input: Any
    branch: str | None
    apart: bool = False


@dataclass(frozen=True)
class _Recalled:
    """The outcome of a run from before the interrupt, with its place in the order of events."""

    position: int
    outcome: Outcome
    path: str


class GraphRun:
    """Runs nodes as soon as they are triggered, each node one run at a time.

    Runs from before an interrupt are gone through in their old order, so that each later run has
    the same path, and hence the same past, as before.
    """

    def __init__(self, name: str, graph: Graph, max_concurrency: int | None, ctx: Context) -> None:
        children = ctx.node_run.children
        assert isinstance(children, Children)
        self._name = name
        self._graph = graph
        self._limit = max_concurrency if max_concurrency and max_concurrency > 0 else None
        self._ctx = ctx
        self._children = children
        self._ground = children.ground
        self._branch = ctx.get_invocation_context().branch
        self._states: dict[str, _NodeState] = {}
        self._triggers: dict[str, list[_Trigger]] = {}
        self._tasks: dict[str, asyncio.Task[Outcome]] = {}
        self._recalled: dict[str, _Recalled] = {}
        self._ends: dict[str, Outcome] = {}
        self._arrived: dict[str, set[str]] = {}
        self._asked: set[str] = set()

    async def run(self, node_input: Any) -> list[Any]:
        """Runs to the end, or until only answers from outside could go on.

        Returns the outputs of the last nodes; what was asked is in the node's interrupt ids.

        Raises:
            DynamicNodeFailError: a node failed; its siblings have been stopped.
        """
        self._ends[START.name] = Outcome(node_input, branch=self._branch)
        self._trigger(START.name, [edge.to_node.name for edge in self._graph.leaving(START.name)])
        try:
            await self._work()
        finally:
            await _stop(self._tasks.values())
        self._ctx.node_run.interrupt_ids |= self._asked
        last = [self._ends[name] for name in self._graph.terminals if name in self._ends]
        return [end.output for end in last if end.output is not None]

    async def _work(self) -> None:
        while True:
            await self._start_ready()
            if self._recalled:
                await self._go_through_next_recalled()
            elif self._tasks:
                await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)
                await self._take_ended()
            else:
                return

    async def _start_ready(self) -> None:
        for name in list(self._triggers):
            if self._limit and len(self._tasks) + len(self._recalled) >= self._limit:
                return
            state = self._states.get(name)
            if state is None or not (state.status is NodeStatus.RUNNING or state.asked):
                trigger = self._triggers[name].pop(0)
                if not self._triggers[name]:
                    del self._triggers[name]
                await self._start(self._graph.by_name[name], trigger)

    async def _start(self, node: BaseNode, trigger: _Trigger) -> None:
        name = node.name
        path = self._children.next_path(name)
        record = self._ground.journal.record(path)
        branch = sub_branch(trigger.branch, path) if trigger.apart else trigger.branch
        self._states[name] = _NodeState()
        match recall(node, record, dynamic=False):
            case Run() as mode:
                task = self._task(node, trigger.node_input, path, branch, mode)
                self._tasks[name] = asyncio.create_task(execute(self._ground, task))
                await self._checkpoint()
            case Done(output, route):
                assert record is not None
                end = Outcome(output, route, branch)
                self._recalled[name] = _Recalled(record.position, end, path)
            case Waiting(asked):
                assert record is not None
                self._recalled[name] = _Recalled(record.position, Outcome(asked=asked), path)

    def _task(
        self, node: BaseNode, node_input: Any, path: str, branch: str | None, mode: Run
    ) -> Task:
        parent = self._children.parent
        is_last = node.name in self._graph.terminals
        return Task(
            node=node,
            node_input=node_input,
            path=path,
            invocation=below(parent.invocation, node, branch),
            author=node.name if node.holds_nodes else self._name,
            claims=(parent.path, *parent.claims) if is_last else (),
            mode=mode,
        )

    async def _go_through_next_recalled(self) -> None:
        name = min(self._recalled, key=lambda name: self._recalled[name].position)
        recalled = self._recalled.pop(name)
        if self._settle(name, recalled.outcome) is not NodeStatus.COMPLETED:
            await self._checkpoint()
        elif recalled.outcome.output is not None:
            await self._show_again(recalled)

    async def _take_ended(self) -> None:
        failed: Outcome | None = None
        while ended := [name for name, task in self._tasks.items() if task.done()]:
            for name in ended:
                outcome = self._tasks.pop(name).result()
                if outcome.error is not None:
                    self._states[name].status = NodeStatus.FAILED
                    failed = failed or outcome
                else:
                    self._settle(name, outcome)
                    await self._checkpoint()
            if failed is None:
                return
        if failed is not None and failed.error is not None:
            raise DynamicNodeFailError(
                f"a node of workflow {self._name!r} failed: {failed.error}",
                error=failed.error,
                error_node_path=failed.error_path,
            )

    def _settle(self, name: str, outcome: Outcome) -> NodeStatus:
        """Notes how a node's run ended and triggers what comes after it."""
        state = self._states[name]
        node = self._graph.by_name[name]
        nothing = outcome.output is None and outcome.route is None
        if outcome.asked or (node.wait_for_output and nothing):
            state.status = NodeStatus.WAITING
            state.asked = sorted(outcome.asked)
            self._asked |= outcome.asked
        else:
            state.status = NodeStatus.COMPLETED
            self._ends[name] = outcome
            self._trigger(name, self._graph.after(name, outcome.route))
        return state.status

    def _trigger(self, source: str, targets: list[str]) -> None:
        end = self._ends[source]
        for target in targets:
            if self._graph.by_name[target].waits_for_all:
                self._arrive(source, target)
            else:
                trigger = _Trigger(end.output, end.branch, apart=len(targets) > 1)
                self._triggers.setdefault(target, []).append(trigger)

    def _arrive(self, source: str, target: str) -> None:
        """Triggers a node once all its predecessors have ended since it last ran."""
        arrived = self._arrived.setdefault(target, set())
        arrived.add(source)
        before = list(dict.fromkeys(self._graph.before(target)))
        if not all(name == START.name or name in arrived for name in before):
            return
        del self._arrived[target]
        ends = {name: self._ends[name] for name in before}
        trigger = _Trigger(
            {name: end.output for name, end in ends.items()},
            _common_branch([end.branch for end in ends.values()]),
        )
        self._triggers.setdefault(target, []).append(trigger)

    async def _checkpoint(self) -> None:
        nodes = {
            name: {"status": int(state.status), "interrupts": state.asked}
            for name, state in self._states.items()
        }
        await self._mark(EventActions(agent_state={"nodes": nodes}))

    async def end(self) -> None:
        """Marks the end of the workflow."""
        await self._mark(EventActions(end_of_agent=True))

    async def _mark(self, actions: EventActions) -> None:
        if self._ctx.get_invocation_context().is_resumable:
            await self._send(Event(node_path=self._children.parent.path, actions=actions))

    async def _show_again(self, recalled: _Recalled) -> None:
        if self._ctx.get_invocation_context().is_resumable:
            await self._send(Event(node_path=recalled.path, output=recalled.outcome.output))

    async def _send(self, event: Event) -> None:
        event.invocation_id = self._ctx.invocation_id
        event.author = self._name
        event.branch = self._branch
        await self._ground.outlet.send(event)


async def _stop(tasks: Iterable[asyncio.Task[Outcome]]) -> None:
    running = list(tasks)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def _common_branch(branches: list[str | None]) -> str | None:
    """Returns the branch that all of these are on or below; None is the trunk."""
    common: list[str] = []
    for steps in zip(*((branch or "").split(".") for branch in branches), strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return ".".join(common) or None
