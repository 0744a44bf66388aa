"""Runs tests, one after the other, each on an app that is built for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from adkconf.builder.assembly import build, checked_spec
from adkconf.builder.problems import Fault
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.spec.conversation import ConversationSpec, TurnSpec
from adkconf.testing.conversation import Conversation
from adkconf.testing.expectations import FAILED, NEEDS_NETWORK, TOO_SLOW, WAITING, unmet
from adkconf.testing.outcome import Outcome, Results
from adkconf.testing.questions import NothingWaitsError
from adkconf.testing.subject import subject_of
from adkconf.testing.turn import Turn
from adkconf.testing.wording import listed


async def run_tests(
    loaded: Loaded,
    tests: Sequence[ConversationSpec],
    *,
    live: bool = False,
    fail_fast: bool = False,
    on_done: Callable[[], object] | None = None,
) -> Results:
    """Runs tests of an app; with `fail_fast`, up to the first one that fails.

    Unless `live`, models that would need a network are not asked. `on_done` is called after each.

    Raises:
        BuildError: the app cannot be built; `diagnostics` tells why.
    """
    outcomes: list[Outcome] = []
    for test in tests:
        outcomes.append(await run_test(loaded, test, live=live))
        if on_done is not None:
            on_done()
        if fail_fast and not outcomes[-1].passed:
            break
    not_run = tuple(tests[len(outcomes) :])
    return Results(checked_spec(loaded).name, tuple(outcomes), not_run, loaded.sources)


async def run_test(loaded: Loaded, test: ConversationSpec, *, live: bool = False) -> Outcome:
    """Runs one test.

    Raises:
        BuildError: the app cannot be built; `diagnostics` tells why.
    """
    start = time.perf_counter()
    changed, stand_ins = subject_of(loaded, checked_spec(loaded), test, live=live)
    built = await build(changed, stand_ins=stand_ins)
    try:
        conversation = Conversation(built, test, stand_ins)
        await conversation.open()
        failures: list[Diagnostic] = []
        for spec in test.turns:
            found, goes_on = await _take(conversation, spec, test)
            failures += found
            if not goes_on:
                break
    finally:
        await built.close()
    return Outcome(test, tuple(failures), time.perf_counter() - start)


async def _take(
    conversation: Conversation, spec: TurnSpec, test: ConversationSpec
) -> tuple[list[Diagnostic], bool]:
    """Takes a turn; returns what was wrong with it, and whether there is a next one."""
    try:
        turn = await conversation.take(spec)
    except NothingWaitsError as error:
        hint = f"after the turn before, the app waits for: {listed(error.waiting)}"
        return [_at_message(spec, WAITING, str(error), hint)], False
    except TimeoutError:
        message = f"the turn took longer than {test.timeout_seconds:g} seconds"
        return [_at_message(spec, TOO_SLOW, message, "set 'timeout_seconds' of the test")], False
    except Fault as fault:
        steps = ("message", *fault.steps)
        return [spec.diagnostic(fault.code, fault.message, hint=fault.hint, steps=steps)], False
    if turn.refused:
        return list(_refusals(spec, turn)), False
    if turn.failure is not None and spec.expect.error is None:
        message = f"the turn failed: {turn.failure.code}: {turn.failure.message}"
        hint = f"if that is how it should end, expect 'error: {turn.failure.code}'"
        return [_at_message(spec, FAILED, message, hint)], False
    return list(unmet(spec.expect, turn)), True


def _refusals(spec: TurnSpec, turn: Turn) -> Iterator[Diagnostic]:
    for refusal in dict.fromkeys(turn.refused):
        message = f"the agent {refusal.agent!r} has the model {refusal.model!r}, which is not asked"
        hint = f"give the test 'models: {{{refusal.agent}: {{scripted: […]}}}}', or run with --live"
        yield _at_message(spec, NEEDS_NETWORK, message, hint)


def _at_message(spec: TurnSpec, code: str, message: str, hint: str) -> Diagnostic:
    said = next(key for key in ("message", "confirm", "answers") if getattr(spec, key) is not None)
    return spec.diagnostic(code, message, hint=hint, steps=(said,))
