"""Digraphs of an app and of each workflow in it."""

from __future__ import annotations

from adkconf.inspection.graph import Group, Node
from adkconf.inspection.graph_dot import write_dots


def workflow(name: str, *inner: Group) -> Group:
    return Group(name, (name,), [Node(f"{name}.step", ("step",), "function")], list(inner))


def test_each_workflow_has_a_digraph_under_its_path() -> None:
    app = Group(groups=[workflow("first", workflow("deep")), workflow("second")])
    assert write_dots(app).keys() == {"", "first", "first/deep", "second"}


def test_a_label_cannot_end_its_quotes() -> None:
    app = Group(nodes=[Node("a", ('a"] b [', "\\"), "agent")])
    assert r'label="a\"] b [\n\\"' in write_dots(app)[""]
