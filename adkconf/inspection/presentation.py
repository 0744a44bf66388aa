"""The resolved app and its variables, as text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from adkconf.config.rendering.excerpt import printable
from adkconf.inspection.resolved import Leaf, Origin, Tree
from adkconf.inspection.variables import Variable
from adkconf.inspection.yaml_text import write_yaml

Format = Literal["yaml", "json"]
FORMATS: tuple[Format, ...] = ("yaml", "json")

_COLUMNS = ("variable", "required", "default", "secret", "used at")


def present_app(tree: Tree, format: Format, *, provenance: bool) -> str:
    """Returns the app as YAML or JSON.

    With `provenance`, each value has where it came from behind it: in YAML as a comment, in JSON
    as `{"value": …, "from": {…}}`.
    """
    if format == "yaml":
        return write_yaml(tree, _comment if provenance else None)
    return _json(_plain(tree, provenance))


def present_variables(variables: Sequence[Variable], format: Format | None) -> str:
    """Returns the variables as a table, or in a format for programs."""
    listed = [asdict(variable) for variable in variables]
    if format == "json":
        return _json(listed)
    if format == "yaml":
        return write_yaml([_as_tree(item) for item in listed] or Leaf([], Origin("file")))
    if not variables:
        return "The file uses no variables.\n"
    return _table([_COLUMNS, *map(_row, variables)])


def _comment(leaf: Leaf) -> str:
    origin = leaf.origin
    if origin.kind == "default":
        return "default"
    parts = [origin.place]
    if origin.profile:
        parts.append(f"profile {origin.profile}")
    parts += [
        f"${{{name}}}{' is not set' if name in origin.unset else ''}" for name in origin.variables
    ]
    return printable(", ".join(parts))


def _plain(tree: Tree, provenance: bool) -> Any:
    if isinstance(tree, dict):
        return {key: _plain(value, provenance) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(item, provenance) for item in tree]
    if not provenance:
        return tree.value
    return {"value": tree.value, "from": {k: v for k, v in asdict(tree.origin).items() if v}}


def _json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _as_tree(data: Any) -> Tree:
    if isinstance(data, dict) and data:
        return {key: _as_tree(value) for key, value in data.items()}
    if isinstance(data, list) and data:
        return [_as_tree(item) for item in data]
    return Leaf(data, Origin("file"))


def _row(variable: Variable) -> tuple[str, ...]:
    return (
        variable.name,
        _yes(variable.required),
        "" if variable.default is None else variable.default or '""',
        _yes(variable.secret),
        ", ".join(variable.used_at),
    )


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def _table(rows: Sequence[Sequence[str]]) -> str:
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in shown)
    return "\n".join(lines) + "\n"
