"""The traces of the latest runs, for google-adk's dev UI."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from weakref import WeakSet

from starlette.requests import Request

from adkconf.apps.app_runner import AppRunner
from adkconf.server.pin import runner_of

if TYPE_CHECKING:
    from adkconf.telemetry.span_recorder import SpanRecorder

logger = logging.getLogger("adkconf.server")


class Traces:
    """Recorders, app by app; they outlive reloads.

    To record takes time at every step of a run. So it begins for an app when somebody asks for
    what only the dev UI shows. Without the extra `otel` nothing is recorded.
    """

    def __init__(self) -> None:
        self._recorders: dict[str, SpanRecorder] = {}
        self._recorded: WeakSet[AppRunner] = WeakSet()
        self._is_possible = True

    def want(self, runner: AppRunner) -> SpanRecorder | None:
        """Returns the recorder of an app; from now on its runs are recorded."""
        if runner.app_name not in self._recorders and self._is_possible:
            try:
                # Optional, and few want traces.
                from adkconf.telemetry.span_recorder import SpanRecorder
            except ImportError:
                self._is_possible = False
                logger.warning("there are no traces: install 'adkconf[otel]'")
                return None
            self._recorders[runner.app_name] = SpanRecorder()
            self.prepare(runner)
        return self._recorders.get(runner.app_name)

    def prepare(self, runner: AppRunner) -> None:
        """Has a runner's runs recorded, if its app's are."""
        recorder = self._recorders.get(runner.app_name)
        if recorder is not None and runner not in self._recorded:
            self._recorded.add(runner)
            runner.record_spans(recorder)


def recorder_of(request: Request) -> SpanRecorder | None:
    """The recorder of the app that the request is for; None if there can be none."""
    traces: Traces = request.app.state.traces
    return traces.want(runner_of(request))
