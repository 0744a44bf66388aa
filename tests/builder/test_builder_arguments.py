from __future__ import annotations

import enum
import re
from pathlib import Path
from typing import Any

import pytest

from adkconf.agents import BaseAgent
from adkconf.builder.arguments import convert, first_parameter, misfits
from adkconf.builder.problems import Fault


class Level(enum.Enum):
    LOW = "low"


def audit(level: Level, path: Path = Path("."), *, limit: int = 3, agent: BaseAgent | None = None):
    return level, path, limit, agent


def accepts_anything(*values: Any, **options: Any) -> None: ...


def accepts_nothing() -> None: ...


class Silent:
    def __init__(self, level: "NotDefined") -> None: ...  # noqa: F821, UP037


def test_an_unknown_argument_is_told_with_what_was_meant():
    (fault,) = misfits(audit, {"level": "low", "limt": 5})
    assert (fault.message, fault.hint, fault.steps) == (
        "audit has no argument 'limt'",
        "did you mean 'limit'?",
        ("limt",),
    )


def test_all_unknown_and_missing_arguments_are_told_at_once():
    assert {fault.message for fault in misfits(audit, {"a": 1, "b": 2})} == {
        "audit has no argument 'a'",
        "audit has no argument 'b'",
        "audit needs the argument 'level'",
    }


def test_what_takes_any_argument_gets_any():
    assert misfits(accepts_anything, {"whatever": 1}) == []


def test_values_come_in_the_declared_types():
    converted = convert(audit, {"level": "low", "path": "x/y", "limit": 5})
    assert converted == {"level": Level.LOW, "path": Path("x/y"), "limit": 5}


def test_a_pattern_is_compiled():
    def match(pattern: re.Pattern[str]) -> None: ...

    assert convert(match, {"pattern": "a+"})["pattern"].fullmatch("aa")


@pytest.mark.parametrize(("name", "value"), [("limit", "many"), ("level", "high")])
def test_a_value_of_the_wrong_type_is_told_at_its_place(name: str, value: str):
    with pytest.raises(Fault) as caught:
        convert(audit, {name: value})
    assert caught.value.steps == (name,)
    assert value not in caught.value.message


def test_hints_that_cannot_be_read_are_left_to_the_target():
    assert convert(Silent, {"level": 1}) == {"level": 1}


def test_a_single_value_goes_to_the_first_parameter():
    assert first_parameter(audit) == "level"
    assert first_parameter(Silent) == "level"


def test_a_single_value_for_what_takes_none_is_told():
    with pytest.raises(Fault, match="takes no value"):
        first_parameter(accepts_nothing)
