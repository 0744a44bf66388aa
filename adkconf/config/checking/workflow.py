"""Checks whether the nodes and edges of a workflow make a graph that can be run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.located import LocatedMap
from adkconf.config.problems import Problems
from adkconf.config.resolving.includes import AGENT_FILES
from adkconf.config.spec.agent import AgentNodeSpec, LlmAgentSpec, WorkflowSpec
from adkconf.config.spec.workflow import START, EdgeSpec, JoinNodeSpec, NodeSpec
from adkconf.config.suggestion import did_you_mean
from adkconf.soundness import Flaw, Link, Wiring


def check_workflow(workflow: WorkflowSpec, problems: Problems) -> None:
    """Notes edges that lead nowhere, or else whatever keeps the graph from being run."""
    is_lost = not workflow.edges and _has_written_edges(workflow)
    for diagnostic in _unknown_ends(workflow):
        problems.take(diagnostic)
        is_lost = True
    for check in () if is_lost else (_unsound, _same_names, _chats):
        for diagnostic in check(workflow):
            problems.take(diagnostic)


def _has_written_edges(workflow: WorkflowSpec) -> bool:
    """Tells whether edges were written; what is wrong with all of them has been noted."""
    written = workflow.written()
    return isinstance(written, LocatedMap) and "edges" in written.marks


def _unknown_ends(workflow: WorkflowSpec) -> Iterator[Diagnostic]:
    for edge in workflow.edges:
        for field, name in (("from_node", edge.from_node), ("to_node", edge.to_node)):
            # A file that cannot be read is no node either, and has been noted.
            if workflow.node_called(name) is None and not name.endswith(AGENT_FILES):
                hint = did_you_mean(name, [START, *workflow.nodes])
                hint = hint or "define it under nodes, or write './file.py:function'"
                message = f"there is no node {name!r}"
                yield edge.diagnostic("E501", message, hint=hint, steps=(field,))


def _unsound(workflow: WorkflowSpec) -> Iterator[Diagnostic]:
    links = tuple(_link(workflow, edge) for edge in workflow.edges)
    # A node that stands in no edge is never run, which is no harm.
    nodes = dict.fromkeys(end for link in links for end in (link.source, link.target))
    for flaw in Wiring(tuple(nodes), START, links).flaws():
        yield _located(workflow, flaw)


def _link(workflow: WorkflowSpec, edge: EdgeSpec) -> Link:
    source, target = (workflow.node_called(name) or name for name in (edge.from_node, edge.to_node))
    return Link(source, target, _routes(edge.route))


def _routes(route: Any) -> tuple[str, ...]:
    """Returns routes as texts; the keys of a map are texts that stand for numbers too."""
    routes = route if isinstance(route, tuple) else () if route is None else (route,)
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in routes)


def _located(workflow: WorkflowSpec, flaw: Flaw) -> Diagnostic:
    if flaw.link is not None:
        return workflow.edges[flaw.link].diagnostic("E604", flaw.message, hint=flaw.hint)
    steps = ("edges",) if flaw.node is None else ("nodes", flaw.node)
    return workflow.diagnostic("E604", flaw.message, hint=flaw.hint, steps=steps, key=True)


def _same_names(workflow: WorkflowSpec) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for key, node in workflow.nodes.items():
        name = node.name if isinstance(node, (JoinNodeSpec, NodeSpec)) else ""
        if name and name in seen:
            message = f"several nodes are named {name!r}: {seen[name]!r} and {key!r}"
            steps = ("nodes", key, "name")
            yield workflow.diagnostic("E604", message, hint="rename one of them", steps=steps)
        seen[name] = key


def _chats(workflow: WorkflowSpec) -> Iterator[Diagnostic]:
    for edge in workflow.edges:
        node = workflow.nodes.get(workflow.node_called(edge.to_node) or "")
        agent = node.agent if isinstance(node, AgentNodeSpec) else node
        if isinstance(agent, LlmAgentSpec) and agent.mode == "chat" and edge.from_node != START:
            yield edge.diagnostic(
                "E604",
                f"the agent {agent.name!r} has the mode 'chat' and stands behind "
                f"{edge.from_node!r}; in that mode it sees the conversation, but no input",
                hint="set its mode to 'single_turn', or let an edge lead to it from START only",
                steps=("to_node",),
            )
