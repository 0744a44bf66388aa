from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from adkconf.config.loaded import Loaded
from adkconf.inspection.graph import Group, draw
from adkconf.inspection.mermaid import write_mermaid

LoadText = Callable[..., Loaded]


def drawn(loaded: Loaded) -> Group:
    assert loaded.spec is not None
    return draw(loaded.spec)


def relations(group: Group) -> set[tuple[str, str, str, str]]:
    """Returns all edges, with the first lines of labels for ids."""
    names: dict[str, str] = {}

    def collect(inner: Group) -> list[Group]:
        names.update({node.id: node.label[0] for node in inner.nodes})
        names.update({below.id: below.label[0] for below in inner.groups})
        return [inner, *(found for below in inner.groups for found in collect(below))]

    return {
        (names[edge.source], edge.line, edge.label, names[edge.target])
        for inner in collect(group)
        for edge in inner.edges
    }


def test_agents_in_other_modes_are_called_as_tools(load_text: LoadText):
    loaded = load_text("""
name: app
root_agent:
  name: boss
  model: echo
  sub_agents:
  - {name: one, mode: task}
  - {name: two, mode: single_turn}
  - {name: three}
""")
    edges = relations(drawn(loaded))
    assert {edge for edge in edges if edge[1] == "dotted"} == {
        ("boss", "dotted", "as a tool", "one"),
        ("boss", "dotted", "as a tool", "two"),
    }
    assert {edge for edge in edges if edge[2] == "transfer"} == {
        ("boss", "both", "transfer", "three")
    }


def test_transfers_go_where_agents_may_hand_over(load_text: LoadText):
    loaded = load_text("""
name: app
root_agent:
  name: boss
  model: echo
  sub_agents:
    - {name: open}
    - {name: shut, disallow_transfer_to_parent: true, disallow_transfer_to_peers: true}
    - {name: other}
""")
    assert relations(drawn(loaded)) == {
        ("app", "arrow", "", "boss"),
        ("boss", "both", "transfer", "open"),
        ("boss", "arrow", "transfer", "shut"),
        ("boss", "both", "transfer", "other"),
        ("open", "arrow", "transfer", "shut"),
        ("open", "both", "transfer", "other"),
        ("other", "arrow", "transfer", "shut"),
    }


def test_sets_of_tools_say_where_they_come_from(load_text: LoadText):
    loaded = load_text("""
name: app
root_agent:
  model: echo
  tools:
    - mcp: {command: python, args: [servers/town.py, s3cret], env: {A: s3cret}}
    - mcp: {command: /usr/bin/npx, args: [-y, s3cret]}
    - MCPToolset: {sse_connection_params: {url: 'https://u:s3cret@host:8/sse?key=s3cret'}}
    - openapi: {spec_dict: {openapi: 3.0.0, paths: {}}}
    - openapi: {spec_dict: {openapi: 3.1.0, paths: {}}}
""")
    labels = [node.label for node in drawn(loaded).nodes if node.shape == "tool"]
    assert labels == [
        ("mcp", "python town.py"),
        ("mcp", "npx"),
        ("mcp", "host:8"),
        ("openapi",),
        ("openapi",),
    ]


def test_steps_are_numbered_and_tools_and_services_dotted(load_text: LoadText):
    loaded = load_text("""
name: app
root_agent:
  agent_class: SequentialAgent
  sub_agents:
    - {name: one, model: echo, tools: [exit_loop]}
    - name: two
      model: echo
      tools: [exit_loop, AgentTool: {agent: {name: helper, model: echo}}]
services: {session: 'postgresql://me:hunter2@db/app'}
""")
    graph = drawn(loaded)
    assert relations(graph) == {
        ("app", "arrow", "", "app"),
        ("app", "arrow", "1", "one"),
        ("app", "arrow", "2", "two"),
        ("one", "dotted", "", "exit_loop"),
        ("two", "dotted", "", "exit_loop"),
        ("two", "dotted", "as a tool", "helper"),
        ("app", "dotted", "", "session: postgresql"),
    }
    assert sum(node.shape == "tool" for node in graph.nodes) == 1
    assert "hunter2" not in write_mermaid(graph)


def test_tools_of_the_same_name_in_two_files_are_two(load_text: LoadText, tmp_path):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("def search(): ...\n")
    text = "name: app\nroot_agent: {model: echo, tools: ['./a.py:search', './b.py:search']}\n"
    tools = [node for node in drawn(load_text(text)).nodes if node.shape == "tool"]
    assert len(tools) == 2


def test_a_workflow_is_a_group_with_its_routes(load_text: LoadText, tmp_path):
    (tmp_path / "nodes.py").write_text("def sort(): ...\n")
    loaded = load_text("""
name: app
root_agent:
  agent_class: Workflow
  name: flow
  nodes:
    clerk: {model: echo}
    done: {agent_class: JoinNode}
  edges:
    - [START, ./nodes.py:sort, {complaint: clerk, 2: done}]
    - {from_node: clerk, to_node: done, route: [true, x]}
""")
    assert relations(drawn(loaded)) == {
        ("app", "arrow", "", "flow"),
        ("START", "arrow", "", "sort"),
        ("sort", "arrow", "complaint", "clerk"),
        ("sort", "arrow", "2", "done"),
        ("clerk", "arrow", "true, x", "done"),
    }


@pytest.mark.parametrize(
    "route", ['"] --> x', "a\nend", "`a`", "<b>", "#quot;", "1. a", "- a", "%%{init}%%", "&lt;"]
)
def test_no_label_can_become_syntax(load_text: LoadText, route: str):
    loaded = load_text(
        "name: app\nroot_agent:\n  agent_class: Workflow\n"
        "  nodes: {a: {model: echo}, b: {model: echo}}\n"
        f"  edges: [[START, b, {{{route!r}: a}}]]\n".replace("\\n", " ")
    )
    (line,) = (line for line in write_mermaid(drawn(loaded)).splitlines() if "|" in line)
    assert re.fullmatch(r'\s*agent\d+ -->\|"(?:[\w .,:/?()-]|#\d+;)*"\| agent\d+', line)
    assert not re.search(r'"(?:-|\d\. )', line)
