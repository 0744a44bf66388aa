"""The spans of one run, while they are open.

Hooks of a run come from several tasks and from the middle of generators, where a context variable
cannot be set on entry and reset on exit. So each span's parent is looked up here: by branch, since
within a branch one thing happens after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Tracer

from adkconf.telemetry.attributes import EVENT_ID, Attributes
from adkconf.telemetry.meters import Meters
from adkconf.telemetry.open_span import OpenSpan

Branch = str | None


@dataclass(slots=True)
class _Agent:
    """An agent at work. Those that are over without a word are found by asking."""

    name: str
    path: str
    span: OpenSpan
    is_over: Callable[[], bool]


@dataclass(slots=True)
class _Work:
    """A model call, a tool call or a node; `done_at` is set when it has its result."""

    span: OpenSpan
    outside: otel_context.Context
    done_at: int | None = None


class RunSpans:
    """Starts and ends the spans of a run; everything still open ends with the run.

    A model call or tool is the current span while it works, so that what it does itself (HTTP
    requests, a run of an agent used as a tool) appears below it.
    """

    def __init__(self, tracer: Tracer, meters: Meters, name: str, attributes: Attributes) -> None:
        self._tracer = tracer
        self._meters = meters
        root = tracer.start_span(f"invoke_workflow {name}", attributes=attributes)
        self._root = OpenSpan(root, attributes, meters)
        self._agents: dict[Branch, list[_Agent]] = {}
        self._nodes: dict[str, _Work] = {}
        self._calls: dict[Branch, _Work] = {}
        self._tools: dict[tuple[Branch, str | None], _Work] = {}

    def start_agent(
        self,
        branch: Branch,
        name: str,
        path: str,
        attributes: Attributes,
        is_over: Callable[[], bool],
    ) -> None:
        """Starts an agent's span below the workflow node that runs it, or the nearest agent."""
        agents = self._agents.setdefault(branch, [])
        while agents and agents[-1].is_over():
            self._end_from(branch, len(agents) - 1)
        span = self._start(f"invoke_agent {name}", self._parent(branch, path), attributes)
        agents.append(_Agent(name, path, span, is_over))

    def end_agent(self, branch: Branch, name: str, error: Exception | None = None) -> None:
        """Ends the latest open span of an agent and all that is still open below it."""
        agents = self._agents.get(branch, [])
        for index in range(len(agents) - 1, -1, -1):
            if agents[index].name == name:
                if error is not None:
                    agents[index].span.fail(error)
                self._end_from(branch, index)
                return

    def start_node(self, branch: Branch, path: str, name: str, attributes: Attributes) -> None:
        """Starts a workflow node's span below the node that holds or runs it."""
        self.end_node(path)
        self._nodes[path] = self._work(name, self._parent(branch, path), attributes)

    def end_node(self, path: str, error: Exception | None = None) -> None:
        """Ends a workflow node's span."""
        if (node := self._nodes.pop(path, None)) is not None:
            _done(node, error)
            _end(node, None)

    def start_call(self, branch: Branch, model: str, attributes: Attributes) -> None:
        """Starts the span of a model call."""
        self._end_call(branch)
        name = f"generate_content {model}".strip()
        if (agent := self._nearest_agent(branch)) is not None:
            agent.span.calls += 1
        self._calls[branch] = self._work(name, self._parent(branch), attributes)

    def call_answered(
        self, branch: Branch, attributes: Attributes, error: Exception | str | None = None
    ) -> None:
        """Notes an answer of the model, or its failure; the span ends with the answer's event."""
        if (call := self._calls.get(branch)) is not None:
            call.span.tell(attributes)
            _done(call, error)

    def call_speaks(self, branch: Branch) -> None:
        """Notes a fragment: the model call is no longer what the run waits for."""
        if (call := self._calls.get(branch)) is not None:
            _step_out(call)

    def start_tool(
        self, branch: Branch, call_id: str | None, name: str, attributes: Attributes
    ) -> None:
        """Starts the span of a tool call."""
        self._end_tool((branch, call_id))
        if (agent := self._nearest_agent(branch)) is not None:
            agent.span.tools += 1
        work = self._work(f"execute_tool {name}", self._parent(branch), attributes)
        self._tools[branch, call_id] = work

    def tool_answered(
        self,
        branch: Branch,
        call_id: str | None,
        attributes: Attributes,
        error: Exception | None = None,
    ) -> None:
        """Notes a tool's result or failure; the span ends with the result's event."""
        if (tool := self._tools.get((branch, call_id))) is not None:
            tool.span.tell(attributes)
            _done(tool, error)

    def event(self, branch: Branch, event_id: str, answered: Iterator[str | None]) -> None:
        """Ends what an event is the answer of: the tool calls of these ids, or the model call."""
        keys = [(branch, call_id) for call_id in answered]
        for key in keys:
            self._end_tool(key, event_id)
        if not keys:
            self._end_call(branch, event_id)

    def end(self, error: BaseException | None = None) -> None:
        """Ends all spans, the run's own last."""
        for branch in list(self._agents):
            self._end_from(branch, 0)
        for branch in list(self._calls):
            self._end_call(branch)
        for key in list(self._tools):
            self._end_tool(key)
        for path in sorted(self._nodes, key=len, reverse=True):
            self.end_node(path)
        if error is not None:
            self._root.fail(error)
        self._root.end()

    def _end_from(self, branch: Branch, index: int) -> None:
        """Ends an agent of a branch, and before it all that it started."""
        for other in [other for other in self._agents if _is_below(other, branch)]:
            self._end_from(other, 0)
        self._end_call(branch)
        for key in [key for key in self._tools if key[0] == branch]:
            self._end_tool(key)
        agents = self._agents.get(branch, [])
        while len(agents) > index:
            agents.pop().span.end()
        if not agents:
            self._agents.pop(branch, None)

    def _end_call(self, branch: Branch, event_id: str | None = None) -> None:
        _end(self._calls.pop(branch, None), event_id)

    def _end_tool(self, key: tuple[Branch, str | None], event_id: str | None = None) -> None:
        _end(self._tools.pop(key, None), event_id)

    def _parent(self, branch: Branch, path: str = "") -> OpenSpan:
        """Returns the span of the nearest agent in this branch or above, or of a node between."""
        agent = self._nearest_agent(branch)
        nodes = [at for at in self._nodes if path.startswith(f"{at}/")]
        nearest = max(nodes, key=len, default="")
        if agent is None or len(nearest) > len(agent.path):
            return self._nodes[nearest].span if nearest else self._root
        return agent.span

    def _nearest_agent(self, branch: Branch) -> _Agent | None:
        while True:
            if agents := self._agents.get(branch):
                return agents[-1]
            if branch is None:
                return None
            branch = branch.rpartition(".")[0] or None

    def _start(self, name: str, parent: OpenSpan, attributes: Attributes) -> OpenSpan:
        below = trace.set_span_in_context(parent.span, otel_context.get_current())
        span = self._tracer.start_span(name, context=below, attributes=attributes)
        return OpenSpan(span, attributes, self._meters)

    def _work(self, name: str, parent: OpenSpan, attributes: Attributes) -> _Work:
        span = self._start(name, parent, attributes)
        work = _Work(span, outside=otel_context.get_current())
        otel_context.attach(trace.set_span_in_context(span.span))
        return work


def _is_below(branch: Branch, other: Branch) -> bool:
    return branch is not None and (other is None or branch.startswith(f"{other}."))


def _done(work: _Work, error: BaseException | str | None) -> None:
    _step_out(work)
    if error is not None:
        work.span.fail(error)
    work.done_at = time.time_ns()


def _end(work: _Work | None, event_id: str | None) -> None:
    if work is not None:
        _step_out(work)
        if event_id is not None:
            work.span.tell({EVENT_ID: event_id})
        work.span.end(work.done_at)


def _step_out(work: _Work) -> None:
    """Makes the span before current again, if this one is current in this task."""
    if trace.get_current_span() is work.span.span:
        otel_context.attach(work.outside)
