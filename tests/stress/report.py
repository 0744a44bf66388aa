"""Figures of long runs, a line of JSON each, in `build/stress.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[2] / "build" / "stress.jsonl"


def report(test: str, **figures: Any) -> None:
    _FILE.parent.mkdir(exist_ok=True)
    line = json.dumps({"test": test, **figures})
    with _FILE.open("a") as file:
        file.write(line + "\n")
    print(line)
