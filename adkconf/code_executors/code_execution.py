"""What a code executor gets, and what it gives back."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field


@dataclass(frozen=True)
class File:
    """A file; `content` is its bytes, or a text with them in base64."""

    name: str
    content: str | bytes
    mime_type: str = "text/plain"

    def as_bytes(self) -> bytes:
        """Returns the bytes."""
        if isinstance(self.content, bytes):
            return self.content
        return base64.b64decode(self.content)


@dataclass
class CodeExecutionInput:
    """The code to run.

    `execution_id` names the environment that stateful executors keep from one piece of code of a
    session to the next; it is None for the others.
    """

    code: str
    input_files: list[File] = field(default_factory=list)
    execution_id: str | None = None


@dataclass
class CodeExecutionResult:
    """What the code wrote; anything in `stderr` means that it failed."""

    stdout: str = ""
    stderr: str = ""
    output_files: list[File] = field(default_factory=list)
    exit_code: int | None = None
