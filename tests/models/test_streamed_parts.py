from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.models.streamed_parts import StreamedParts


def pieces(*arguments: tuple[str, Any]) -> dict[str, Any]:
    """The arguments of a call whose pieces set these paths."""
    parts = StreamedParts()
    for index, (path, value) in enumerate(arguments):
        arg = types.PartialArg(json_path=path, string_value=value)
        call = types.FunctionCall(
            name="f" if index == 0 else None,
            partial_args=[arg],
            will_continue=index < len(arguments) - 1,
        )
        parts.add(types.Part(function_call=call))
    [whole] = parts.complete()
    assert whole.function_call is not None
    return whole.function_call.args or {}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.a", {"a": "x"}),
        ("a", {"a": "x"}),
        ("$.a.b.c", {"a": {"b": {"c": "x"}}}),
        ("$.a[0]", {"a": ["x"]}),
        ("$.a[2].b", {"a": [None, None, {"b": "x"}]}),
        ("$.a[0][1]", {"a": [[None, "x"]]}),
        ("$['a b']", {"a b": "x"}),
        ('$["a.b"][0]', {"a.b": ["x"]}),
        (r"$['it\'s']", {"it's": "x"}),
        (r"$['line\nbreak \u2603']", {"line\nbreak ☃": "x"}),
    ],
)
def test_a_path_says_where_a_value_goes(path: str, expected: dict[str, Any]) -> None:
    assert pieces((path, "x")) == expected


def test_texts_grow_in_place_and_keep_the_order_they_came_in() -> None:
    args = pieces(("$.b", "1"), ("$.a", "x"), ("$.b", "2"), ("$.a", "y"))
    assert list(args.items()) == [("b", "12"), ("a", "xy")]


@pytest.mark.parametrize(
    ("paths", "problem"),
    [
        (["$.a[99999999]"], "above 10000"),
        (["$.a["], "malformed"),
        (["$.a[-1]"], "malformed"),
        (["$"], "leads nowhere"),
        (["$[0]"], "leads nowhere"),
        (["$.a", "$.a.b"], "leads nowhere"),
        (["$.a.b", "$.a[0]"], "leads nowhere"),
    ],
)
def test_a_path_that_does_not_fit_is_refused(paths: list[str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        pieces(*((path, "x") for path in paths))


def test_a_call_that_is_never_finished_is_still_whole_at_the_end() -> None:
    parts = StreamedParts()
    arg = types.PartialArg(json_path="$.a", string_value="x")
    call = types.FunctionCall(name="f", partial_args=[arg], will_continue=True)
    parts.add(types.Part(function_call=call))
    [whole] = parts.complete()
    assert whole.function_call is not None
    assert whole.function_call.args == {"a": "x"}
    assert call.id == whole.function_call.id
