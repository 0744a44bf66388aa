"""Values of the configuration as Python expressions."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import Enum
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.alias_generators import to_camel

from adkconf.builder.problems import NOT_SUPPORTED, Fault
from adkconf.config.loaded import Loaded
from adkconf.config.located import Step
from adkconf.config.resolving.template import Interpolation, Template, Use
from adkconf.config.secret_text import is_secret_place, variable_says_secret
from adkconf.config.span import Span
from adkconf.config.spec.section import Section
from adkconf.exchange.python_module import PythonModule
from adkconf.exchange.python_text import (
    Call,
    Code,
    Expression,
    Pairs,
    Sum,
    flat,
    list_of,
    literal,
)
from adkconf.exchange.surroundings import Surroundings
from adkconf.inspection.secrecy import Secrecy, interpolations

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
# Classes that both runtimes have, of which the builder knows only adkconf's.
_MIRRORED = "adkconf.examples."
# The one value whose text the builder takes apart.
_KEY_FILE = "service_account_credential"


class Values:
    """Writes values down for one module: `${…}` as what is read when the module runs."""

    def __init__(
        self,
        loaded: Loaded,
        module: PythonModule,
        surroundings: Surroundings,
        package: str,
        used: set[Span],
    ) -> None:
        self.module = module
        self._loaded = loaded
        self._surroundings = surroundings
        self._package = package
        self._secrecy = Secrecy(loaded.environ)
        self._used = used
        self._known: dict[int, Expression] = {}

    def know(self, value: Any, expression: Expression) -> None:
        """Notes how an object is written that is reached by a reference."""
        self._known[id(value)] = expression

    def below_here(self, text: Expression) -> Code:
        """Returns a path from the directory of the code on; `.` is that itself."""
        here = self._surroundings.name(self.module, "HERE")
        if text == literal("."):
            return Code(here)
        inner = flat(text) if isinstance(text, Code) and not text.loose else f"({flat(text)})"
        return Code(f"{here} / {inner}", loose=True)

    def beside(self, name: str, section: Section, *steps: Step) -> Expression:
        """Returns the path of what stands beside the file of a section, from the code's on."""
        template = self.template(section, *steps) or Template((name,))
        text = self.filled(template, section.at)
        return self._path(template, text, section.at)

    def read_text(self, name: str, section: Section, *steps: Step) -> Expression:
        """Returns the text of a file that a section names."""
        read = self._surroundings.name(self.module, "read_text")
        return Call(read, args=(self.beside(name, section, *steps),))

    def carry(self, file: Path) -> bool:
        """Notes a file that the code needs beside it; tells whether it is one of the project's."""
        file = Path(os.path.normpath(file))
        if not file.is_relative_to(self._loaded.root) or not file.is_file():
            return False
        self._surroundings.carried.add(file.relative_to(self._loaded.root))
        return True

    def of(self, value: Any, section: Section, *steps: Step) -> Expression:
        """Returns what a value is written as, `steps` leading to it from the section.

        Raises:
            Fault: it cannot be written, or is a secret in clear.
        """
        if not _is_small(value) and id(value) in self._known:
            return self._known[id(value)]
        if isinstance(value, BaseModel):
            return self._model(value, section, steps)
        if isinstance(value, (Mapping, list, tuple)):
            return self._collection(value, section, steps)
        plain = value is None or isinstance(value, (str, int, float, bool, SecretStr))
        if plain and not isinstance(value, Enum):
            return self._scalar(value, section, steps)
        return self._object(value, section, steps)

    def _collection(self, value: Any, section: Section, steps: tuple[Step, ...]) -> Expression:
        if isinstance(value, Mapping):
            pairs = ((literal(k), self.of(v, section, *steps, k)) for k, v in value.items())
            return Pairs(tuple(pairs))
        return list_of(self.of(item, section, *steps, n) for n, item in enumerate(value))

    def _object(self, value: Any, section: Section, steps: tuple[Step, ...]) -> Expression:
        """Returns an object that an argument's type made of plain data."""
        if isinstance(value, Enum):
            return Code(f"{self.imported(type(value)).text}.{value.name}")
        if isinstance(value, PurePath):
            path = self.of(str(value), section, *steps)
            return Call(self.module.member("pathlib", "Path").text, args=(path,))
        if isinstance(value, re.Pattern) and not value.flags & ~re.UNICODE:
            pattern = self.of(value.pattern, section, *steps)
            return Call(f"{self.module.module('re').text}.compile", args=(pattern,))
        kind = type(value).__name__
        raise Fault(NOT_SUPPORTED, f"a {kind} cannot be written as Python", steps=steps)

    def template(self, section: Section, *steps: Step) -> Template | None:
        """Returns the `${…}` that a value was written with; they count as taken care of."""
        for variant in dict.fromkeys((steps, _in_camel_case(steps))):
            span = section.span_of(*variant)
            if (use := self._use(span)) is not None:
                self._used.add(span)
                return use.template
        return None

    def filled(self, template: Template, at: Span) -> Expression:
        """Returns the text that a template makes when the code runs."""
        parts: list[Expression] = []
        for is_text, group in groupby(template.parts, lambda part: isinstance(part, str)):
            if is_text:
                parts.append(literal("".join(map(str, group))))
            else:
                parts += [self._inserted(part, at) for part in group if not isinstance(part, str)]
        return parts[0] if len(parts) == 1 else Sum(tuple(parts)) if parts else literal("")

    def _use(self, span: Span) -> Use | None:
        return self._loaded.templates.get(span)

    def _scalar(self, value: Any, section: Section, steps: tuple[Step, ...]) -> Expression:
        template = self.template(section, *steps)
        way = tuple(_way(section.path)) + steps
        if template is None:
            if section.span_of(*steps) in self._loaded.secrets:
                raise _in_clear(steps)
            return self._written(value, way, steps)
        for part in interpolations(template):
            named = variable_says_secret(part.name) or is_secret_place(way)
            if named and part.operator.endswith("-") and part.word.parts:
                raise _in_clear(steps)
        text = self.filled(template, section.span_of(*steps))
        if isinstance(value, bool):
            return Code(f'{flat(text)}.lower() == "true"', loose=True)
        if isinstance(value, (int, float)):
            return Call(type(value).__name__, args=(text,))
        return text

    def _written(self, value: Any, way: tuple[Step, ...], steps: tuple[Step, ...]) -> Expression:
        if isinstance(value, SecretStr) or self._secrecy.shown(value, way, None).value != value:
            raise _in_clear(steps)
        return literal(str(value) if isinstance(value, str) else value)

    def _inserted(self, part: Interpolation, at: Span) -> Expression:
        word = self.filled(part.word, at)
        if part.operator == "file:":
            read = self._surroundings.name(self.module, "read_text")
            return Call(read, args=(self._path(part.word, word, at),))
        environ = f"{self.module.module('os').text}.environ"
        name = flat(literal(part.name))
        match part.operator:
            case "" | "?" if not part.word.parts:
                return Code(f"{environ}[{name}]")
            case "-" if isinstance(word, Code) and not word.loose:
                return Call(f"{environ}.get", args=(Code(name), word))
            case "-":
                return Code(f"{environ}[{name}] if {name} in {environ} else {flat(word)}", True)
            case ":-":
                return Code(f"{environ}.get({name}) or {flat(word)}", True)
            case ":+":
                return Code(f'{flat(word)} if {environ}.get({name}) else ""', True)
            case "+":
                return Code(f'{flat(word)} if {name} in {environ} else ""', True)
        required = self._surroundings.name(self.module, "required")
        return Call(required, args=(Code(name), *((word,) if part.word.parts else ())))

    def _path(self, word: Template, text: Expression, at: Span) -> Expression:
        """Returns a file's path from the project's directory on."""
        home = Path(os.path.abspath(at.file)).parent
        if at.file.startswith("--") or home == self._loaded.root:
            return text
        before = Path(os.path.relpath(home, self._loaded.root)).as_posix()
        if len(word.parts) == 1 and isinstance(word.parts[0], str):
            return literal(str(Path(before, word.parts[0])))
        return Sum((literal(f"{before}/"), text))

    def _section(self, value: Section) -> Expression:
        """Returns a section as the dict that it was written as."""
        pairs = []
        for name, item in value.given().items():
            key = type(value).model_fields[name].alias or name
            written = self.of(item, value, key)
            if name == _KEY_FILE:
                json = self.module.module("json").text
                written = Call(f"{json}.loads", args=(written,))
            pairs.append((literal(key), written))
        return Pairs(tuple(pairs))

    def _model(self, value: BaseModel, section: Section, steps: tuple[Step, ...]) -> Expression:
        if isinstance(value, Section):
            return self._section(value)
        fields = type(value).model_fields
        given = {
            name: self.of(getattr(value, name), section, *steps, name)
            for name in fields
            if name in value.model_fields_set
        }
        return Call(self.imported(type(value)).text, given)

    def imported(self, kind: type) -> Code:
        """Imports the class of a value."""
        if kind.__module__ == "google.genai.types":
            return Code(f"{self.module.member('google.genai', 'types').text}.{kind.__name__}")
        place = kind.__module__
        if place.startswith(_MIRRORED):
            place = f"{self._package}.{place.removeprefix('adkconf.')}"
        return self.module.member(place, kind.__qualname__)


def _in_clear(steps: tuple[Step, ...]) -> Fault:
    return Fault(
        NOT_SUPPORTED,
        "a secret that is written in clear is not copied into Python",
        hint="put it into the environment, and write ${NAME}",
        steps=steps,
    )


def _is_small(value: Any) -> bool:
    """Tells whether equal values may be the same object."""
    return value is None or isinstance(value, (str, int, float, bool))


def _way(path: str) -> list[Step]:
    return [int(number) if number else name for name, number in _STEP.findall(path)]


def _in_camel_case(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(to_camel(step) if isinstance(step, str) else step for step in steps)
