"""Spans as JSON, in the form that google-adk's dev UI reads.

Trace and span ids are whole numbers beyond 2^53, as google-adk writes them; readers compare them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan

from adkconf.telemetry.attributes import (
    EVENT_ID,
    INPUT_MESSAGES,
    OPERATION,
    OUTPUT_MESSAGES,
    SCOPE,
    SYSTEM_INSTRUCTIONS,
)

_DETAILS = "gen_ai.client.inference.operation.details"
_FINISH_REASONS = "gen_ai.response.finish_reasons"
# What answers or is answered by one event.
_WITH_EVENTS = ("generate_content", "execute_tool")
# Parts of other kinds make the UI refuse the whole trace.
_KINDS = ("text", "tool_call", "tool_call_response")


def span_json(span: ReadableSpan) -> dict[str, Any]:
    """Returns `{name, start_time, end_time, trace_id, span_id, parent_span_id, attributes, logs}`.

    Times are in nanoseconds since 1970. What a model was told and said is in `logs`.
    """
    attributes = _plain(span.attributes or {})
    # Others may have something else under these names.
    is_own = span.instrumentation_scope is not None and span.instrumentation_scope.name == SCOPE
    said = {key: attributes.pop(key) for key in _CONTENT if is_own and key in attributes}
    if attributes.get(OPERATION) == "generate_content":
        # A call that failed, or was cut, belongs to no event; the UI wants an id all the same.
        attributes.setdefault(EVENT_ID, "")
    context = span.get_span_context()
    assert context is not None
    return {
        "name": span.name,
        "start_time": span.start_time,
        "end_time": span.end_time,
        "trace_id": context.trace_id,
        "span_id": context.span_id,
        "parent_span_id": span.parent.span_id if span.parent else None,
        "attributes": attributes,
        "logs": [_details(said, attributes)] if said else [],
    }


def event_attributes(spans: Iterable[ReadableSpan], event_id: str) -> dict[str, Any] | None:
    """Returns the attributes of the model call or the tool call that an event came of, if any."""
    found = None
    for span in spans:
        attributes = span.attributes or {}
        if attributes.get(EVENT_ID) == event_id and attributes.get(OPERATION) in _WITH_EVENTS:
            context = span.get_span_context()
            assert context is not None
            found = {**_plain(attributes), "trace_id": context.trace_id, "span_id": context.span_id}
    return found


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Returns attributes without numbers that are not finite, which JSON does not have."""
    return {
        key: str(value) if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in attributes.items()
    }


def _details(said: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    reasons = attributes.get(_FINISH_REASONS) or [""]
    told = {key: _CONTENT[key](json.loads(value), str(reasons[0])) for key, value in said.items()}
    return {"event_name": _DETAILS, "body": None, "attributes": told}


def _messages(messages: Any, _: str) -> list[Any]:
    return [{**message, "parts": _known(message["parts"])} for message in messages]


def _answers(messages: Any, reason: str) -> list[Any]:
    return [{**message, "finish_reason": reason} for message in _messages(messages, reason)]


def _instructions(told: Any, _: str) -> list[Any]:
    content = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    return [{"type": "text", "content": content}]


def _known(parts: Iterable[Any]) -> list[Any]:
    spoken = ({**part, "type": "text"} if part["type"] == "reasoning" else part for part in parts)
    return [part for part in spoken if part["type"] in _KINDS]


_CONTENT = {
    INPUT_MESSAGES: _messages,
    OUTPUT_MESSAGES: _answers,
    SYSTEM_INSTRUCTIONS: _instructions,
}
