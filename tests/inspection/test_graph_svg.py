from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from adkconf.config.loaded import Loaded
from adkconf.config.loading import load
from adkconf.inspection.graph import Edge, Group, Node, draw
from adkconf.inspection.graph_json import write_graph_json
from adkconf.inspection.graph_layout import Box, Curve, Layout, Measure, lay_out
from adkconf.inspection.graph_svg import graph_svg, write_svg

LoadText = Callable[..., Loaded]

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("examples/*/app.yaml"), *ROOT.glob("tests/cases/valid/*.yaml")])
ENVIRON = {"GEMINI_API_KEY": "x", "DATABASE_URL": "sqlite:///x.db"}
SVG = "{http://www.w3.org/2000/svg}"
MEASURE = Measure(
    node=lambda node: (60.0 + 7 * len(node.label[0]), 36.0),
    label=lambda edge: (40.0, 20.0) if edge.label else None,
    header=lambda group: 80.0,
)


def graph_of(file: Path) -> Group:
    spec = load(file, environ=ENVIRON).spec
    assert spec is not None
    return draw(spec)


def random_graph(chance: random.Random, name: str = "g", depth: int = 2) -> Group:
    """A graph with circles, loops, edges there and back, and groups in groups."""
    group = Group(name, (name, "Workflow"))
    group.nodes += [
        Node(f"{name}.{number}", ("x" * chance.randrange(1, 20),), "agent")
        for number in range(chance.randrange(1, 9))
    ]
    for number in range(chance.randrange(3) if depth else 0):
        group.groups.append(random_graph(chance, f"{name}g{number}", depth - 1))
    ids = [item.id for item in (*group.nodes, *group.groups)]
    drawn = {(chance.choice(ids), chance.choice(ids)) for _ in range(2 * len(ids))}
    for source, target in sorted(drawn):
        relation, peers = chance.choice([("flow", False), ("tool", False), ("transfer", True)])
        peers = peers and source < target and (target, source) not in drawn
        label = "" if peers else chance.choice(["", "yes"])
        group.edges.append(Edge(source, target, relation, label, peers))
    return group


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def points(curve: Curve) -> Iterator[tuple[float, float]]:
    before = curve.start
    for one, two, end in curve.pieces:
        for step in range(9):
            t = step / 8
            yield tuple(  # type: ignore[misc]
                (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d
                for a, b, c, d in zip(before, one, two, end, strict=True)
            )
        before = end


def assert_clear(layout: Layout) -> None:
    """Nothing lies over anything else, or out of the picture; edges end at their boxes."""
    nodes = [box for box in layout.boxes if isinstance(box.item, Node)]
    named = {box.item.id: box for box in layout.boxes}
    assert not [pair for pair in combinations(nodes, 2) if overlap(*pair)]
    for box in layout.boxes:
        assert box.x >= -0.01
        assert box.y >= -0.01
        assert box.x + box.width <= layout.width + 0.01
        assert box.y + box.height <= layout.height + 0.01
        if isinstance(box.item, Group):
            inside = {below.id for group in box.item.walk() for below in group.nodes}
            assert all(overlap(box, node) == (node.item.id in inside) for node in nodes)
    for curve in layout.curves:
        line = list(points(curve))
        for end, box in ((line[0], curve.edge.source), (line[-1], curve.edge.target)):
            assert overlap(Box(Group(), end[0] - 1, end[1] - 1, 2, 2), named[box])
        assert all(-0.01 <= x <= layout.width + 0.01 for x, _ in line)
        assert all(-0.01 <= y <= layout.height + 0.01 for _, y in line)
        for node in nodes:
            inner = Box(Group(), node.x + 1, node.y + 1, node.width - 2, node.height - 2)
            assert not any(overlap(Box(Group(), x, y, 0.01, 0.01), inner) for x, y in line)
    labels = [
        Box(Group(), curve.label[0] - 20, curve.label[1] - 10, 40, 20)
        for curve in layout.curves
        if curve.label
    ]
    assert not any(overlap(label, node) for label in labels for node in nodes)
    assert not [pair for pair in combinations(labels, 2) if overlap(*pair)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_nothing_of_an_app_lies_over_anything_else(file: Path):
    assert_clear(lay_out(graph_of(file), MEASURE))


@pytest.mark.parametrize("seed", range(15))
def test_nothing_of_any_graph_lies_over_anything_else(seed: int):
    assert_clear(lay_out(random_graph(random.Random(seed)), MEASURE))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_all_of_an_app_is_in_its_picture(file: Path):
    graph = graph_of(file)
    root = ElementTree.fromstring(write_svg(graph))
    shown = {item.get("data-id") for item in root.iter(f"{SVG}g")} - {None}
    lines = [
        (item.get("data-source"), item.get("data-target"))
        for item in root.iter(f"{SVG}g")
        if item.get("data-source")
    ]
    groups = list(graph.walk())
    below = [item.id for group in groups for item in (*group.nodes, *group.groups)]
    edges = [(edge.source, edge.target) for group in groups for edge in group.edges]
    assert shown == set(below)
    assert sorted(lines) == sorted(edges)
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None


def test_the_json_has_the_same_things_as_the_picture():
    graph = graph_of(ROOT / "examples/helpdesk/app.yaml")
    data = json.loads(write_graph_json(graph))
    (group,) = data["groups"]
    assert (group["name"], group["about"], group["in"]) == ("helpdesk", "Workflow", None)
    drafts = next(node for node in data["nodes"] if node["name"] == "drafts")
    assert (drafts["kind"], drafts["in"]) == ("join", group["id"])
    assert [edge["label"] for edge in data["edges"] if edge["target"] == drafts["id"]] == [None] * 2
    assert {edge["kind"] for edge in data["edges"]} == {"root", "flow"}


@pytest.mark.parametrize(
    "hostile",
    ["</text><script>x</script>", "]]>", '" onload="x', "&amp;#x0;", "\x07\x00\ufffe", "\u202ex"],
)
def test_no_label_can_become_markup(hostile: str):
    graph = Group(nodes=[Node("a", (hostile, hostile), "agent"), Node("b", ("b",), "tool")])
    graph.edges.append(Edge("a", "b", "flow", hostile))
    root = ElementTree.fromstring(write_svg(graph))
    tags = {item.tag.removeprefix(SVG) for item in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text"}
    assert not any(name.startswith("on") for item in root.iter() for name in item.attrib)
    name = next(item for item in root.iter(f"{SVG}text") if item.get("class") == "name")
    assert hostile[:1] in (name.text or "") or not hostile.isprintable()


def test_a_key_in_a_name_is_hidden(load_text: LoadText):
    key = "AIzaSy" + "A1b2C3d4E5" * 3 + "fgh"
    loaded = load_text(f"name: app\nroot_agent: {{name: {key}, model: echo}}\n")
    assert loaded.spec is not None
    assert key not in graph_svg(loaded.spec)


def test_long_names_are_cut_and_whole_in_their_titles():
    text = write_svg(Group(nodes=[Node("a", ("n" * 100,), "agent")]))
    assert f"<title>{'n' * 100}</title>" in text
    assert not re.search(r"<text[^>]*>n{41}", text)


def test_many_tools_stand_in_rows(load_text: LoadText, tmp_path: Path):
    names = [f"tool_{number}" for number in range(12)]
    (tmp_path / "tools.py").write_text("".join(f"def {name}(): ...\n" for name in names))
    tools = ", ".join(f"'./tools.py:{name}'" for name in names)
    spec = load_text(f"name: app\nroot_agent: {{model: echo, tools: [{tools}]}}\n").spec
    assert spec is not None
    layout = lay_out(draw(spec), MEASURE)
    assert_clear(layout)
    heights = [box.y for box in layout.boxes if box.item.label[0] in names]
    assert sorted(map(heights.count, set(heights))) == [4, 4, 4]


def test_loops_of_one_node_have_labels_of_their_own():
    graph = Group(nodes=[Node("a", ("a",), "function"), Node("b", ("b",), "tool")])
    graph.edges += [Edge("a", "b", "flow"), *(Edge("a", "a", "flow", word) for word in "xyz")]
    layout = lay_out(graph, MEASURE)
    assert_clear(layout)
    assert len({curve.label for curve in layout.curves if curve.label}) == 3


def test_the_picture_has_a_dark_side():
    text = graph_svg(load(FILES[0], environ=ENVIRON).spec)  # type: ignore[arg-type]
    assert "@media (prefers-color-scheme:dark)" in text
    assert not re.search(r'(?:fill|stroke)="#', text)
