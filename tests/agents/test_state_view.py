"""State as callbacks and tools see it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from adkconf.errors import StateSchemaError
from adkconf.sessions.state import State


def test_writes_are_seen_at_once_and_collected() -> None:
    value: dict[str, Any] = {"a": 1}
    delta: dict[str, Any] = {}
    state = State(value, delta)
    state["b"] = 2
    state.update({"app:c": 3})
    assert dict(state) == {"a": 1, "b": 2, "app:c": 3}
    assert delta == {"b": 2, "app:c": 3}
    assert state.get("missing", 0) == 0
    assert "missing" not in state


def test_change_inside_a_container_counts_as_a_write() -> None:
    delta: dict[str, Any] = {}
    state = State({"list": [1], "same": {"x": 1}}, delta)
    state["list"].append(2)
    assert state["same"] == {"x": 1}
    assert state.has_delta()
    assert delta == {"list": [1, 2]}


def test_assignment_by_another_view_wins_over_an_old_container() -> None:
    value: dict[str, Any] = {"list": [1]}
    first, second = State(value, {}), State(value, {})
    first["list"].append(2)
    second["list"] = ["new"]
    assert not first.has_delta()


class Schema(BaseModel):
    x: int
    names: list[str] = []


@pytest.mark.parametrize(("key", "value"), [("x", "a"), ("y", 1), ("names", [1]), ("other:x", 1)])
def test_schema_refuses_undeclared_keys_and_wrong_values(key: str, value: Any) -> None:
    state = State({}, {}, Schema)
    with pytest.raises(StateSchemaError, match=key):
        state.update({"x": 1, key: value})
    assert not state.has_delta()


@pytest.mark.parametrize("key", ["app:x", "user:x", "temp:x", "x"])
def test_schema_lets_prefixed_keys_and_fitting_values_pass(key: str) -> None:
    state = State({}, {}, Schema)
    state[key] = 3
    assert state[key] == 3
