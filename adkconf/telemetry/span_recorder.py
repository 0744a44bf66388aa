"""The spans of the latest runs, kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakSet

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider

from adkconf.telemetry.attributes import CONVERSATION_ID

# Runs, and about how many bytes of what is said in them; a run too large is cut.
_RUNS = 200
_BYTES = 32 * 1024 * 1024
_BYTES_OF_SPAN = 500


@dataclass
class _Trace:
    sessions: set[str] = field(default_factory=set)
    spans: list[ReadableSpan] = field(default_factory=list)
    size: int = 0


class SpanRecorder(SpanProcessor):
    """Keeps spans that ended; the oldest runs go first. Spans may end in any thread."""

    def __init__(self, runs: int = _RUNS, size: int = _BYTES) -> None:
        self._most_runs = runs
        self._most_bytes = size
        self._traces: OrderedDict[int, _Trace] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._followed: WeakSet[TracerProvider] = WeakSet()

    def follow(self, provider: TracerProvider) -> None:
        """Also keeps the spans of a provider, once, however often this is called."""
        if provider not in self._followed:
            self._followed.add(provider)
            provider.add_span_processor(self)

    def of_session(self, session_id: str) -> Sequence[ReadableSpan]:
        """Returns the spans of all runs that had to do with a session, as they ended."""
        with self._lock:
            traces = [trace for trace in self._traces.values() if session_id in trace.sessions]
            return [span for trace in traces for span in trace.spans]

    def all(self) -> Sequence[ReadableSpan]:
        """Returns all spans that are kept."""
        with self._lock:
            return [span for trace in self._traces.values() for span in trace.spans]

    def on_end(self, span: ReadableSpan) -> None:
        """Keeps a span."""
        context = span.get_span_context()
        if context is None:
            return
        size = _size_of(span)
        with self._lock:
            trace = self._traces.setdefault(context.trace_id, _Trace())
            self._traces.move_to_end(context.trace_id)
            session = (span.attributes or {}).get(CONVERSATION_ID)
            if session:
                trace.sessions.add(str(session))
            if trace.size + size > self._most_bytes:
                return
            trace.spans.append(span)
            trace.size += size
            self._size += size
            self._make_room()

    def _make_room(self) -> None:
        while len(self._traces) > self._most_runs or self._size > self._most_bytes:
            _, oldest = self._traces.popitem(last=False)
            self._size -= oldest.size


def _size_of(span: ReadableSpan) -> int:
    texts = (value for value in (span.attributes or {}).values() if isinstance(value, str))
    return _BYTES_OF_SPAN + sum(map(len, texts))
