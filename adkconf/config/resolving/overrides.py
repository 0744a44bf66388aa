"""Values of the command line: `--set server.port=9000`."""

from __future__ import annotations

import re
from dataclasses import replace

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.nodes import Entry, Mapping, Node, Scalar, Sequence
from adkconf.config.problems import Problems
from adkconf.config.reading.compose import compose
from adkconf.config.reading.source import Source
from adkconf.config.resolving.merge import is_null, merge
from adkconf.config.resolving.project import OPTION, Project
from adkconf.config.span import Span

_PATH = re.compile(r"[^.\[\]=]+(?:\[\d+\])*(?:\.[^.\[\]=]+(?:\[\d+\])*)*")
_STEP = re.compile(r"\[(\d+)\]|[^.\[\]]+")


def apply_override(app: Mapping, text: str, project: Project) -> Mapping:
    """Returns the app with one override; notes what is wrong with it."""
    path, equals, value = text.partition("=")
    name = f"{OPTION} {path}"
    if not equals or not _PATH.fullmatch(path):
        message = f"'{path}' is no override; expected key.key=value"
        project.problems.add(Span(OPTION), "E404", message)
        return app
    source = project.option(name, value)
    if isinstance(source, Diagnostic):
        project.problems.take(source)
        return app
    node = _value(source, project)
    if node is None:
        return app
    steps = [int(step[1]) if step[1] else step[0] for step in _STEP.finditer(path)]
    try:
        changed = _changed(app, steps, node)
    except _NoWayError as error:
        project.problems.add(Span(name), "E404", str(error), path=path)
        return app
    assert isinstance(changed, Mapping)
    return changed


def _value(source: Source, project: Project) -> Node | None:
    text = source.text
    lines = text.split("\n")
    span = Span(source.name, 1, 1, len(lines), len(lines[-1]) + 1)
    if text.lstrip()[:1] not in set("{[\"'"):
        value = None if text in ("null", "~") else text
        return Scalar(span, value, text, loose=True)
    found = Problems()
    node = compose(source, found)
    project.problems.take(*found.sorted())
    return node if not found else None


class _NoWayError(ValueError):
    """The path leads nowhere."""


def _changed(node: Node, steps: list[str | int], value: Node) -> Node:
    if not steps:
        both = isinstance(node, Mapping) and isinstance(value, Mapping)
        return merge(node, value) if both else value  # type: ignore[arg-type]
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        return _changed_list(node, step, rest, value)
    if isinstance(node, Scalar) and not is_null(node):
        raise _NoWayError(f"{step!r} cannot be set: what it is in is no mapping")
    entries = dict(node.entries) if isinstance(node, Mapping) else {}
    if isinstance(node, Sequence):
        raise _NoWayError(f"{step!r} cannot be set in a list; choose an item: [0]")
    if not rest and is_null(value):
        entries.pop(step, None)
        return replace(node, entries=entries) if isinstance(node, Mapping) else node
    below = entries[step].node if step in entries else Scalar(value.span, None, "")
    entries[step] = Entry(value.span, _changed(below, rest, value))
    return Mapping(node.span, entries)


def _changed_list(node: Node, index: int, rest: list[str | int], value: Node) -> Node:
    if not isinstance(node, Sequence):
        raise _NoWayError(f"[{index}] cannot be set: there is no list; set all of it: key=[…]")
    if index >= len(node.items):
        raise _NoWayError(f"[{index}] cannot be set: the list has {len(node.items)} items")
    items = list(node.items)
    if not rest and is_null(value):
        del items[index]
    else:
        items[index] = _changed(items[index], rest, value)
    return replace(node, items=tuple(items))
