"""Puts agents that have files of their own in the place of their references."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from adkconf.config.located import join_path
from adkconf.config.nodes import Entry, Mapping, Node, Scalar, Sequence
from adkconf.config.reading.source import display_name
from adkconf.config.resolving.edges import settle_edges
from adkconf.config.resolving.interpolation import Interpolator
from adkconf.config.resolving.project import Project
from adkconf.config.suggestion import did_you_mean, near_file

MAX_DEPTH = 8
MAX_FILES = 500

AGENT_FILES = (".yaml", ".yml")
_SWITCH = {"true": True, "false": False}
_REFERENCE_KEYS = ("config_path", "interpolate")
_AGENT_TOOL = "AgentTool"
_WORKFLOW = "Workflow"
_AGENT_NODE = "AgentNode"


@dataclass(frozen=True)
class _Way:
    """The files on the way to an agent, and its path in the app."""

    files: tuple[Path, ...]
    path: str

    def down(self, *steps: str | int) -> _Way:
        path = self.path
        for step in steps:
            path = join_path(path, step)
        return _Way(self.files, path)


class AgentFiles:
    """Reads the files of agents; what is wrong with them is noted where it is."""

    def __init__(self, project: Project, interpolator: Interpolator) -> None:
        self._project = project
        self._interpolator = interpolator
        self._count = 0
        self._missing: dict[Path, str] = {}

    def expand(self, app: Mapping, file: Path) -> Mapping:
        """Returns the app with all agents in it."""
        entry = app.entries.get("root_agent")
        if entry is None:
            return app
        agent = self._agent(entry.node, _Way((file,), "root_agent"))
        return Mapping(app.span, {**app.entries, "root_agent": Entry(entry.key_span, agent)})

    def _agent(self, node: Node, way: _Way) -> Node:
        if isinstance(node, Scalar):
            if isinstance(node.value, str) and node.text.endswith(AGENT_FILES):
                return self._included(node, way, interpolate=False)
            return node
        if not isinstance(node, Mapping):
            return node
        target = node.get("config_path")
        if isinstance(target, Scalar) and isinstance(target.value, str) and target.value:
            self._refuse_other_keys(node, way)
            return self._included(target, way, interpolate=self._interpolates(node, way))
        return self._block(node, way)

    def _block(self, node: Mapping, way: _Way) -> Mapping:
        if isinstance(kind := node.get("agent_class"), Scalar) and kind.value == _WORKFLOW:
            return self._workflow(settle_edges(node, self._project.problems, way.path), way)
        if isinstance(kind, Scalar) and kind.value == _AGENT_NODE and "agent" in node.entries:
            agent = self._agent(node.entries["agent"].node, way.down("agent"))
            return _with(node, "agent", agent)
        entries = dict(node.entries)
        for key, expand in (("sub_agents", self._agent), ("tools", self._tool)):
            if key in entries and isinstance(items := entries[key].node, Sequence):
                expanded = tuple(
                    expand(item, way.down(key, index)) for index, item in enumerate(items.items)
                )
                entries[key] = Entry(entries[key].key_span, Sequence(items.span, expanded))
        return Mapping(node.span, entries)

    def _workflow(self, node: Mapping, way: _Way) -> Mapping:
        if not isinstance(nodes := node.get("nodes"), Mapping):
            return node
        expanded = {
            name: Entry(entry.key_span, self._agent(entry.node, way.down("nodes", name)))
            for name, entry in nodes.entries.items()
        }
        return _with(node, "nodes", Mapping(nodes.span, expanded))

    def _tool(self, node: Node, way: _Way) -> Node:
        """Expands the agent of `AgentTool`, in each of its forms."""
        if not isinstance(node, Mapping):
            return node
        if _AGENT_TOOL in node.entries:
            key = _AGENT_TOOL
        elif isinstance(name := node.get("name"), Scalar) and name.value == _AGENT_TOOL:
            key = "args"
        else:
            return node
        value = node.get(key)
        if isinstance(value, Mapping) and (entry := value.entries.get("agent")) is not None:
            agent = self._agent(entry.node, way.down(key, "agent"))
            expanded: Node = _with(value, "agent", agent)
        else:
            expanded = self._agent(value, way.down(key)) if isinstance(value, Scalar) else value  # type: ignore[assignment]
        return node if expanded is None else _with(node, key, expanded)

    def _included(self, node: Scalar, way: _Way, *, interpolate: bool) -> Node:
        path = self._project.path_at(node.text, node.span)
        if (refusal := self._refusal(node, path, way)) is not None:
            code, message, hint = refusal
            self._project.problems.add(node.span, code, message, hint=hint, path=way.path)
            return Scalar(node.span, None, node.text, broken=True)
        self._count += 1
        self._project.inclusions.setdefault(display_name(path), []).append(node.span)
        tree = self._project.tree(path)
        if tree is None:
            return Scalar(node.span, None, node.text, broken=True)
        if interpolate:
            tree = self._interpolator.mapping(tree, way.path)
        return self._agent(tree, _Way((*way.files, path), way.path))

    def _refusal(self, node: Scalar, path: Path, way: _Way) -> tuple[str, str, str] | None:
        if path in way.files:
            files = (*way.files[way.files.index(path) :], path)
            circle = " → ".join(display_name(file) for file in files)
            return "E402", f"the agent's file includes itself: {circle}", ""
        if not self._project.contains(path) or Path(node.text).is_absolute():
            hint = "name a file in the app's directory, or below it"
            return "E401", f"the file {node.text!r} is outside of the project", hint
        if len(way.files) > MAX_DEPTH or self._count >= MAX_FILES:
            return "E103", f"more than {MAX_DEPTH} levels or {MAX_FILES} files of agents", ""
        if path in self._missing or not os.path.isfile(path):
            return "E401", f"the file {node.text!r} does not exist", self._near(path)
        return None

    def _near(self, missing: Path) -> str:
        """Returns the hint for a file that is missing."""
        if missing not in self._missing:
            self._project.files.add(missing)
            self._missing[missing] = near_file(missing, AGENT_FILES)
        return self._missing[missing]

    def _interpolates(self, node: Mapping, way: _Way) -> bool:
        flag = node.get("interpolate")
        if flag is None:
            return False
        if isinstance(flag, Scalar):
            value = _SWITCH.get(flag.text) if flag.loose else flag.value
            if isinstance(value, bool) or flag.broken:
                return value is True
        path = join_path(way.path, "interpolate")
        self._project.problems.add(flag.span, "E203", "expected true or false", path=path)
        return False

    def _refuse_other_keys(self, node: Mapping, way: _Way) -> None:
        for key, entry in node.entries.items():
            if key not in _REFERENCE_KEYS:
                message = f"unknown key {key!r} beside config_path"
                hint = did_you_mean(key, _REFERENCE_KEYS) or "set it in the agent's own file"
                self._project.problems.add(
                    entry.key_span, "E201", message, hint=hint, path=join_path(way.path, key)
                )


def _with(node: Mapping, key: str, value: Node) -> Mapping:
    return Mapping(node.span, {**node.entries, key: Entry(node.entries[key].key_span, value)})
