"""What happened in one turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.genai import types

from adkconf.builder.stand_ins import Refusal
from adkconf.events.event import Event

# Calls that the runtime makes to ask somebody outside; no model asks for them.
_QUESTIONS = "adk_request_"


@dataclass(frozen=True)
class Failure:
    """How a run ended if not well."""

    code: str
    message: str


@dataclass(frozen=True)
class Turn:
    """A turn that is over: its whole events, and what the session had behind it.

    `artifacts` has the texts of files by name, None for those that are no text. `waiting` are the
    tools that wait for an answer. `refused` are the models that may not be asked, and were.
    """

    events: tuple[Event, ...]
    state: Mapping[str, Any]
    artifacts: Mapping[str, str | None]
    waiting: tuple[str, ...]
    failure: Failure | None = None
    refused: tuple[Refusal, ...] = ()

    @cached_property
    def calls(self) -> list[types.FunctionCall]:
        """The calls of tools, in their order."""
        return [
            call
            for event in self.events
            for call in event.get_function_calls()
            if not (call.name or "").startswith(_QUESTIONS)
        ]

    @cached_property
    def reply(self) -> str:
        """The text of the last answer; empty if nobody said anything."""
        return _text(self._last_answer) if self._last_answer else ""

    @property
    def author(self) -> str:
        """Who gave the last answer, or did the last thing; empty if nobody did anything."""
        last = self._last_answer or (self.events[-1] if self.events else None)
        return last.author if last else ""

    @property
    def agents(self) -> list[str]:
        """Who took part, in the order in which each came first."""
        return list(dict.fromkeys(event.author for event in self.events if event.content))

    @property
    def model_calls(self) -> int:
        """How many answers models gave."""
        return sum(event.model_version is not None for event in self.events)

    @cached_property
    def _last_answer(self) -> Event | None:
        answers = [event for event in self.events if event.is_final_response() and _text(event)]
        return answers[-1] if answers else None


def _text(event: Event) -> str:
    parts = (event.content.parts if event.content else None) or ()
    return "".join(part.text for part in parts if part.text and not part.thought)
