"""A span under way."""

from __future__ import annotations

import time

from opentelemetry.trace import Span, Status, StatusCode

from adkconf.telemetry.attributes import ERROR_TYPE, Attributes, Value
from adkconf.telemetry.meters import Meters

_NS_PER_S = 1e9


class OpenSpan:
    """Tells the span, and the meters when it ends; `calls` and `tools` count what an agent does."""

    def __init__(self, span: Span, told: Attributes, meters: Meters) -> None:
        self.span = span
        self.calls = 0
        self.tools = 0
        self._told: dict[str, Value] = dict(told)
        self._meters = meters
        self._started = time.time_ns()

    def tell(self, attributes: Attributes) -> None:
        """Adds attributes."""
        self.span.set_attributes(attributes)
        self._told.update(attributes)

    def fail(self, error: BaseException | str) -> None:
        """Notes a failure: an exception, or the code of one."""
        kind = error if isinstance(error, str) else type(error).__name__
        self.tell({ERROR_TYPE: kind})
        if isinstance(error, str):
            self.span.set_status(Status(StatusCode.ERROR, error))
            return
        self.span.record_exception(error)
        self.span.set_status(Status(StatusCode.ERROR, f"{kind}: {error}" if str(error) else kind))

    def end(self, at: int | None = None) -> None:
        """Ends it, now or at a time that has been (in nanoseconds)."""
        at = time.time_ns() if at is None else at
        self.span.end(end_time=at)
        seconds = (at - self._started) / _NS_PER_S
        self._meters.take(self._told, seconds, self.calls, self.tools)
