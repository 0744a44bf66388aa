"""From a google-adk project to an `app.yaml` for it; none of its code is run."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adkconf.config.reading.source import display_name
from adkconf.errors import InputValidationError
from adkconf.exchange.agent_reading import AgentReader, Block, runtime_name
from adkconf.exchange.python_source import NotUnderstoodError, PythonSource, Variable
from adkconf.inspection.resolved import Leaf, Origin, Tree
from adkconf.inspection.yaml_text import write_yaml

_FILES = ("agent.py", "__init__.py", "root_agent.yaml")
_CONFIGS = {
    "events_compaction_config": "compaction",
    "resumability_config": "resumability",
    "context_cache_config": "cache",
}
_NO_NAME = re.compile(r"[^a-zA-Z0-9_-]+")
_SCHEME = re.compile(r"^\s*-?\s*(scheme|type|class):\s*[\"']?([^\"'\s#]+)", re.MULTILINE)


@dataclass(frozen=True)
class Imported:
    """The text of an `app.yaml`; `remarks` are what a human must look at, also in the text."""

    text: str
    remarks: tuple[str, ...]


def import_project(path: Path, home: Path) -> Imported:
    """Describes a project: a directory, or its file; `home` is where the `app.yaml` will be.

    Raises:
        InputValidationError: there is no agent.
    """
    file = _agent_file(path)
    project = file.parent
    app = _Importing(file, home)
    keys: Block = {"name": _app_name(project), **app.keys()}
    if _uses_google_adk(project):
        keys["engine"] = "google-adk"
    keys |= _surroundings(project, home)
    remarks = (*app.remarks, *_registered(project))
    head = [f"# Of {display_name(file)}."]
    head += [f"# Please look: {remark}." for remark in remarks]
    sections = [write_yaml({key: _tree(value)}) for key, value in keys.items() if value != {}]
    return Imported("\n".join(head) + "\n" + "\n".join(sections), remarks)


class _Importing:
    def __init__(self, file: Path, home: Path) -> None:
        self._file = file
        self._reader = AgentReader(home)
        self._home = home
        self.remarks: list[str] = []

    def keys(self) -> Block:
        """Returns the keys that say what the app is."""
        if self._file.suffix != ".py":
            return {"root_agent": _relative(self._file, self._home)}
        source = PythonSource.read(self._file)
        name = next((name for name in ("app", "root_agent") if _has(source, name)), None)
        if name is None:
            raise InputValidationError(
                f"{display_name(self._file)} has no `root_agent` and no `app`; name the file that "
                "has one"
            )
        try:
            return self._app(source) if name == "app" else self._root(ast.Name(name), source)
        except NotUnderstoodError as error:
            self.remarks.append(f"the agents are left to the code, because {error}")
            return {"root_agent": f"{_relative(self._file, self._home)}:{name}"}

    def _root(self, node: ast.expr, source: PythonSource) -> Block:
        return {"root_agent": self._reader.agent(node, source)}

    def _app(self, source: PythonSource) -> Block:
        found = source.follow(ast.Name("app"))
        if runtime_name(found) != "App" or not isinstance(found.node, ast.Call):
            raise NotUnderstoodError("`app` is made by other code")
        given = {str(keyword.arg): keyword.value for keyword in found.node.keywords}
        keys: Block = {}
        if "name" in given:
            keys["name"] = found.source.data(given.pop("name"))
        keys |= self._root(given.pop("root_agent"), found.source)
        if "plugins" in given:
            plugins = found.source.follow(given.pop("plugins"))
            if not isinstance(plugins.node, ast.List):
                raise NotUnderstoodError("the plugins are put together when the code runs")
            keys["plugins"] = [
                self._reader.component("plugin", item, plugins.source) for item in plugins.node.elts
            ]
        for name, value in given.items():
            if name not in _CONFIGS:
                raise NotUnderstoodError(f"the argument {name!r} of App has no key in YAML")
            keys[_CONFIGS[name]] = self._config(value, found.source)
        return keys

    def _config(self, node: ast.expr, source: PythonSource) -> Any:
        found = source.follow(node)
        if not isinstance(found.node, ast.Call):
            return found.source.data(found.node)
        given = {str(keyword.arg): keyword.value for keyword in found.node.keywords}
        block: Block = {}
        if (summarizer := given.pop("summarizer", None)) is not None:
            block["summarizer"] = self._summarizer(summarizer, found.source)
        return {**{k: found.source.data(v) for k, v in given.items()}, **block} or True

    def _summarizer(self, node: ast.expr, source: PythonSource) -> Block:
        found = source.follow(node)
        if runtime_name(found) != "LlmEventSummarizer" or not isinstance(found.node, ast.Call):
            raise NotUnderstoodError("the summarizer is one of the project's own")
        given = {str(keyword.arg): keyword.value for keyword in found.node.keywords}
        block: Block = {}
        if "llm" in given:
            block["model"] = self._reader.model(given["llm"], found.source)
        if "prompt_template" in given:
            block["prompt_template"] = found.source.data(given["prompt_template"])
        return block


def _agent_file(path: Path) -> Path:
    if path.is_file():
        return path.absolute()
    for name in _FILES:
        file = path / name
        if file.is_file() and (file.suffix != ".py" or _names_an_agent(file)):
            return file.absolute()
    raise InputValidationError(
        f"{path} has no agent; expected agent.py, __init__.py or root_agent.yaml in it"
    )


def _names_an_agent(file: Path) -> bool:
    try:
        source = PythonSource.read(file)
    except NotUnderstoodError as error:
        raise InputValidationError(str(error)) from None
    return _has(source, "app") or _has(source, "root_agent")


def _has(source: PythonSource, name: str) -> bool:
    text = source.path.read_text(encoding="utf-8")
    assigned = re.search(rf"^\s*{name}\s*(:[^=\n]*)?=", text, re.MULTILINE)
    names = source.values.keys() | source.defined | source.imports.keys() | source.siblings.keys()
    return bool(assigned) or name in names


def _app_name(project: Path) -> str:
    name = _NO_NAME.sub("-", project.name).strip("-_0123456789")
    return name or "app"


def _uses_google_adk(project: Path) -> bool:
    files = [file for file in project.rglob("*.py") if ".venv" not in file.parts]
    return any("google.adk" in file.read_text("utf-8", "replace") for file in files)


def _surroundings(project: Path, home: Path) -> Block:
    keys: Block = {}
    services = {
        "session": ("sqlite:///", project / ".adk" / "session.db"),
        "artifact": ("file://", project / ".adk" / "artifacts"),
    }
    found = {
        name: f"{scheme}{Path(os.path.relpath(path, home)).as_posix()}"
        for name, (scheme, path) in services.items()
        if path.exists()
    }
    if found:
        keys["services"] = found
    if (project / ".env").is_file():
        path = Path(os.path.relpath(project / ".env", home)).as_posix()
        keys["env"] = {"files": [{"path": path, "required": False}]}
    return keys


def _registered(project: Path) -> Iterator[str]:
    """Yields what `services.yaml` adds to google-adk's servers."""
    for file in (project / "services.yaml", project.parent / "services.yaml"):
        if not file.is_file():
            continue
        words = _SCHEME.findall(file.read_text("utf-8", "replace"))
        for number in range(0, len(words) - 2, 3):
            entry = dict(words[number : number + 3])
            if entry.keys() == {"scheme", "type", "class"}:
                yield (
                    f"services.yaml has {entry['scheme']}:// for the {entry['type']} service; "
                    f"write `{entry['type']}: {{{entry['class']}: {{uri: …}}}}` under `services`"
                )


def _relative(file: Path, home: Path) -> str:
    relative = Path(os.path.relpath(file, home)).as_posix()
    return relative if relative.startswith("..") else f"./{relative}"


def _tree(value: Any) -> Tree:
    if isinstance(value, dict) and value:
        return {str(key): _tree(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and value:
        return [_tree(item) for item in value]
    if isinstance(value, Variable):
        return Leaf(value.text, Origin("variable"), written=True)
    return Leaf(list(value) if isinstance(value, tuple) else value, Origin("file"))
