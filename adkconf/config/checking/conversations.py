"""Checks conversation tests as far as the app need not run for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from adkconf.config.located import LocatedMap, Step
from adkconf.config.problems import Problems
from adkconf.config.spec.conversation import (
    ConversationSpec,
    ExpectSpec,
    TextCheckSpec,
    TurnSpec,
)

_USER_SAYS = ("message", "confirm", "answers")


def check_conversations(tests: Iterable[ConversationSpec], problems: Problems) -> None:
    """Notes tests of the same name, turns in which the user says nothing, and broken patterns."""
    first: dict[str, ConversationSpec] = {}
    for test in tests:
        other = first.setdefault(test.name, test)
        if other is not test:
            at = other.span_of("name")
            message = f"there are two tests called {test.name!r}"
            hint = f"the other one is at {at.file}:{at.line}:{at.column}"
            problems.take(test.diagnostic("E602", message, hint=hint, steps=("name",)))
        for turn in test.turns:
            _check_turn(turn, problems)
            _check_patterns(turn.expect, problems)


def _check_turn(turn: TurnSpec, problems: Problems) -> None:
    said = [key for key in _USER_SAYS if getattr(turn, key) is not None]
    # A message that cannot be used has been told of.
    if not said and not _is_written(turn):
        message = "the user says nothing in this turn"
        problems.take(turn.diagnostic("E202", message, hint="add 'message: …'"))
    for key in said[1:]:
        message = f"a turn has {said[0]!r} or {key!r}, not both"
        hint = "make two turns of them"
        problems.take(turn.diagnostic("E207", message, hint=hint, steps=(key,), key=True))


def _is_written(turn: TurnSpec) -> bool:
    data = turn.written()
    return isinstance(data, LocatedMap) and not data.marks.keys().isdisjoint(_USER_SAYS)


def _check_patterns(expect: ExpectSpec, problems: Problems) -> None:
    for steps, check in _text_checks(expect):
        try:
            re.compile(check.matches or "")
        except re.error as error:
            message = f"this is no regular expression: {error}"
            hint = "put a backslash before signs that stand for themselves"
            found = expect.diagnostic("E206", message, hint=hint, steps=(*steps, "matches"))
            problems.take(found)


def _text_checks(expect: ExpectSpec) -> Iterator[tuple[tuple[Step, ...], TextCheckSpec]]:
    """Yields the checks of texts, each with the steps that lead to it."""
    if expect.reply is not None:
        yield ("reply",), expect.reply
    if isinstance(expect.artifacts, dict):
        for name, check in expect.artifacts.items():
            yield ("artifacts", name), check
