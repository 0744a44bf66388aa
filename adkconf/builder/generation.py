"""Options of model calls, and contents, as google-genai's types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from google.genai import types
from pydantic import ValidationError
from pydantic.alias_generators import to_camel, to_snake

from adkconf.builder.arguments import value_fault
from adkconf.config.located import Step
from adkconf.config.spec.generation import GenerateContentConfigSpec


def generate_content_config(spec: GenerateContentConfigSpec) -> types.GenerateContentConfig:
    """Returns the options.

    Raises:
        Fault: google-genai does not take a value.
    """
    options = spec.given()
    try:
        return types.GenerateContentConfig.model_validate(options)
    except ValidationError as error:
        fault = value_fault(error)
        field, *rest = _as_written(options, fault.steps)
        # The spec has its fields in snake case, the file may not.
        in_camel = spec.span_of(to_camel(str(field)), key=True) != spec.at
        fault.steps = (to_camel(str(field)) if in_camel else field, *rest)
        raise fault from error


def content_of(written: str | Mapping[str, Any] | Sequence[Any]) -> types.Content:
    """Returns the content that a text, a part, a content, or a list of parts and texts means.

    Raises:
        Fault: it is none of these.
    """
    if isinstance(written, Mapping) and "parts" in written:
        content: Any = written
    else:
        items = [written] if isinstance(written, (str, Mapping)) else written
        parts = [{"text": item} if isinstance(item, str) else item for item in items]
        content = {"role": "user", "parts": parts}
    try:
        return types.Content.model_validate(content)
    except ValidationError as error:
        raise value_fault(error) from error


def _as_written(value: Any, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Returns steps in the spelling of the file: google-genai's names have two."""
    found: list[Step] = []
    for step in steps:
        names = [step] if isinstance(step, int) else [step, to_snake(step), to_camel(step)]
        try:
            name = next(name for name in names if isinstance(value, list) or name in value)
            value = value[name]
        except (StopIteration, IndexError, TypeError):
            break
        found.append(name)
    return tuple(found)
