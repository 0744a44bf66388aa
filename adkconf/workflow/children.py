"""The nodes that a node has run: new ones, ones that are done, and ones that wait."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.node_run import NodeRun
from adkconf.errors import DynamicNodeFailError
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.build import build_node
from adkconf.workflow.execution import Ground, NodeExecution, NodeInterrupted, Outcome, Task
from adkconf.workflow.recall import Done, Waiting, recall


async def execute(ground: Ground, task: Task) -> Outcome:
    """Runs a node, again and again as its `retry_config` says, and returns how it ended."""
    execution = NodeExecution(ground, task)
    kept: dict[str, Outcome] = {}
    attempt = 1
    while True:
        children = Children(execution, kept, attempt)
        try:
            outcome = await _attempt(execution, children.run)
            if outcome.error is None:
                outcome = await children.left_behind() or outcome
        finally:
            await children.stop()
        retry = task.node.retry_config
        if outcome.error is None or retry is None or not retry.covers(outcome.error, attempt):
            return outcome
        await asyncio.sleep(retry.delay_after(attempt))
        attempt += 1


async def _attempt(execution: NodeExecution, run: NodeRun) -> Outcome:
    """Runs a node once and tells those who watch; agents have hooks of their own."""
    task = execution.task
    ctx, watchers = task.invocation, task.invocation.node_watchers
    if not watchers or task.node.signs_events:
        return await execution.attempt(run)
    outcome: Outcome | None = None
    for watcher in watchers:
        watcher.node_started(ctx, task.path, is_workflow=task.node.holds_nodes)
    try:
        outcome = await execution.attempt(run)
        return outcome
    finally:
        for watcher in reversed(watchers):
            watcher.node_ended(ctx, task.path, outcome.error if outcome else None)


def below(invocation: InvocationContext, node: BaseNode, branch: str | None) -> InvocationContext:
    """Returns the invocation as a child works with it."""
    schema = node.state_schema or invocation.state_schema
    return invocation.model_copy(update={"branch": branch, "state_schema": schema})


def sub_branch(branch: str | None, path: str) -> str:
    """Returns the branch that only the run at that path sees."""
    leaf = path.rpartition("/")[2]
    return f"{branch}.{leaf}" if branch else leaf


class Children:
    """Belongs to one attempt of one node; the next attempt counts the runs of its children anew.

    That is how children that were done before a retry or an interrupt are recognised.
    """

    def __init__(self, execution: NodeExecution, kept: dict[str, Outcome], attempt: int) -> None:
        task = execution.task
        self.ground = execution.ground
        self.parent = task
        self.run = NodeRun(
            path=task.path,
            children=self,
            attempt_count=attempt,
            resumed=task.mode.resumed,
            resume_inputs=dict(task.mode.answers),
            still_open=task.mode.still_open,
        )
        self._kept = kept
        self._counts: Counter[str] = Counter()
        self._running: dict[str, asyncio.Task[Outcome]] = {}

    async def stop(self) -> None:
        """Cancels the children that are still running."""
        running = list(self._running.values())
        for child in running:
            child.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def left_behind(self) -> Outcome | None:
        """Waits for children that nobody awaits; returns the failure of one, or None."""
        for outcome in await asyncio.gather(*self._running.values()):
            if outcome.error is not None:
                return outcome
        return None

    def next_path(self, name: str) -> str:
        """Returns the path of the next run of the child of that name."""
        self._counts[name] += 1
        return f"{self.parent.path}/{name}@{self._counts[name]}"

    async def run_node(
        self,
        node: Any,
        node_input: Any = None,
        *,
        use_as_output: bool = False,
        run_id: str | None = None,
        use_sub_branch: bool = False,
        override_branch: str | None = None,
        raise_on_wait: bool = False,
    ) -> Any:
        """Runs a child for `ctx.run_node` and returns its output."""
        child = build_node(node)
        self._check(run_id, use_as_output)
        path = f"{self.parent.path}/{child.name}@{run_id}" if run_id else self.next_path(child.name)
        parent = self.parent
        branch = parent.invocation.branch if override_branch is None else override_branch
        branch = sub_branch(branch, path) if use_sub_branch else branch
        outcome = await self._once(
            Task(
                node=child,
                node_input=node_input,
                path=path,
                invocation=below(parent.invocation, child, branch),
                author=parent.author,
                claims=(parent.path, *parent.claims) if use_as_output else (),
            )
        )
        self._stop_unless_done(child, outcome)
        may_have_none = child.holds_nodes or child.wait_for_output
        if raise_on_wait and outcome.output is None and may_have_none:
            raise NodeInterrupted
        if use_as_output:
            self.run.output = outcome.output
        return outcome.output

    def _stop_unless_done(self, child: BaseNode, outcome: Outcome) -> None:
        if outcome.error is not None:
            raise DynamicNodeFailError(
                f"node {child.name!r} failed: {outcome.error}",
                error=outcome.error,
                error_node_path=outcome.error_path,
            )
        if outcome.asked:
            self.run.interrupt_ids |= outcome.asked
            raise NodeInterrupted

    def _check(self, run_id: str | None, use_as_output: bool) -> None:
        if not self.parent.node.rerun_on_resume:
            raise ValueError(
                f"node {self.parent.node.name!r} runs other nodes and needs rerun_on_resume=True: "
                "when a child is interrupted, it is run again to take the child's answer"
            )
        if run_id is not None and run_id.isdigit():
            raise ValueError(f"run_id {run_id!r} must not be a number; numbers are given to runs")
        if use_as_output:
            if self.run.claimed:
                raise ValueError(f"node {self.parent.path} has a child for its output already")
            self.run.claimed = True

    async def _once(self, task: Task) -> Outcome:
        """Runs a child unless it is under way, or was done before."""
        path = task.path
        if path in self._running:
            return await self._running[path]
        if path in self._kept:
            return self._kept[path]
        match recall(task.node, self.ground.journal.record(path), dynamic=True):
            case Done(output, route):
                return Outcome(output, route, task.invocation.branch)
            case Waiting(asked):
                return Outcome(asked=asked)
            case mode:
                child = asyncio.create_task(execute(self.ground, replace(task, mode=mode)))
        self._running[path] = child
        try:
            outcome = await child
        finally:
            self._running.pop(path, None)
        if outcome.error is None and not outcome.asked:
            self._kept[path] = outcome
        return outcome
