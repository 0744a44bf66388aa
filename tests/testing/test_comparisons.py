"""How what came is compared with what was expected."""

from __future__ import annotations

import pytest
from google.genai import types

from adkconf.config.spec.conversation import ExpectSpec
from adkconf.testing.data_check import difference
from adkconf.testing.text_check import word_overlap
from adkconf.testing.trajectory import misfits

A1 = {"name": "a", "args": {"x": 1}}


def call(name: str, **args: object) -> types.FunctionCall:
    return types.FunctionCall(name=name, args=args)


@pytest.mark.parametrize(
    ("match", "expected", "calls", "places"),
    [
        ("exact", ["a", "b"], [call("a"), call("b")], []),
        ("exact", ["a", "b"], [call("b"), call("a")], [(0,)]),
        ("exact", ["a"], [call("a"), call("b")], [()]),
        ("exact", ["a", "b"], [call("a")], [(1,)]),
        ("exact", [A1], [call("a", x=2)], [(0, "args", "x")]),
        ("exact", [A1], [call("a", x=1, y=2)], []),
        ("in_order", ["a", "c"], [call("a"), call("b"), call("c")], []),
        ("in_order", ["c", "a"], [call("a"), call("b"), call("c")], [(1,)]),
        ("any_order", ["c", "a"], [call("a"), call("b"), call("c")], []),
        ("any_order", ["a", A1], [call("a", x=1), call("a", x=2)], []),
        ("any_order", ["a", "a"], [call("a"), call("b")], [(1,)]),
    ],
)
def test_calls_are_compared_as_google_adk_does(match, expected, calls, places):
    expect = ExpectSpec(calls=expected, calls_match=match)
    assert [steps for steps, _ in misfits(expect, calls)] == places


@pytest.mark.parametrize(
    ("expected", "got", "steps"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, None),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, None),
        ({"a": None}, {}, None),
        ({"a": 1}, {"a": 1.0}, None),
        ({"a": 1}, {"a": True}, ("a",)),
        ([1, {"a": 2}], [1, {"a": 3}], (1, "a")),
        ([1], [1, 2], ()),
        ({"a": 1}, {}, ("a",)),
        ("1", 1, ()),
    ],
)
def test_data_may_have_more_keys_but_no_other_values(expected, got, steps):
    found = difference(expected, got)
    assert (found.steps if found else None) == steps


@pytest.mark.parametrize(
    ("expected", "text", "score"),
    [
        ("The museum is open", "the museum is OPEN!", 1.0),
        ("a b c d", "a b", 2 / 3),
        ("open", "closed", 0.0),
        ("", "", 1.0),
        ("博物館", "博物", 0.8),
    ],
)
def test_likeness_counts_the_words_that_both_have(expected, text, score):
    assert word_overlap(expected, text) == pytest.approx(score)
