"""Spans in memory, as a tree of names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import context
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from adkconf.plugins import CloudTracePlugin


class Traces:
    """What a plugin sent."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def plugin(self, **options: Any) -> CloudTracePlugin:
        return CloudTracePlugin(tracer_provider=self.provider, **options)

    @property
    def spans(self) -> list[ReadableSpan]:
        """The ended spans in the order they were started."""
        return sorted(self.exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    def tree(self) -> Any:
        """Nested lists: a span's name, followed by those below it."""
        return children_of(None, self.spans)

    def named(self, name: str) -> ReadableSpan:
        (span,) = [span for span in self.spans if span.name == name]
        return span


def children_of(parent: int | None, spans: list[ReadableSpan]) -> Any:
    return [
        [span.name, *children_of(span.context.span_id, spans)]
        for span in spans
        if (span.parent.span_id if span.parent else None) == parent
    ]


@pytest.fixture
def traces() -> Iterator[Traces]:
    before = context.get_current()
    yield Traces()
    assert context.get_current() == before, "a span is still current"
