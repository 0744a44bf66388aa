"""Says what a YAML syntax error is about, and which usual trap it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from adkconf.config.diagnostics import Diagnostic

# The patterns take long on the lines that only programs write.
_LONGEST_LINE = 300

_ONE_LINE_COMPONENT = re.compile(r":\s+\S*[./:]\S*:\s*[{\[\"'\w]")
_REFERENCE_KEY = re.compile(r"[./:][\w./:]*:\s*\{")
_LONE_KEY = re.compile(r"(\s*)[\w.-]+")
_STARTS_WITH_BRACE = re.compile(r"^\s*(?:- +)?[\w.-]+:\s+\{")
_STUCK_COLON = re.compile(r"\s*[\w.-]+:[^\s/:]")
_CURLY_QUOTE = re.compile(r":\s+[\u201c-\u201e\u2018\u2019]")
# A '#' behind a space, and what stands before it on its line.
_COMMENT = re.compile(r"^(?P<before>.*?\s)#(?P<swallowed>.*)$")
_SWALLOWED = re.compile(r"\s*#\w")
_FLOW_COLON = re.compile(r":\s[^,{}\[\]\"']*$")

# What the parser says -> what is meant.
_MEANINGS = (
    ("mapping values are not allowed", "a value holds ': ', which starts another mapping"),
    ("cannot start any token", "a value cannot start with this character"),
    ("tab character", "a tab is used for indentation"),
    ("expected ',' or '}'", "a {…} mapping is not closed, or lacks a comma"),
    ("expected ',' or ']'", "a […] list is not closed, or lacks a comma"),
    ("expected ':'", "a key has no ':' behind it"),
    ("expected <block end>", "the indentation does not match any line above"),
    ("did not find expected key", "the indentation does not match any line above"),
    ("expected '-' indicator", "the indentation does not match the list above"),
    ("expected the node content", "a value is missing"),
    ("unexpected end of stream", "the text ends inside of quotes or brackets"),
    ("document start", "there is text behind the end of the document"),
    ("block sequence entries", "a list cannot start behind its key"),
    ("escape", "an unknown escape in double quotes"),
    ("alias", "'*' at the start of a value refers to an anchor"),
    ("anchor", "'&' at the start of a value defines an anchor"),
)
# What the parser says -> how to mend it.
_HINTS = (
    ("alias", "put the value in quotes if '*' is part of a text"),
    ("block sequence entries", "write its items on lines of their own, below the key"),
    ("escape", r"write '\\' for a backslash, or use single quotes"),
    (
        "expected ':'",
        "write 'key: value'; indent the further lines of a long text, or start it with '|'",
    ),
)
_QUOTE_THE_HASH = (
    "a '#' behind a space starts a comment, up to the end of its line; quote the value"
)


def explain_syntax(problem: str, lines: list[str], line: int, column: int) -> tuple[str, str]:
    """Returns a message and a hint for the parser's `problem` at a place counted from 1."""
    text = lines[line - 1][:_LONGEST_LINE] if 0 < line <= len(lines) else ""
    above = next((other for other in reversed(lines[: line - 1]) if other.strip()), "")
    above = above[:_LONGEST_LINE]
    meaning = next((meaning for words, meaning in _MEANINGS if words in problem), problem)
    rest = text[column - 1 :]
    if ("mapping values" in problem or "expected ':'" in problem) and _STUCK_COLON.match(above):
        return "the line above is no 'key: value'", "write a space behind its ':'"
    if "mapping values" in problem and (key := _LONE_KEY.fullmatch(text[: column - 1])):
        return _explain_stray_key(indented=bool(key[1]))
    if "tab character" in problem or ("cannot start" in problem and rest.startswith("\t")):
        return "a tab is used for indentation", "indent with spaces"
    return meaning, _hint_above(problem, text, column, above) or _hint(problem, text, rest)


def swallows(line: str, column: int) -> bool:
    """Tells whether what is written at a place, counted from 1, ends at a '#' that looks like text.

    A '#' behind a space starts a comment; comments of people have a space behind it.
    """
    return _SWALLOWED.match(line, column - 1) is not None


def explain_emptiness(found: Diagnostic, sources: Mapping[str, str]) -> Diagnostic:
    """Returns the diagnostic, with a word on the '#' if that has swallowed the value."""
    is_empty = (found.line, found.column) == (found.end_line, found.end_column)
    lines = sources.get(found.file, "").splitlines() if is_empty else []
    if found.line <= len(lines) and swallows(lines[found.line - 1], found.column):
        return replace(found, hint=_QUOTE_THE_HASH)
    return found


def _explain_stray_key(*, indented: bool) -> tuple[str, str]:
    if indented:
        hint = "indent it like the keys around it, or remove the value above"
        return "this key is indented below a line that has a value already", hint
    return "the line above is no 'key: value'", "write a ':' behind its key"


def _hint(problem: str, text: str, rest: str) -> str:
    if "mapping values" in problem:
        return _hint_nested_mapping(text)
    if "cannot start" in problem:
        return f"put the value in quotes: values cannot start with {rest[:1]!r}"
    if "expected ','" in problem or "document start" in problem or "expected key" in problem:
        return _hint_in_value(text, text[: len(text) - len(rest)], rest)
    return next((hint for words, hint in _HINTS if words in problem), "")


def _hint_in_value(text: str, before: str, rest: str) -> str:
    """Returns the hint for a value that ends too early; `before` and `rest` are around the end."""
    if "${" in text:
        return 'inside of {…} and […] put an interpolation in quotes: "${NAME}"'
    if rest.startswith(":") and _FLOW_COLON.search(before):
        return "inside of {…} and […] put a value with ': ' in quotes"
    if before.rstrip()[-1:] in ("'", '"'):
        return "a text ends at the next quote of its kind; put all of it in the other kind"
    if _STARTS_WITH_BRACE.match(text):
        return "a value that starts with '{' or '[' needs quotes if it is meant as text"
    return ""


def _hint_above(problem: str, text: str, column: int, above: str) -> str:
    """Looks for brackets and quotes that a '#' keeps from being closed."""
    if "expected ','" not in problem and "unexpected end" not in problem:
        return ""
    for line in (text[: column - 1], above):
        comment = _COMMENT.match(line)
        if comment and re.search(r"[}\])]", comment["swallowed"]):
            return (
                "a '#' behind a space starts a comment, up to the end of its line; quote the value"
            )
    return ""


def _hint_nested_mapping(text: str) -> str:
    if _CURLY_QUOTE.search(text):
        return "“…” are no quotes to YAML; use '…' or \"…\""
    if _ONE_LINE_COMPONENT.search(text) and _REFERENCE_KEY.search(text):
        return "a component with arguments goes on a line of its own, indented below its key"
    return "put the value in quotes, or write it below as a block: 'key: |'"
