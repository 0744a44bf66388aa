"""The grammar of interpolations: Compose's, and `${file:path}`.

    ${NAME}  ${NAME:-default}  ${NAME-default}  ${NAME:?message}  ${NAME?message}
    ${NAME:+other}  ${NAME+other}  ${file:path}  $$

With the colon an empty variable counts as unset. What follows an operator may hold further
interpolations. Any other `$` is itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_NESTING = 10
MAX_INTERPOLATIONS = 1000

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-?+]")
_FILE = "file:"


@dataclass(frozen=True)
class Template:
    """Texts and interpolations in their order."""

    parts: tuple[str | Interpolation, ...]

    @property
    def lone(self) -> bool:
        """Tells whether there is one interpolation and nothing else."""
        return len(self.parts) == 1 and not isinstance(self.parts[0], str)


@dataclass(frozen=True)
class Interpolation:
    """One `${…}`: of the file `word` if the operator is `file:`, of a variable otherwise."""

    name: str
    operator: str = ""
    word: Template = Template(())


@dataclass(frozen=True)
class Use:
    """A value that is a template, and the way to it from the top of the app."""

    template: Template
    path: str


class TemplateError(ValueError):
    """Text that is no template; `index` is where the trouble starts."""

    def __init__(self, message: str, index: int, hint: str = "") -> None:
        super().__init__(message)
        self.index = index
        self.hint = hint


def parse_template(text: str) -> Template:
    """Parses a text.

    Raises:
        TemplateError: an interpolation is malformed.
    """
    return _Parser(text).template(0, 0)[0]


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._room = MAX_INTERPOLATIONS

    def template(self, index: int, nesting: int) -> tuple[Template, int]:
        """Parses up to the end, or when nested to the closing brace; returns where it ended."""
        text, begin = self._text, index
        parts: list[str | Interpolation] = []
        while (dollar := text.find("$", index)) >= 0 or nesting:
            closing = text.find("}", index) if nesting else -1
            if nesting and (dollar < 0 or 0 <= closing < dollar):
                index = closing if closing >= 0 else len(text)
                break
            if text.startswith("${", dollar):
                parts.append(text[begin:dollar])
                interpolation, index = self._interpolation(dollar, nesting)
                parts.append(interpolation)
                begin = index
            elif text.startswith("$$", dollar):
                parts.append(text[begin : dollar + 1])
                begin = index = dollar + 2
            else:
                index = dollar + 1
        else:
            index = len(text)
        parts.append(text[begin:index])
        return Template(tuple(part for part in parts if part != "")), index

    def _interpolation(self, start: int, nesting: int) -> tuple[Interpolation, int]:
        text, index = self._text, start + 2
        self._room -= 1
        if self._room < 0:
            raise TemplateError(f"more than {MAX_INTERPOLATIONS:,} interpolations", start)
        if nesting >= MAX_NESTING:
            raise TemplateError(f"interpolations nest deeper than {MAX_NESTING} levels", start)
        if text.startswith(_FILE + "}", index):
            raise TemplateError("'${file:}' names no file", start, "write ${file:path}")
        if text.startswith(_FILE, index):
            word, end = self.template(index + len(_FILE), nesting + 1)
            return Interpolation("", _FILE, word), self._close(start, end)
        name = _NAME.match(text, index)
        if name is None:
            raise self._malformed(start)
        operator = _OPERATOR.match(text, name.end())
        if operator is None:
            if not text.startswith("}", name.end()) and name.end() < len(text):
                raise self._malformed(start)
            return Interpolation(name[0]), self._close(start, name.end())
        word, end = self.template(operator.end(), nesting + 1)
        return Interpolation(name[0], operator[0], word), self._close(start, end)

    def _close(self, start: int, index: int) -> int:
        if not self._text.startswith("}", index):
            raise TemplateError("'${' has no closing '}'", start)
        return index + 1

    def _malformed(self, start: int) -> TemplateError:
        hint = "write ${NAME}, ${NAME:-default}, ${NAME:?message} or ${file:path}; $$ for a '$'"
        return TemplateError("'${' starts no interpolation", start, hint)
