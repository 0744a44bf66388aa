"""A person's answer to «may this tool run?»."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class ToolConfirmation(BaseModel):
    """`hint` says what is asked, `confirmed` is the answer, `payload` the data that came along."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)

    hint: str = ""
    confirmed: bool = False
    payload: Any = None

    @classmethod
    def from_response_dict(cls, response: dict[str, Any]) -> ToolConfirmation:
        """Reads a function response, also the `{"response": "<json>"}` form of web clients."""
        if set(response) == {"response"}:
            return cls.model_validate(json.loads(response["response"]))
        return cls.model_validate(response)
