"""Replaces `${…}` in values, once, after the YAML is parsed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping as AbstractMapping

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.located import join_path
from adkconf.config.nodes import Entry, Mapping, Node, Scalar, Sequence
from adkconf.config.resolving.project import Project
from adkconf.config.resolving.template import (
    Interpolation,
    Template,
    TemplateError,
    Use,
    parse_template,
)
from adkconf.config.span import Span
from adkconf.config.suggestion import did_you_mean, near_file

# Together for all values of an app.
MAX_INSERTED = 4 * 1024 * 1024

_HASH_BEHIND = re.compile(r"\s+#")


class Interpolator:
    """Fills in variables and files, and notes those that cannot be.

    `check_unset` off says nothing about variables that are not set: the values of a profile that
    is not in use.
    """

    def __init__(
        self, project: Project, environ: AbstractMapping[str, str], *, check_unset: bool = True
    ) -> None:
        self._project = project
        self._environ = environ
        self._check_unset = check_unset
        self._room = MAX_INSERTED

    def node(self, node: Node, path: str = "") -> Node:
        """Returns a node with everything below it filled in."""
        if isinstance(node, Scalar):
            return self.scalar(node, path)
        if isinstance(node, Sequence):
            items = enumerate(node.items)
            filled = tuple(self.node(item, join_path(path, index)) for index, item in items)
            return Sequence(node.span, filled)
        return self.mapping(node, path)

    def mapping(self, node: Mapping, path: str = "") -> Mapping:
        """Returns a mapping with its values filled in; keys are left as they are."""
        entries = {
            key: entry
            if _is_literal(entry.node)
            else Entry(entry.key_span, self.node(entry.node, join_path(path, key)))
            for key, entry in node.entries.items()
        }
        return Mapping(node.span, entries)

    def scalar(self, node: Scalar, path: str = "") -> Scalar:
        """Returns a single value filled in; without a value if that fails."""
        if _is_literal(node):
            return node
        try:
            template = parse_template(node.text)
            self._project.templates[node.span] = Use(template, path)
            value = self._fill(template, node.span)
        except TemplateError as error:
            self._note_malformed(node, error, path)
        except _UnusableError as error:
            if error.message:
                self._project.problems.add(
                    node.span, error.code, error.message, hint=error.hint, path=path
                )
        else:
            names = tuple(_names(template))
            loose = node.loose or (node.plain and template.lone)
            return node._replace(value=value, text=value, loose=loose, variables=names)
        return node._replace(value=None, broken=True)

    def _fill(self, template: Template, at: Span) -> str:
        texts = [
            part if isinstance(part, str) else self._insert(part, at) for part in template.parts
        ]
        return "".join(texts)

    def _insert(self, part: Interpolation, at: Span) -> str:
        inserted = (
            self._file(self._fill(part.word, at), at)
            if part.operator == "file:"
            else self._variable(part, at)
        )
        self._room -= len(inserted)
        if self._room < 0:
            raise _UnusableError("E103", "interpolations insert more than 4 MiB")
        return inserted

    def _variable(self, part: Interpolation, at: Span) -> str:
        value = self._environ.get(part.name)
        operator = part.operator
        usable = value is not None and (value != "" or not operator.startswith(":"))
        match operator[-1:]:
            case "+":
                return self._fill(part.word, at) if usable else ""
            case "-" if not usable:
                return self._fill(part.word, at)
        if not usable or value is None:
            raise self._unset(part, at, empty=value == "")
        return value

    def _unset(self, part: Interpolation, at: Span, *, empty: bool) -> _UnusableError:
        if not self._check_unset:
            return _UnusableError("E301", "")
        message = f"the variable {part.name!r} is {'empty' if empty else 'not set'}"
        if part.operator.endswith("?") and (reason := self._fill(part.word, at)):
            return _UnusableError("E301", f"{message}: {reason}")
        near = did_you_mean(part.name, self._environ)
        return _UnusableError(
            "E301", message, near or f"set it, or give a default: ${{{part.name}:-…}}"
        )

    def _file(self, text: str, at: Span) -> str:
        path = self._project.path_at(text, at)
        # An absolute path is chosen on purpose: mounted secrets are outside of every project.
        if not os.path.isabs(text) and not self._project.contains(path):
            raise _UnusableError("E303", f"the file {text!r} is outside of the project")
        source = self._project.text(path)
        if isinstance(source, Diagnostic):
            raise _UnusableError("E303", f"{text!r}: {source.message}", near_file(path))
        return source.text.removesuffix("\n").removesuffix("\r")

    def _note_malformed(self, node: Scalar, error: TemplateError, path: str) -> None:
        at, hint = node.span, error.hint
        if node.plain and at.line == at.end_line:
            lines = self._project.sources.get(at.file, "").splitlines()
            line = lines[at.line - 1] if at.line <= len(lines) else ""
            if _HASH_BEHIND.match(line, at.end_column - 1):
                hint = "a '#' behind a space starts a comment; put the value in quotes"
        self._project.problems.add(at, "E302", str(error), hint=hint, path=path)


def _is_literal(node: Node) -> bool:
    """Tells whether there is nothing to fill in."""
    return isinstance(node, Scalar) and ("$" not in node.text or not isinstance(node.value, str))


class _UnusableError(Exception):
    """A value that cannot be had; without a message nothing is to be said about it."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def _names(template: Template) -> list[str]:
    parts = [part for part in template.parts if not isinstance(part, str)]
    return [part.name or "file" for part in parts]
