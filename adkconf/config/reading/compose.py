"""From YAML text to nodes, within bounds that no real app reaches.

The parser's events are read one by one, so that nesting is bounded before anything recurses:
PyYAML's own composers overflow the stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from adkconf.config.nodes import Entry, Mapping, Node, Primitive, Scalar, Sequence
from adkconf.config.problems import MAX_ERRORS, Problems
from adkconf.config.reading.characters import find_in_value, name_of
from adkconf.config.reading.scalars import InexactNumberError, resolve_plain
from adkconf.config.reading.source import Source
from adkconf.config.reading.traps import explain_syntax
from adkconf.config.span import Span

MAX_DEPTH = 50
MAX_NODES = 5_000
MAX_KEY = 1000

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compose(source: Source, problems: Problems) -> Node | None:
    """Returns the root node; None if there is none, or a problem makes the rest meaningless."""
    composer = _Composer(source, problems)
    try:
        return composer.document()
    except _StopReading:
        return None
    except yaml.MarkedYAMLError as error:
        composer.note_syntax_error(error)
    # The parsers fail in other ways too: on input that ends in an escape, for one.
    except (yaml.YAMLError, ValueError, IndexError, OverflowError, RecursionError) as error:
        problems.add(Span(source.name), "E104", f"the text is no YAML: {error}")
    return None


class _StopReading(Exception):  # noqa: N818 (no error: the problem is noted already)
    """Ends the reading of a file."""


@dataclass(frozen=True)
class _Anchored:
    """A node, with how many nodes it stands for and how many levels they have, aliases expanded."""

    node: Node
    size: int
    height: int


class _Composer:
    """Builds the nodes of one document."""

    _next_event: Callable[[], Any]

    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._lines = _LINE_BREAK.split(source.text)
        self._problems = problems
        self._anchors: dict[str, _Anchored] = {}
        self._open_anchors: set[str] = set()
        # Kept alive here, so that their ids stay theirs.
        self._merging: dict[int, Mapping] = {}
        self._count = 0
        # Of what aliases may stand for: how many nodes there are but keys, and how deep they are.
        self._size = 0
        self._deepest = 0
        self._problem_count = 0

    def document(self) -> Node | None:
        """Reads the only document."""
        self._next_event = _Loader(self._source.text).get_event
        self._next_event()
        event = self._next_event()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        root = self._node(self._next_event(), 1)
        self._next_event()
        event = self._next_event()
        if not isinstance(event, yaml.StreamEndEvent):
            self._problems.add(
                self._span(event),
                "E107",
                "the file holds more than one document",
                hint="remove the line '---' and what follows, or make a file of it",
            )
        return root

    def note_syntax_error(self, error: yaml.MarkedYAMLError) -> None:
        """Notes where the parser gave up."""
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = " ".join(filter(None, (error.problem, error.context)))
        message, hint = explain_syntax(problem, self._lines, line, column)
        # What is missed at the end of a file is missed behind its last text.
        if line > 1 and not any(map(str.strip, self._lines[line - 1 :])):
            line, column = self._end_of_text(1, line)
        at = Span(self._source.name, line, column, line, column + 1)
        self._problems.add(at, "E104", f"invalid YAML: {message}", hint=hint)

    def _node(self, event: Any, depth: int) -> Node:
        self._check_bounds(event, depth)
        self._size += 1
        self._deepest = max(self._deepest, depth)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        if event.tag is not None:
            self._add(event, "E107", f"tags like {event.tag!r} are not allowed", "remove it")
        if event.anchor is not None:
            return self._anchored(event, depth)
        return self._plain_node(event, depth)

    def _plain_node(self, event: Any, depth: int) -> Node:
        """Returns the node of an event, whatever tag and anchor it has."""
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _anchored(self, event: Any, depth: int) -> Node:
        """Returns a node and remembers it under the name of its anchor."""
        before, deepest, self._deepest = self._size - 1, self._deepest, depth
        self._open_anchors.add(event.anchor)
        made = self._plain_node(event, depth)
        self._open_anchors.discard(event.anchor)
        size, height = self._size - before, self._deepest - depth + 1
        self._anchors[event.anchor] = _Anchored(made, size, height)
        self._deepest = max(deepest, self._deepest)
        return made

    def _check_bounds(self, event: Any, depth: int) -> None:
        self._count += 1
        if depth > MAX_DEPTH:
            self._stop(event, "E103", f"the nesting is deeper than {MAX_DEPTH} levels")
        if self._count > MAX_NODES:
            hint = "move agents into files of their own: `config_path: other.yaml`"
            self._stop(event, "E103", f"the file has more than {MAX_NODES:,} values", hint)

    def _alias(self, event: Any, depth: int) -> Node:
        target = self._anchors.get(event.anchor)
        if event.anchor in self._open_anchors:
            self._stop(event, "E104", f"the anchor '&{event.anchor}' contains itself")
        if target is None:
            hint = "put the value in quotes if '*' is part of a text"
            self._add(event, "E104", f"no anchor '&{event.anchor}' is defined above", hint)
            return Scalar(self._span(event), None, "", broken=True)
        self._count += target.size - 1
        self._size += target.size - 1
        lowest = depth + target.height - 1
        self._deepest = max(self._deepest, lowest)
        self._check_bounds(event, lowest)
        return target.node

    def _scalar(self, event: Any) -> Scalar:
        span, text, style = self._span(event), event.value, event.style
        plain = not style
        value: Primitive = text
        broken = False
        # The source has been looked through; only escapes can bring in more.
        if style == '"' and (forbidden := find_in_value(text)):
            broken = True
            message = f"the character {name_of(forbidden[0])} is not allowed in a value"
            self._add(event, "E102", message, "remove it")
        if plain:
            try:
                value = resolve_plain(text)
            except InexactNumberError as error:
                broken = True
                self._add(event, "E108", str(error), "put it in quotes if it is meant as text")
        return Scalar(span, value, text, plain, broken=broken)

    def _sequence(self, event: Any, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(item := self._next_event(), yaml.SequenceEndEvent):
            items.append(self._node(item, depth + 1))
        span = self._whole(event, item, items[-1].span if items else None)
        return Sequence(span, tuple(items))

    def _mapping(self, event: Any, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        merges: list[dict[str, Entry]] = []
        last: Span | None = None
        while not isinstance(key := self._next_event(), yaml.MappingEndEvent):
            name = self._key(key, depth)
            value = self._node(self._next_event(), depth + 1)
            last = value.span
            if name is None:
                continue
            if name.text == "<<" and isinstance(key, yaml.ScalarEvent) and not key.style:
                merges += self._merged(key, value)
            else:
                self._put(entries, name, key, value)
        for merged in merges:
            for text, entry in merged.items():
                entries.setdefault(text, entry)
        mapping = Mapping(self._whole(event, key, last), entries)
        if merges:
            self._merging[id(mapping)] = mapping
        return mapping

    def _key(self, event: Any, depth: int) -> Scalar | None:
        before = self._size, self._deepest
        key = self._node(event, depth + 1)
        self._size, self._deepest = before
        if not isinstance(key, Scalar):
            self._add(event, "E107", "a key must be a single text", "put it in quotes")
            return None
        if len(key.text) > MAX_KEY:
            self._stop(event, "E103", f"a key is longer than {MAX_KEY:,} characters")
        return key

    def _put(self, entries: dict[str, Entry], key: Scalar, event: Any, node: Node) -> None:
        name = key.text
        # An alias stands somewhere else than what it stands for.
        span = self._span(event) if isinstance(event, yaml.AliasEvent) else key.span
        if (first := entries.get(name)) is None:
            entries[name] = Entry(span, node)
            return
        where = f"line {first.key_span.line}, column {first.key_span.column}"
        self._add(event, "E106", f"duplicate key {name!r}", f"it was first written in {where}")

    def _merged(self, event: Any, value: Node) -> list[dict[str, Entry]]:
        """Returns the entries of the mappings that a `<<` brings in, the strongest first."""
        nodes = value.items if isinstance(value, Sequence) else (value,)
        mappings = [node for node in nodes if isinstance(node, Mapping)]
        if len(mappings) < len(nodes):
            self._add(event, "E107", "'<<' takes a mapping, or a list of them")
        elif any(id(node) in self._merging for node in mappings):
            self._add(event, "E107", "what '<<' brings in must not use '<<' itself")
        else:
            return [node.entries for node in mappings]
        return []

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        first, line, column = start.line + 1, end.line + 1, end.column + 1
        if first > len(self._lines):
            # The parser adds a line break to a text without one, and finds nothing behind it.
            line, column = len(self._lines), len(self._lines[-1]) + 1
            return Span(self._source.name, line, column, line, column)
        if column == 1 and line > first:
            line, column = self._end_of_text(first, line)
        return Span(self._source.name, first, start.column + 1, line, column)

    def _end_of_text(self, first: int, behind: int) -> tuple[int, int]:
        """Returns where a block ends without the empty lines behind it."""
        line = behind - 1
        while line > first and not self._lines[line - 1].strip():
            line -= 1
        return line, len(self._lines[line - 1]) + 1

    def _whole(self, start: Any, end: Any, last: Span | None) -> Span:
        """Returns the span of a collection; one in block style ends with its last value."""
        opened = self._span(start)
        if start.flow_style or last is None:
            end_line, end_column = end.end_mark.line + 1, end.end_mark.column + 1
        else:
            end_line, end_column = last.end_line, last.end_column
        return Span(opened.file, opened.line, opened.column, end_line, end_column)

    def _add(self, event: Any, code: str, message: str, hint: str = "") -> None:
        self._problems.add(self._span(event), code, message, hint=hint)
        self._problem_count += 1
        if self._problem_count >= MAX_ERRORS:
            raise _StopReading

    def _stop(self, event: Any, code: str, message: str, hint: str = "") -> None:
        self._add(event, code, message, hint)
        raise _StopReading
