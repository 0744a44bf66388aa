"""A Python file in the making: its imports, its names, its statements."""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from collections.abc import Iterable
from itertools import chain, count

from adkconf.exchange.python_text import WIDTH, Code, Expression, layout


class PythonModule:
    """Collects what a file says; no two things get the same name."""

    def __init__(self, about: str, reserved: Iterable[str] = ()) -> None:
        self._about = about
        self._taken = {*keyword.kwlist, *dir(builtins), *reserved}
        self._modules: set[str] = set()
        self._members: dict[tuple[str, str], str] = {}
        self._body: list[str] = []

    def module(self, name: str) -> Code:
        """Imports a module of one name, like `os`."""
        self._modules.add(name)
        self._taken.add(name)
        return Code(name)

    def member(self, module: str, name: str) -> Code:
        """Imports a name from a module; something inside a class is reached through that."""
        top, _, inner = name.partition(".")
        local = self._members.get((module, top))
        if local is None:
            local = self._members[module, top] = self._free(top, module.rpartition(".")[2])
        return Code(f"{local}.{inner}" if inner else local)

    def at(self, place: str) -> Code:
        """Imports what an address like `package.module:Name` names."""
        module, _, name = place.partition(":")
        return self.member(module, name)

    def assign(self, name: str, value: Expression, kind: str = "") -> Code:
        """Adds a variable, by this name or one like it, and returns its name."""
        free = self._free(re.sub(r"\W", "_", name), kind)
        self._body.append(layout(value, before=f"{free} = "))
        return Code(free)

    def claim(self, name: str, value: Expression) -> Code:
        """Adds a variable of a reserved name."""
        self._body.append(layout(value, before=f"{name} = "))
        return Code(name)

    def add(self, *statements: str) -> None:
        """Adds statements as they are."""
        self._body.extend(statements)

    def text(self) -> str:
        """Returns the file."""
        outside = [_from(module, names) for module, names in self._froms() if module[0] != "."]
        own = [_from(module, names) for module, names in self._froms() if module[0] == "."]
        plain = [f"import {name}" for name in sorted(self._modules)]
        standard = [line for line in outside if _is_standard(line)]
        other = [line for line in outside if not _is_standard(line)]
        groups = [[*plain, *standard], other, own]
        head = ["\n".join(group) for group in groups if group]
        parts = [f'"""{self._about}"""', *head]
        return "\n\n".join(parts) + _spaced(self._body, bool(head)) + "\n"

    def _froms(self) -> list[tuple[str, list[str]]]:
        found: dict[tuple[str, bool], list[tuple[str, str]]] = {}
        for (module, name), local in self._members.items():
            found.setdefault((module, name != local), []).append((name, local))
        return [
            (module, [_as(*pair) for pair in sorted(names, key=_order)])
            for (module, _), names in sorted(found.items(), key=lambda entry: entry[0])
        ]

    def _free(self, name: str, kind: str) -> str:
        second = f"{name}_{kind}" if kind.isidentifier() else f"{name}_"
        candidates = chain((name, second), (f"{name}_{number}" for number in count(2)))
        free = next(found for found in candidates if found not in self._taken)
        self._taken.add(free)
        return free


def _is_standard(line: str) -> bool:
    return line.split()[1].partition(".")[0] in sys.stdlib_module_names


def _from(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _as(name: str, local: str) -> str:
    return name if name == local else f"{name} as {local}"


def _order(pair: tuple[str, str]) -> tuple[int, str]:
    """Constants, then classes, then the rest: isort's order."""
    name = pair[0]
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name)


def _spaced(body: list[str], imports: bool) -> str:
    """Two empty lines around definitions, one behind the imports, none between variables."""
    text, before_is_block = "\n" if imports or body else "", False
    for number, statement in enumerate(body):
        is_block = statement.startswith(("def ", "async def ", "if __name__"))
        far = (is_block or before_is_block) and (number or imports)
        text += ("\n\n\n" if far else "\n\n" if number == 0 else "\n") + statement
        before_is_block = is_block
    return text.removeprefix("\n") if body else ""
