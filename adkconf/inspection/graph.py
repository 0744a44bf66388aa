"""An app as a graph: its agents, whom they hand over to, their tools, and the services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from adkconf.config.spec.agent import (
    AgentNode,
    AgentNodeSpec,
    AgentSpec,
    CodeAgentSpec,
    CustomAgentSpec,
    LlmAgentSpec,
    LoopAgentSpec,
    SequentialAgentSpec,
    WorkflowNode,
    WorkflowSpec,
)
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ComponentSpec, ModelSpec, NamedCodeSpec, ToolSpec
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.workflow import (
    START,
    FunctionNodeSpec,
    JoinNodeSpec,
    ObjectNodeSpec,
    ToolNodeSpec,
)
from adkconf.inspection.tool_source import tool_source

Shape = Literal["app", "agent", "steps", "function", "join", "start", "tool", "service"]
Relation = Literal["root", "transfer", "step", "flow", "call", "tool", "service"]
Line = Literal["arrow", "both", "dotted"]

_DOTTED: tuple[Relation, ...] = ("call", "tool", "service")


@dataclass(frozen=True)
class Node:
    """Something with a name; further lines of its label say what it is."""

    id: str
    label: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True)
class Edge:
    """From one node, or group, to another of the same group.

    - `root`: the app's root agent; `step`: a sub-agent that is run; `flow`: an edge of a workflow.
    - `transfer`: an agent that may be handed the conversation; `call`: one that is a tool.
    - `tool`, `service`: what is used.

    `peers` are agents side by side. `both`: it goes back as well.
    """

    source: str
    target: str
    relation: Relation
    label: str = ""
    peers: bool = False
    both: bool = False

    @property
    def line(self) -> Line:
        """How it is drawn."""
        return "dotted" if self.relation in _DOTTED else "both" if self.both else "arrow"


@dataclass
class Group:
    """Nodes with the edges between them; the outermost one is the whole graph."""

    id: str = ""
    label: tuple[str, ...] = ()
    nodes: list[Node] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def walk(self) -> Iterator[Group]:
        """Yields the group and all in it."""
        yield self
        for inner in self.groups:
            yield from inner.walk()


def draw(app: AppSpec) -> Group:
    """Returns the graph of an app."""
    drawing = _Drawing()
    whole = Group()
    top = drawing.node(whole, "app", "app", app.name)
    whole.edges.append(Edge(top, drawing.agent(whole, app.root_agent), "root"))
    for kind, service in app.services.given().items():
        if service is not None:
            name = drawing.node(whole, "service", "service", f"{kind}: {_component(service)}")
            whole.edges.append(Edge(top, name, "service"))
    return whole


class _Drawing:
    """Adds what it comes across to a group; returns the ids."""

    def __init__(self) -> None:
        self._count = 0
        self._tools: dict[tuple[str, str], str] = {}

    def node(self, group: Group, prefix: str, shape: Shape, *label: str) -> str:
        made = Node(self._new(prefix), tuple(filter(None, label)), shape)
        group.nodes.append(made)
        return made.id

    def agent(self, group: Group, spec: AgentNode) -> str:
        if isinstance(spec, WorkflowSpec):
            return self._workflow(group, spec)
        if isinstance(spec, CodeAgentSpec):
            return self.node(group, "agent", "agent", _component(spec.code), "Python")
        llm = isinstance(spec, LlmAgentSpec)
        about = _model(spec) if isinstance(spec, LlmAgentSpec) else _class(spec)
        name = self.node(group, "agent", "agent" if llm else "steps", spec.name, about)
        self._sub_agents(group, spec, name)
        for tool in (spec.tools if isinstance(spec, LlmAgentSpec) else None) or ():
            group.edges.append(self._tool_edge(group, name, tool))
        return name

    def _sub_agents(self, group: Group, spec: AgentSpec, name: str) -> None:
        children = [(child, self.agent(group, child)) for child in spec.sub_agents or ()]
        ordered = isinstance(spec, (SequentialAgentSpec, LoopAgentSpec))
        hands_over = isinstance(spec, LlmAgentSpec)
        if hands_over:
            called = [pair for pair in children if _is_called(pair[0])]
            group.edges += [Edge(name, below, "call", "as a tool") for _, below in called]
            children = [pair for pair in children if pair not in called]
        for number, (child, below) in enumerate(children, start=1):
            if hands_over:
                back = _may_transfer(child, "parent")
                group.edges.append(Edge(name, below, "transfer", "transfer", both=back))
            else:
                group.edges.append(Edge(name, below, "step", str(number) if ordered else ""))
        for one, other in combinations(children, 2) if hands_over else ():
            group.edges += _between_peers(one, other)

    def _tool_edge(self, group: Group, agent: str, tool: ToolSpec) -> Edge:
        below = tool.args.get("agent")
        if tool.kind == "builtin" and isinstance(below, (AgentSpec, WorkflowSpec, CodeAgentSpec)):
            return Edge(agent, self.agent(group, below), "call", "as a tool")  # type: ignore[arg-type]
        return Edge(agent, self._tool(group, tool), "tool")

    def _tool(self, group: Group, tool: ToolSpec) -> str:
        """Adds a tool, unless another agent of the group has the same one."""
        ref = _reference(tool)
        own = f"{tool.name} {tool.written() if tool.args else ''}"
        key = (group.id, f"{ref.file or ref.module}:{ref.attribute}" if ref else own)
        if key not in self._tools:
            self._tools[key] = self.node(group, "tool", "tool", _component(tool), tool_source(tool))
        return self._tools[key]

    def _workflow(self, group: Group, spec: WorkflowSpec) -> str:
        inner = Group(self._new("workflow"), (spec.name, "Workflow"))
        group.groups.append(inner)
        ids = {START: self.node(inner, "start", "start", START)}
        ids |= {name: self._workflow_node(inner, name, node) for name, node in spec.nodes.items()}
        for edge in spec.edges:
            ends = [spec.node_called(name) for name in (edge.from_node, edge.to_node)]
            source, target = (ids[name] for name in ends if name is not None)
            inner.edges.append(Edge(source, target, "flow", _route(edge.route)))
        return inner.id

    def _workflow_node(self, group: Group, name: str, spec: WorkflowNode) -> str:
        if isinstance(spec, AgentNodeSpec):
            return self.agent(group, spec.agent)
        if isinstance(spec, FunctionNodeSpec):
            return self.node(group, "node", "function", spec.name or spec.func_code.attribute)
        if isinstance(spec, JoinNodeSpec):
            return self.node(group, "node", "join", spec.name or name)
        if isinstance(spec, ToolNodeSpec):
            return self.node(group, "node", "tool", spec.name or _component(spec.tool))
        if isinstance(spec, ObjectNodeSpec):
            return self.node(group, "node", "function", spec.ref.attribute)
        return self.agent(group, spec)

    def _new(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"


def _between_peers(one: tuple[AgentNode, str], other: tuple[AgentNode, str]) -> list[Edge]:
    there, back = _may_transfer(one[0], "peers"), _may_transfer(other[0], "peers")
    if not there and not back:
        return []
    source, target = (one[1], other[1]) if there else (other[1], one[1])
    return [Edge(source, target, "transfer", "transfer", peers=True, both=there and back)]


def _may_transfer(agent: AgentNode, to: Literal["parent", "peers"]) -> bool:
    return isinstance(agent, LlmAgentSpec) and not getattr(agent, f"disallow_transfer_to_{to}")


def _is_called(agent: AgentNode) -> bool:
    return isinstance(agent, LlmAgentSpec) and agent.mode in ("task", "single_turn")


def _model(agent: LlmAgentSpec) -> str:
    model: ModelSpec | NamedCodeSpec | None = agent.model or agent.model_code
    if model is None:
        return ""
    named = model.args.get("model") if model.kind == "builtin" else None
    return str(named) if named else _component(model)


def _class(agent: AgentSpec) -> str:
    if isinstance(agent, CustomAgentSpec):
        return agent.agent_class.attribute
    name = str(getattr(agent, "agent_class", ""))
    most = agent.max_iterations if isinstance(agent, LoopAgentSpec) else None
    return f"{name}, at most {most} times" if most else name


def _component(spec: ComponentSpec) -> str:
    """Returns a short name; never arguments, which may be secret."""
    ref = _reference(spec)
    return ref.attribute if ref else spec.name


def _reference(spec: ComponentSpec) -> PythonRef | None:
    wrapped = spec.args.get("func") if spec.kind == "builtin" else None
    return wrapped if isinstance(wrapped, PythonRef) else spec.ref


def _route(route: object) -> str:
    if isinstance(route, tuple):
        return ", ".join(map(_route, route))
    if isinstance(route, bool):
        return str(route).lower()
    return "" if route is None else str(route)
