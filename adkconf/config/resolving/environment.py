"""Environment variables: the real ones over those of `env.files`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping as AbstractMapping

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.nodes import Mapping, Node, Scalar, Sequence
from adkconf.config.resolving.project import Project
from adkconf.config.span import Span
from adkconf.config.suggestion import near_file

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
_QUOTED = re.compile(r"""(["'])(.*)\1(?:\s+#.*)?""")
_COMMENT = re.compile(r"\s+#.*")
_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\"": '"', r"\\": "\\"}
_ESCAPE = re.compile(r'\\[nt"\\]')
_IF_MISSING = "write {path: …, required: false} if it may be missing"


def read_environment(
    app: Mapping, project: Project, real: AbstractMapping[str, str]
) -> dict[str, str]:
    """Returns the variables; notes files that cannot be used."""
    values: dict[str, str] = {}
    env = app.get("env")
    files = env.get("files") if isinstance(env, Mapping) else None
    for index, item in enumerate(files.items if isinstance(files, Sequence) else ()):
        path, required = _file(item)
        if path is not None:
            values |= _read_file(path, required, f"env.files[{index}]", project)
    return {**values, **real}


def _file(item: Node) -> tuple[Scalar | None, bool]:
    required: Node | None = None
    if isinstance(item, Mapping):
        required = item.get("required")
        item = item.get("path") or item
    if not isinstance(item, Scalar) or not isinstance(item.value, str):
        return None, False
    return item, not (isinstance(required, Scalar) and required.value is False)


def _read_file(node: Scalar, required: bool, path: str, project: Project) -> dict[str, str]:
    file = project.path_at(node.text, node.span)
    if not required and not os.path.lexists(file):
        project.files.add(file)
        return {}
    source = project.text(file)
    if isinstance(source, Diagnostic):
        near = near_file(file)
        hint = near if "did you mean" in near else _IF_MISSING
        message = f"{node.text!r}: {source.message}"
        project.problems.add(node.span, "E305", message, hint=hint, path=path)
        return {}
    values: dict[str, str] = {}
    for number, line in enumerate(source.text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            at = Span(source.name, number, 1, number, len(line) + 1)
            project.problems.add(at, "E305", "the line is not NAME=value")
        else:
            values[match[1]] = _value(match[2])
    return values


def _value(text: str) -> str:
    if quoted := _QUOTED.fullmatch(text):
        if quoted[1] == "'":
            return quoted[2]
        return _ESCAPE.sub(lambda escape: _ESCAPES[escape[0]], quoted[2])
    return _COMMENT.sub("", text)
