"""Log records as single lines on standard error: for people, or as JSON."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from typing import Any, Literal

from adkconf.cli.problems import DEBUG

LogFormat = Literal["text", "json"]


class _Lines(logging.Formatter):
    """Leaves tracebacks out, unless somebody debugs."""

    def format(self, record: logging.LogRecord) -> str:
        if record.levelno == logging.INFO:  # what goes on needs no level in front
            return f"{self.formatTime(record, '%H:%M:%S')} {record.getMessage()}"
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        if DEBUG in os.environ:
            return super().formatException(ei)
        kind, error, _ = ei
        return f"  {kind.__name__}: {error}"


class _Json(logging.Formatter):
    """One object per line, with the request and the run that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        # Only servers have requests.
        from adkconf.server.observing.request_ids import current_invocation, current_request

        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "requestId": current_request.get(),
            "invocationId": current_invocation.get(),
            **getattr(record, "request", {}),
        }
        if record.exc_info and (error := record.exc_info[1]) is not None:
            line["error"] = f"{type(error).__name__}: {error}"
            if DEBUG in os.environ:
                line["traceback"] = self.formatException(record.exc_info)
        given = {name: value for name, value in line.items() if value is not None}
        return json.dumps(given, ensure_ascii=False, default=str)


def log_in_lines(form: LogFormat = "text", *, requests: bool = False) -> None:
    """Shows warnings and errors of adkconf and of all packages; with `requests`, those too."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Lines("%(levelname)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    if requests:
        for name in ("adkconf.requests", "adkconf.launch"):
            logging.getLogger(name).setLevel(logging.INFO)
