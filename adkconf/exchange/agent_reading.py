"""Agents that are written in Python, as blocks of YAML."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from adkconf.builder.catalog import ADDRESSES
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.spec.agent import CALLBACKS, LLM_AGENT, WORKFLOW, WORKFLOW_AGENTS, LlmAgentSpec
from adkconf.config.spec.component import Family, provider_of
from adkconf.exchange.python_source import Found, NotUnderstoodError, PythonSource
from adkconf.exchange.toolset_reading import ToolsetReader
from adkconf.exchange.toolsets import TOOLSETS

RUNTIMES = ("google.adk", "adkconf")
_LLM_AGENTS = (LLM_AGENT, "Agent")
_AGENTS = (*_LLM_AGENTS, *WORKFLOW_AGENTS, WORKFLOW)
_SCHEMAS = ("input_schema", "output_schema")
_PARTS: Mapping[str, Family] = {"planner": "planner", "code_executor": "code_executor"}
_SINGULAR = tuple(name.removesuffix("s") for name in CALLBACKS)
_WRITTEN_AS_DATA = (*LlmAgentSpec.model_fields.keys() - {"model_code"}, "max_iterations")

Block = dict[str, Any]


class AgentReader:
    """Reads agents; references are relative to `home`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._toolsets = ToolsetReader(home, self.reference)

    def agent(self, node: ast.expr, source: PythonSource) -> Block:
        """Returns the block of an agent.

        Raises:
            NotUnderstoodError: it is not a constructor's call with arguments that can be read.
        """
        found = source.follow(node)
        kind = runtime_name(found)
        if kind not in _AGENTS or not isinstance(found.node, ast.Call):
            raise NotUnderstoodError(f"`{_line(found.node)}` is not one of the known agents")
        if found.node.args:
            raise NotUnderstoodError(f"{kind} has arguments without names")
        block: Block = {} if kind in _LLM_AGENTS else {"agent_class": kind}
        given = {keyword.arg: keyword.value for keyword in found.node.keywords}
        if kind == WORKFLOW and "edges" in given:
            block |= self._graph(given.pop("edges"), found.source)
        for name, value in given.items():
            key, written = self._field(name, value, found.source)
            block[key] = written
        ahead = [key for key in ("agent_class", "name", "model") if key in block]
        behind = [key for key in ("nodes", "edges", "sub_agents") if key in block]
        between = [key for key in block if key not in (*ahead, *behind)]
        return {key: block[key] for key in (*ahead, *between, *behind)}

    def component(self, family: Family, node: ast.expr, source: PythonSource) -> Any:
        """Returns a component in its shortest form; raises like `agent`."""
        found = source.follow(node)
        if (name := builtin_name(family, found)) is not None:
            return self._called(name, found)
        if isinstance(found.node, ast.Call) and isinstance(node, ast.Call):
            return self._called(self.reference(found.node.func, found.source), found)
        return self.reference(node, source)

    def reference(self, node: ast.expr, source: PythonSource) -> str:
        """Returns a reference to what a name stands for; raises like `agent`."""
        path, name = source.place(node)
        relative = Path(os.path.relpath(path, self._home)).as_posix()
        return f"{relative if relative.startswith('..') else f'./{relative}'}:{name}"

    def _field(self, name: str | None, value: ast.expr, source: PythonSource) -> tuple[str, Any]:
        if name is None:
            raise NotUnderstoodError("`**` takes arguments from elsewhere")
        if name in _SINGULAR:
            found = source.follow(value)
            items = found.node.elts if isinstance(found.node, ast.List) else [value]
            return f"{name}s", [self.reference(item, found.source) for item in items]
        readers: dict[str, Callable[[ast.expr, PythonSource], Any]] = {
            "model": self.model,
            "tools": self._tools,
            "sub_agents": self._sub_agents,
            **dict.fromkeys(_SCHEMAS, self.reference),
        }
        if name in readers:
            return name, readers[name](value, source)
        if name in _PARTS:
            return name, self.component(_PARTS[name], value, source)
        if name not in _WRITTEN_AS_DATA:
            raise NotUnderstoodError(f"the argument {name!r} has no key in YAML")
        return name, source.data(value)

    def model(self, node: ast.expr, source: PythonSource) -> Any:
        """Returns a model, or its name; raises like `agent`."""
        found = source.follow(node)
        if isinstance(found.node, ast.Call) and found.source.origin(found.node.func)[:2] != "os":
            return _with_options(self.component("model", node, source))
        value = found.source.data(found.node)
        if isinstance(value, str) and provider_of(value) is None and value != "echo":
            raise NotUnderstoodError(f"the model {value!r} is not known here")
        return value

    def _tools(self, node: ast.expr, source: PythonSource) -> list[Any]:
        found = source.follow(node)
        return [self._tool(item, found.source) for item in _items(found.node, "tools")]

    def _tool(self, node: ast.expr, source: PythonSource) -> Any:
        found = source.follow(node)
        name = builtin_name("tool", found)
        if not isinstance(found.node, ast.Call) or name is None:
            return self.component("tool", node, source)
        if name in TOOLSETS:
            return {name: self._toolsets.arguments(name, found.node, found.source)}
        given = {keyword.arg or "": keyword.value for keyword in found.node.keywords}
        main = CATALOGS["tool"].builtins[name].main or "agent"
        given |= dict(zip((main,), found.node.args, strict=False))
        args = {
            key: self._agent_or_reference(value, found.source)
            if key == "agent"
            else self.reference(value, found.source)
            if key == "func"
            else found.source.data(value)
            for key, value in given.items()
        }
        return {name: args} if args else name

    def _agent_or_reference(self, node: ast.expr, source: PythonSource) -> Any:
        try:
            return self.agent(node, source)
        except NotUnderstoodError:
            return {"code": self.reference(node, source)}

    def _sub_agents(self, node: ast.expr, source: PythonSource) -> list[Block]:
        found = source.follow(node)
        return [self.agent(item, found.source) for item in _items(found.node, "sub_agents")]

    def _called(self, name: str, found: Found) -> Any:
        if not isinstance(found.node, ast.Call):
            return name
        if len(found.node.args) > 1 or (found.node.args and found.node.keywords):
            raise NotUnderstoodError(f"{name} has arguments without names")
        if found.node.args:
            return {name: found.source.data(found.node.args[0])}
        args = found.source.arguments(found.node.keywords)
        if args or "/" not in name:
            return {name: args} if args else name
        return name

    def _graph(self, node: ast.expr, source: PythonSource) -> Block:
        found = source.follow(node)
        nodes: Block = {}
        edges = [self._edge(item, found.source, nodes) for item in _items(found.node, "edges")]
        return {"nodes": nodes, "edges": edges} if nodes else {"edges": edges}

    def _edge(self, node: ast.expr, source: PythonSource, nodes: Block) -> Any:
        found = source.follow(node)
        if runtime_name(found) == "Edge" and isinstance(found.node, ast.Call):
            ends = {str(keyword.arg): keyword.value for keyword in found.node.keywords}
            return {
                key: found.source.data(value)
                if key == "route"
                else self._node(value, found.source, nodes)
                for key, value in ends.items()
            }
        return [self._node(item, found.source, nodes) for item in _items(found.node, "an edge")]

    def _node(self, node: ast.expr, source: PythonSource, nodes: Block) -> Any:
        if isinstance(node, ast.Constant) and node.value == "START":
            return "START"
        if isinstance(node, ast.Tuple):
            return [self._node(item, source, nodes) for item in node.elts]
        if isinstance(node, ast.Dict):
            return {
                source.data(key): self._node(value, source, nodes)
                for key, value in zip(node.keys, node.values, strict=True)
                if key is not None
            }
        found = source.follow(node)
        kind = runtime_name(found)
        if kind == "START":
            return "START"
        if kind not in (*_AGENTS, "JoinNode"):
            return self.reference(node, source)
        if kind == "JoinNode" and isinstance(found.node, ast.Call):
            block = {"agent_class": kind, **found.source.arguments(found.node.keywords)}
        else:
            block = self.agent(node, source)
        return self._named(block, nodes)

    def _named(self, block: Block, nodes: Block) -> str:
        name = str(block.get("name"))
        if nodes.setdefault(name, block) != block:
            raise NotUnderstoodError(f"two nodes have the name {name!r}")
        return name


def _with_options(model: Any) -> Any:
    """Returns a model with what has no key of its own under `options`, if it takes that."""
    ((name, args),) = model.items() if isinstance(model, dict) else ((model, None),)
    builtin = CATALOGS["model"].builtins.get(name)
    known = builtin.arguments.model_fields if builtin else {}
    if not isinstance(args, dict) or "options" not in known:
        return model
    own = {key: value for key, value in args.items() if key in known and key != "options"}
    options = {key: value for key, value in args.items() if key not in own}
    return {name: {**own, "options": options} if options else own}


def runtime_name(found: Found) -> str:
    """Returns the name of what the runtime has, if an expression is that or a call of it."""
    node = found.node.func if isinstance(found.node, ast.Call) else found.node
    origin = found.source.origin(node)
    return origin.rpartition(".")[2] if origin.startswith(RUNTIMES) else ""


def builtin_name(family: Family, found: Found) -> str | None:
    """Returns the name that the language has for a component of the runtime."""
    name = runtime_name(found)
    if (entry := CATALOGS[family].builtins.get(name)) is not None:
        return entry.name
    for own, address in ADDRESSES.get(family, {}).items():
        if name and name == address.rpartition(":")[2]:
            return own
    return None


def _items(node: ast.expr, what: str) -> list[ast.expr]:
    if not isinstance(node, (ast.List, ast.Tuple)):
        raise NotUnderstoodError(f"{what} are put together when the code runs")
    if any(isinstance(item, ast.Starred) for item in node.elts):
        raise NotUnderstoodError(f"{what} are put together when the code runs")
    return node.elts


def _line(node: ast.expr) -> str:
    return " ".join(ast.unparse(node).split())[:40]
