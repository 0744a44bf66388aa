"""What tells an app from what it was before an edit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section

# What decides how a run goes on. Services, limits and the server may change under it.
_PARTS = ("engine", "root_agent", "models", "plugins")


def version_of(spec: AppSpec, code: Iterable[Path]) -> str:
    """Returns twelve characters that change when the agents do, or the project's own code.

    Where in the file something stands does not count, nor do secrets.
    """
    written = {name: _plain(getattr(spec, name)) for name in _PARTS}
    digest = hashlib.sha256(json.dumps(written, sort_keys=True, default=str).encode())
    for file in sorted(code):
        digest.update(hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"")
    return digest.hexdigest()[:12]


def _plain(value: Any) -> Any:
    match value:
        case Section():
            return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        case PythonRef():
            return value.text
        case SecretStr():
            return None
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value
