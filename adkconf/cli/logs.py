"""Log records as single lines on standard error."""

from __future__ import annotations

import logging
import os
from typing import Any

from adkconf.cli.problems import DEBUG


class _Lines(logging.Formatter):
    """Leaves tracebacks out, unless somebody debugs."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        if DEBUG in os.environ:
            return super().formatException(ei)
        kind, error, _ = ei
        return f"  {kind.__name__}: {error}"


def log_in_lines() -> None:
    """Shows warnings and errors of adkconf and of all other packages."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines("%(levelname)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
