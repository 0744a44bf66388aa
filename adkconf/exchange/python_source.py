"""Python files, read without running them: what their names stand for."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from adkconf.config.secret_text import find_secrets


class NotUnderstoodError(Exception):
    """Code whose meaning is only known when it runs; the text says what it is."""


@dataclass(frozen=True)
class Variable:
    """A value that is read from the environment: `${…}` as it is written in YAML."""

    text: str


@dataclass(frozen=True)
class Found:
    """An expression, and the file that it stands in."""

    source: PythonSource
    node: ast.expr


@dataclass
class PythonSource:
    """One file: its imports, its definitions, its variables that are set once."""

    path: Path
    imports: dict[str, str] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)
    values: dict[str, ast.expr] = field(default_factory=dict)
    siblings: dict[str, tuple[Path, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> PythonSource:
        """Reads a file.

        Raises:
            NotUnderstoodError: it is no Python.
        """
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError) as error:
            raise NotUnderstoodError(f"{path.name} cannot be read: {error}") from None
        made = cls(path)
        times = Counter(name for node in ast.walk(tree) for name in _bound(node))
        for statement in tree.body:
            made._take(statement, times)
        return made

    def _take(self, statement: ast.stmt, times: Counter[str]) -> None:
        match statement:
            case ast.Import(names):
                for alias in names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.imports[name] = alias.name if alias.asname else name
            case ast.ImportFrom(module, names, level):
                for alias in names:
                    self._take_import(module or "", alias.asname or alias.name, alias.name, level)
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                self.defined.add(name)
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, value):
                if value is not None and times[name] == 1:
                    self.values[name] = value

    def _take_import(self, module: str, local: str, name: str, level: int) -> None:
        home = self.path.parents[level - 1] if level else self.path.parent
        parts = module.split(".") if module else []
        if not level and parts[0] == home.name:
            parts = parts[1:]  # the package by its own name
        if (path := _file(home.joinpath(*parts))) is not None and (parts or level):
            inner = _file(home.joinpath(*parts, name))
            self.siblings[local] = (inner, "") if inner else (path, name)
        elif level or (not parts and module):
            inner = _file(home.joinpath(*parts, name))
            if inner is not None:
                self.siblings[local] = (inner, "")
        if local not in self.siblings:
            self.imports[local] = f"{'.' * level}{module}.{name}"

    def origin(self, node: ast.expr) -> str:
        """Returns the dotted name that an expression was imported as; empty for others."""
        match node:
            case ast.Name(name):
                return self.imports.get(name, "")
            case ast.Attribute(value, name):
                before = self.origin(value)
                return f"{before}.{name}" if before else ""
        return ""

    def follow(self, node: ast.expr) -> Found:
        """Returns what a name stands for, from file to file; other expressions as they are."""
        match node:
            case ast.Name(name) if name in self.values:
                return self.follow(self.values[name])
            case ast.Name(name) if self.siblings.get(name, ("", ""))[1]:
                path, inner = self.siblings[name]
                return PythonSource.read(path).follow(ast.Name(inner))
            case ast.Attribute(ast.Name(name), inner) if name in self.siblings:
                path, outer = self.siblings[name]
                if not outer:
                    return PythonSource.read(path).follow(ast.Name(inner))
        return Found(self, node)

    def place(self, node: ast.expr) -> tuple[Path, str]:
        """Returns the file and the name under which a reference reaches what a name stands for.

        Raises:
            NotUnderstoodError: it has no name in a file of the project.
        """
        match node:
            case ast.Name(name) if name in self.siblings and self.siblings[name][1]:
                path, inner = self.siblings[name]
                return PythonSource.read(path).place(ast.Name(inner))
            case ast.Attribute(ast.Name(name), inner) if name in self.siblings:
                return PythonSource.read(self.siblings[name][0]).place(ast.Name(inner))
            case ast.Name(name) if name in self.defined | self.values.keys() | self.imports.keys():
                return self.path, name
        raise NotUnderstoodError(f"`{_short(node)}` is made in place")

    def data(self, node: ast.expr) -> Any:
        """Returns plain data, texts out of the environment as `Variable`.

        Raises:
            NotUnderstoodError: it is something else.
        """
        found = self.follow(node)
        if found.source is not self:
            return found.source.data(found.node)
        match found.node:
            case ast.Constant(value) if value is not ...:
                if isinstance(value, str) and any(find_secrets(value)):
                    raise NotUnderstoodError("a secret is written in clear")
                return value
            case ast.List(items) | ast.Tuple(items):
                return [self.data(item) for item in items]
            case ast.Dict(keys, values) if all(keys):
                return {self.data(k): self.data(v) for k, v in zip(keys, values, strict=True) if k}
            case ast.UnaryOp(ast.USub(), ast.Constant(value)) if isinstance(value, (int, float)):
                return -value
            case ast.BinOp(_, ast.Add()) | ast.JoinedStr() | ast.FormattedValue():
                return self._joined(_parts(found.node))
            case ast.Call() | ast.Subscript():
                return self._computed(found.node)
            case ast.Attribute(_, name) if ".types." in self.origin(found.node):
                return name  # a member of an enum
        raise NotUnderstoodError(f"`{_short(found.node)}` is computed")

    def _joined(self, parts: list[ast.expr]) -> str | Variable:
        """Returns texts behind one another; one out of the environment makes all of it such."""
        texts = [self.data(part) for part in parts]
        if not all(isinstance(text, (str, Variable)) for text in texts):
            raise NotUnderstoodError(f"the text that `{_short(parts[0])}` is part of is computed")
        if all(isinstance(text, str) for text in texts):
            return "".join(texts)
        return Variable("".join(_in_template(text) for text in texts))

    def _computed(self, node: ast.Call | ast.Subscript) -> Any:
        match node:
            case ast.Subscript(value, ast.Constant(str(name))) if _is_environ(self.origin(value)):
                return Variable(f"${{{name}}}")
            case ast.Call(func, [ast.Constant(str(name)), *default], []) if self.origin(func) in (
                "os.getenv",
                "os.environ.get",
            ):
                if not default:
                    raise NotUnderstoodError(f"{name} may be unset")
                return Variable(f"${{{name}-{self.data(default[0])}}}")
            case ast.Call(func, [text], []) if self.origin(func) == "textwrap.dedent":
                return dedent(str(self.data(text)))
            case ast.Call(ast.Attribute(text, "strip"), [], []):
                if isinstance(value := self.data(text), str):
                    return value.strip()
            case ast.Call(func, [], keywords) if self.origin(func).startswith("google.genai"):
                return self.arguments(keywords)
        raise NotUnderstoodError(f"`{_short(node)}` is computed")

    def arguments(self, keywords: list[ast.keyword]) -> dict[str, Any]:
        """Returns keyword arguments that are plain data; raises like `data`."""
        if any(keyword.arg is None for keyword in keywords):
            raise NotUnderstoodError("`**` takes arguments from elsewhere")
        return {str(keyword.arg): self.data(keyword.value) for keyword in keywords}


def _bound(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(name, ast.Store()):
            return [name]
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            return [name]
    return []


def _file(module: Path) -> Path | None:
    for path in (module.with_name(f"{module.name}.py"), module / "__init__.py"):
        if path.is_file():
            return path
    return None


def _parts(text: ast.BinOp | ast.JoinedStr | ast.FormattedValue) -> list[ast.expr]:
    match text:
        case ast.BinOp(left, _, right):
            return [left, right]
        case ast.JoinedStr(values):
            return values
        case ast.FormattedValue(value, -1, None):
            return [value]
    raise NotUnderstoodError(f"`{_short(text)}` is computed")


def _in_template(text: str | Variable) -> str:
    return text.text if isinstance(text, Variable) else text.replace("$", "$$")


def _is_environ(origin: str) -> bool:
    return origin == "os.environ"


def _short(node: ast.expr) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 40 else f"{text[:39]}…"
