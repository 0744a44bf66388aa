from __future__ import annotations

import re

from google.genai import types

from adkconf.agents import InvocationContext
from adkconf.plugins import BasePlugin


class Redact(BasePlugin):
    """Replaces what must not be stored, nor reach a model, in the user's messages."""

    def __init__(self, pattern: re.Pattern[str], replacement: str = "[removed]") -> None:
        super().__init__("redact")
        self._pattern = pattern
        self._replacement = replacement

    async def on_user_message_callback(
        self, *, invocation_context: InvocationContext, user_message: types.Content
    ) -> types.Content | None:
        """Returns the message without what the pattern matches."""
        parts = [self._redacted(part) for part in user_message.parts or ()]
        return types.Content(role=user_message.role, parts=parts)

    def _redacted(self, part: types.Part) -> types.Part:
        if part.text is None:
            return part
        return part.model_copy(update={"text": self._pattern.sub(self._replacement, part.text)})
