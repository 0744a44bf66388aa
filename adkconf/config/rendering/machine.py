"""Diagnostics as JSON, as GitHub annotations and as SARIF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from adkconf._version import __version__
from adkconf.config.codes import CODES
from adkconf.config.diagnostics import Diagnostic

_SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Returns an array of objects with the fields of diagnostics."""
    return json.dumps([asdict(found) for found in diagnostics], indent=2, ensure_ascii=False) + "\n"


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Returns workflow commands, escaped so that no text can forge another command."""
    return "".join(_annotation(found) + "\n" for found in diagnostics)


def _annotation(found: Diagnostic) -> str:
    text = f"{found.message}\n{found.hint}" if found.hint else found.message
    fields = {
        "file": found.file,
        "line": str(found.line),
        "endLine": str(found.end_line),
        "col": str(found.column),
        "endColumn": str(found.end_column),
        "title": found.code,
    }
    if found.line != found.end_line:
        # Columns of different lines cannot be shown together.
        del fields["col"], fields["endColumn"]
    written = ",".join(f"{key}={_escape_property(value)}" for key, value in fields.items())
    return f"::{found.severity} {written}::{_escape(text)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


def render_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """Returns a SARIF 2.1.0 log with one run."""
    codes = sorted({found.code for found in diagnostics})
    driver = {
        "name": "adkconf",
        "version": __version__,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, codes.index(found.code)) for found in diagnostics],
    }
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(code: str) -> dict[str, Any]:
    about = CODES.get(code)
    if about is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": about.title},
        "fullDescription": {"text": about.cause},
        "help": {"text": about.fix},
    }


def _result(found: Diagnostic, rule: int) -> dict[str, Any]:
    text = f"{found.message}. {found.hint}" if found.hint else found.message
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(found.file)},
            "region": {
                "startLine": found.line,
                "startColumn": found.column,
                "endLine": found.end_line,
                "endColumn": found.end_column,
            },
        }
    }
    if found.path:
        location["logicalLocations"] = [{"fullyQualifiedName": found.path}]
    return {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": found.severity,
        "message": {"text": text},
        "locations": [location],
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
