"""What the user code of a scenario notes: one list, whichever engine runs it."""

from __future__ import annotations

LOG: list[str] = []
