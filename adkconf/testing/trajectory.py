"""Compares the tools that were called with those that were to be called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from google.genai import types

from adkconf.config.located import Step, bare
from adkconf.config.spec.conversation import CallCheckSpec, ExpectSpec
from adkconf.testing.data_check import difference
from adkconf.testing.wording import listed, shown

Calls = Sequence[types.FunctionCall]
Misfit = tuple[tuple[Step, ...], str]


def misfits(expect: ExpectSpec, calls: Calls) -> Iterator[Misfit]:
    """Yields what is wrong with the calls of a turn, with the steps to what asks for others."""
    if expect.calls is not None:
        yield from _COMPARE[expect.calls_match](expect.calls, calls)


def _exact(expected: Sequence[CallCheckSpec], calls: Calls) -> Iterator[Misfit]:
    for index, (check, call) in enumerate(zip(expected, calls, strict=False)):
        if check.name != call.name:
            yield (index,), f"expected a call of {check.name}, got {_written(call)}"
            return
        found = difference(bare(check.args), call.args or {})
        if found is not None:
            what = "".join(f"[{step!r}]" for step in found.steps[1:])
            argument = f"{found.steps[0]}{what}" if found.steps else "the arguments"
            message = f"expected {argument} of {check.name} to be {shown(found.expected)}"
            yield (index, "args", *found.steps), f"{message}, got {shown(found.got)}"
    if len(expected) > len(calls):
        yield _missing(len(calls), expected, calls)
    elif len(calls) > len(expected):
        more = listed(_written(call) for call in calls[len(expected) :])
        yield (), f"expected {_counted(len(expected))}, got more: {more}"


def _in_order(expected: Sequence[CallCheckSpec], calls: Calls) -> Iterator[Misfit]:
    rest = iter(calls)
    for index, check in enumerate(expected):
        if not any(_fits(check, call) for call in rest):
            yield _missing(index, expected, calls)
            return


def _any_order(expected: Sequence[CallCheckSpec], calls: Calls) -> Iterator[Misfit]:
    taken: dict[int, int] = {}

    def place(index: int, tried: set[int]) -> bool:
        """Finds a call for an expectation, if need be by finding another for its owner."""
        for number, call in enumerate(calls):
            if number not in tried and _fits(expected[index], call):
                tried.add(number)
                if number not in taken or place(taken[number], tried):
                    taken[number] = index
                    return True
        return False

    for index in range(len(expected)):
        if not place(index, set()):
            yield _missing(index, expected, calls)


def _fits(check: CallCheckSpec, call: types.FunctionCall) -> bool:
    return check.name == call.name and difference(bare(check.args), call.args or {}) is None


def _missing(index: int, expected: Sequence[CallCheckSpec], calls: Calls) -> Misfit:
    check = expected[index]
    wanted = f"{check.name}({_arguments(bare(check.args))})" if check.args else check.name
    got = listed(_written(call) for call in calls)
    return (index,), f"expected a call of {wanted} here, but it was not made; calls: {got}"


def _written(call: types.FunctionCall) -> str:
    return f"{call.name}({_arguments(call.args or {})})"


def _arguments(args: dict[str, object]) -> str:
    return ", ".join(f"{name}={shown(value)}" for name, value in args.items())


def _counted(number: int) -> str:
    return "no call" if not number else f"{number} call{'s' if number > 1 else ''}"


_COMPARE: dict[str, Callable[[Sequence[CallCheckSpec], Calls], Iterator[Misfit]]] = {
    "exact": _exact,
    "in_order": _in_order,
    "any_order": _any_order,
}
