"""Diagnostics as JSON, as `schemas/diagnostics.schema.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from adkconf.config.diagnostics import Diagnostic


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Returns an array of objects with the fields of diagnostics."""
    return json.dumps([asdict(found) for found in diagnostics], indent=2, ensure_ascii=False) + "\n"
