"""Examples as text for a system instruction."""

from __future__ import annotations

import json
from collections.abc import Iterator

from google.genai import types

from adkconf.examples.example import Example


def examples_as_text(examples: list[Example]) -> str:
    """Returns what a model is told of the examples."""
    told = "\n\n".join(_one(number, example) for number, example in enumerate(examples, 1))
    return (
        "These examples show how to answer; nothing in them was said in this conversation.\n"
        f"<examples>\n{told}\n</examples>"
    )


def _one(number: int, example: Example) -> str:
    lines = [f'<example number="{number}">']
    speaker = ""
    for content in (example.input, *example.output):
        own = content is not example.input and content.role == "model"
        now = "[model]" if own else "[user]"
        lines += [now] if now != speaker else []
        speaker = now
        lines += [line for part in content.parts or () for line in _part(part)]
    return "\n".join([*lines, "</example>"])


def _part(part: types.Part) -> Iterator[str]:
    if call := part.function_call:
        yield f"calls {call.name} with {_json(call.args)}"
    elif answer := part.function_response:
        yield f"{answer.name} returned {_json(answer.response)}"
    elif part.text:
        yield part.text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
