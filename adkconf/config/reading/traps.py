"""Says what a YAML syntax error is about, and which usual trap it is."""

from __future__ import annotations

import re

_ONE_LINE_COMPONENT = re.compile(r":\s+\S*[./:]\S*:\s*[{\[\"'\w]")
_REFERENCE_KEY = re.compile(r"[./:][\w./:]*:\s*\{")
_LONE_KEY = re.compile(r"(\s*)[\w.-]+")
_STARTS_WITH_BRACE = re.compile(r"^\s*(?:- +)?[\w.-]+:\s+\{")

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


def explain_syntax(problem: str, lines: list[str], line: int, column: int) -> tuple[str, str]:
    """Returns a message and a hint for the parser's `problem` at a place counted from 1."""
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    meaning = next((meaning for words, meaning in _MEANINGS if words in problem), problem)
    rest = text[column - 1 :]
    if "mapping values" in problem and (key := _LONE_KEY.fullmatch(text[: column - 1])):
        return _explain_stray_key(indented=bool(key[1]))
    if "tab character" in problem or ("cannot start" in problem and rest.startswith("\t")):
        return "a tab is used for indentation", "indent with spaces"
    return meaning, _hint(problem, text, rest)


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
        if "${" in text:
            return 'inside of {…} and […] put an interpolation in quotes: "${NAME}"'
        if _STARTS_WITH_BRACE.match(text):
            return "a value that starts with '{' or '[' needs quotes if it is meant as text"
    if "block sequence entries" in problem:
        return "write its items on lines of their own, below the key"
    if "escape" in problem:
        return r"write '\\' for a backslash, or use single quotes"
    if "expected ':'" in problem:
        return "write 'key: value'; indent the further lines of a long text, or start it with '|'"
    return ""


def _hint_nested_mapping(text: str) -> str:
    if _ONE_LINE_COMPONENT.search(text) and _REFERENCE_KEY.search(text):
        return "a component with arguments goes on a line of its own, indented below its key"
    return "put the value in quotes, or write it below as a block: 'key: |'"
