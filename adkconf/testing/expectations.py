"""Compares what a turn brought with what was expected of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.located import Step, bare
from adkconf.config.spec.conversation import ExpectSpec, TextCheckSpec
from adkconf.testing import text_check, trajectory
from adkconf.testing.data_check import difference
from adkconf.testing.turn import Turn
from adkconf.testing.wording import listed, shown

REPLY, CALLS, AGENTS, STATE, ARTIFACTS = "E901", "E902", "E903", "E904", "E905"
MODEL_CALLS, FAILED, WAITING, TOO_SLOW, NEEDS_NETWORK = "E906", "E907", "E908", "E909", "E910"

# What is wrong, with the steps to what asks for something else.
Misfit = tuple[tuple[Step, ...], str]


def unmet(expect: ExpectSpec, turn: Turn) -> Iterator[Diagnostic]:
    """Yields a diagnostic for each expectation that is not met, at its place."""
    for code, check in _CHECKS:
        for steps, message in check(expect, turn):
            yield expect.diagnostic(code, message, steps=steps)


def _reply(expect: ExpectSpec, turn: Turn) -> Iterator[Misfit]:
    if expect.reply is not None:
        for steps, message in text_check.misfits(expect.reply, turn.reply):
            yield ("reply", *steps), f"{message}, got {shown(turn.reply)}"


def _calls(expect: ExpectSpec, turn: Turn) -> Iterator[Misfit]:
    for steps, message in trajectory.misfits(expect, turn.calls):
        yield ("calls", *steps), message


def _agents(expect: ExpectSpec, turn: Turn) -> Iterator[Misfit]:
    if expect.author is not None and expect.author != turn.author:
        got = turn.author or "nobody"
        yield ("author",), f"expected the last answer of {expect.author}, got that of {got}"
    if expect.agents is not None and list(expect.agents) != turn.agents:
        wanted = listed(expect.agents)
        yield ("agents",), f"expected the agents {wanted}, got {listed(turn.agents)}"


def _state(expect: ExpectSpec, turn: Turn) -> Iterator[Misfit]:
    for key, value in (expect.state or {}).items():
        found = difference(bare({key: value}), turn.state)
        if found is not None:
            where = f"{key}{''.join(f'[{step!r}]' for step in found.steps[1:])}"
            message = f"expected {shown(found.expected)} in the state as {where}"
            yield ("state", *found.steps), f"{message}, got {shown(found.got)}"


def _artifacts(expect: ExpectSpec, turn: Turn) -> Iterator[Misfit]:
    expected = expect.artifacts or ()
    for index, name in enumerate(expected):
        steps: tuple[Step, ...] = ("artifacts", name if isinstance(expected, dict) else index)
        if name not in turn.artifacts:
            there = listed(turn.artifacts)
            yield steps, f"expected an artifact {name!r}; artifacts: {there}"
        elif isinstance(expected, dict):
            for below, message in _content(expected[name], turn.artifacts[name]):
                yield (*steps, *below), message


def _content(check: TextCheckSpec, text: str | None) -> Iterator[Misfit]:
    if text is None:
        yield (), "expected a text, got a file that is none"
        return
    for steps, message in text_check.misfits(check, text):
        yield steps, f"{message}, got {shown(text)}"


def _model_calls(expect: ExpectSpec, turn: Turn) -> Iterator[Misfit]:
    if expect.model_calls is not None and expect.model_calls != turn.model_calls:
        wanted = f"expected {expect.model_calls} answers of models"
        yield ("model_calls",), f"{wanted}, got {turn.model_calls}"


def _waiting(expect: ExpectSpec, turn: Turn) -> Iterator[Misfit]:
    if expect.waits_for is not None and sorted(expect.waits_for) != sorted(turn.waiting):
        wanted = listed(expect.waits_for)
        yield ("waits_for",), f"expected to wait for {wanted}, got {listed(turn.waiting)}"


def _error(expect: ExpectSpec, turn: Turn) -> Iterator[Misfit]:
    failure = turn.failure
    if expect.error is not None and failure is None:
        yield ("error",), f"expected the error {expect.error}, but the turn ended well"
    elif expect.error is not None and failure is not None and failure.code != expect.error:
        got = f"{failure.code}: {failure.message}"
        yield ("error",), f"expected the error {expect.error}, got {got}"


_CHECKS: tuple[tuple[str, Callable[[ExpectSpec, Turn], Iterator[Misfit]]], ...] = (
    (FAILED, _error),
    (REPLY, _reply),
    (CALLS, _calls),
    (AGENTS, _agents),
    (STATE, _state),
    (ARTIFACTS, _artifacts),
    (MODEL_CALLS, _model_calls),
    (WAITING, _waiting),
)
