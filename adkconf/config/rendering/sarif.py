"""Diagnostics as a SARIF 2.1.0 log, for code scanning and for viewers in editors."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from adkconf._version import __version__
from adkconf.config.codes.table import CODES
from adkconf.config.diagnostics import Diagnostic

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_BASE = "WORKDIR"
_FINGERPRINT = "adkconfDiagnostic/v1"


def render_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """Returns a log with one run."""
    codes = sorted({found.code for found in diagnostics})
    rules = [_rule(code) for code in codes]
    prints = _fingerprints(diagnostics)
    run = {
        "tool": {"driver": {"name": "adkconf", "version": __version__, "rules": rules}},
        "invocations": [{"executionSuccessful": True}],
        # Without its address, so that a log says nothing of the machine.
        "originalUriBaseIds": {
            _BASE: {"description": {"text": "The directory that adkconf ran in."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            {**_result(found, codes.index(found.code)), "partialFingerprints": {_FINGERPRINT: mark}}
            for found, mark in zip(diagnostics, prints, strict=True)
        ],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(code: str) -> dict[str, Any]:
    level = {"defaultConfiguration": {"level": "warning" if code.startswith("W") else "error"}}
    about = CODES.get(code)
    if about is None:
        return {"id": code, **level}
    return {
        "id": code,
        "shortDescription": {"text": about.title},
        "fullDescription": {"text": about.cause},
        "help": {"text": f"{about.fix} `adkconf explain {code}` shows an example."},
        **level,
    }


def _result(found: Diagnostic, rule: int) -> dict[str, Any]:
    text = f"{found.message}. {found.hint}" if found.hint else found.message
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(found.file),
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


def _artifact(file: str) -> dict[str, str]:
    path = PurePath(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix(), errors="surrogateescape"), "uriBaseId": _BASE}


def _fingerprints(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Yields what tells each problem from the others, wherever its line moves.

    Numbers are left out of the messages, since some name lines; equal ones are counted.
    """
    seen: Counter[str] = Counter()
    for found in diagnostics:
        message = re.sub(r"\d+", "", found.message)
        identity = "\0".join((found.file, found.code, found.path, message))
        seen[identity] += 1
        yield sha256(f"{identity}\0{seen[identity]}".encode(errors="surrogatepass")).hexdigest()
