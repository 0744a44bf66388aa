"""The end of a session's log that no summary stands for yet."""

from __future__ import annotations

import json

from google.genai import types

from adkconf.events.event import Event
from adkconf.events.event_actions import EventCompaction
from adkconf.flows.history import without_rewound
from adkconf.flows.summaries import contains

_CHARACTERS_PER_TOKEN = 4


class Unsummarised:
    """Kept up to date event by event, so that asking costs the same however long the log is."""

    def __init__(self) -> None:
        self._start_over()

    def _start_over(self) -> None:
        self.summary: EventCompaction | None = None
        self._read = 0
        # What rewinds left of the log; from `_start` on there is no summary yet.
        self._kept: list[Event] = []
        self._start = 0
        self._runs: set[str] = set()
        # Tokens of the last prompt since the summary: each agent's, and under "" the last of all.
        self._tokens: dict[str, int] = {}
        self._characters = 0
        self._counted = 0

    def catch_up(self, events: list[Event]) -> None:
        """Reads what is new in a log."""
        new = events[self._read :]
        if self._read > len(events) or any(e.actions.rewind_before_invocation_id for e in new):
            self._start_over()
            new = without_rewound(events)
        for event in new:
            self._add(event)
        self._read = len(events)

    def _add(self, event: Event) -> None:
        if event.isolation_scope is not None:
            return
        if event.actions.compaction is not None:
            self._settle(event.actions.compaction)
            return
        self._kept.append(event)
        if self.summary is not None and event.timestamp <= self.summary.end_timestamp:
            self._start = self._counted = len(self._kept)
        elif event.invocation_id:
            self._runs.add(event.invocation_id)
        usage = event.usage_metadata
        if usage is not None and usage.prompt_token_count is not None:
            self._tokens[event.author] = self._tokens[""] = usage.prompt_token_count

    def _settle(self, summary: EventCompaction) -> None:
        # What was counted before describes a prompt that is not sent any more.
        self._tokens.clear()
        if self.summary is not None and contains(self.summary, summary):
            return
        self.summary = summary
        self._start = len(self._kept)
        while self._start and self._kept[self._start - 1].timestamp > summary.end_timestamp:
            self._start -= 1
        self._runs = {event.invocation_id for event in self.events if event.invocation_id}
        self._counted = self._start
        self._characters = _characters(summary.compacted_content)

    @property
    def events(self) -> list[Event]:
        """The events, oldest first."""
        return self._kept[self._start :]

    @property
    def runs(self) -> int:
        """How many runs the events belong to."""
        return len(self._runs)

    def overlap(self, runs: int) -> list[Event]:
        """Returns what is summarised of the last `runs` runs before the events."""
        seen: set[str] = set()
        start = self._start
        while start and len(seen | {self._kept[start - 1].invocation_id}) <= runs:
            start -= 1
            seen.add(self._kept[start].invocation_id)
        return self._kept[start : self._start]

    def prompt_tokens(self, agent_name: str = "") -> int:
        """Returns the tokens of the agent's last prompt, without a name anybody's.

        Where no model has told since the summary, it is estimated.
        """
        if (told := self._tokens.get(agent_name)) is not None:
            return told
        for event in self._kept[self._counted :]:
            self._characters += _characters(event.content)
        self._counted = len(self._kept)
        return self._characters // _CHARACTERS_PER_TOKEN


def _characters(content: types.Content | None) -> int:
    count = 0
    for part in (content.parts if content else None) or ():
        count += len(part.text or "")
        if call := part.function_call:
            count += len(call.name or "") + len(json.dumps(call.args or {}, default=str))
        if answer := part.function_response:
            count += len(answer.name or "") + len(json.dumps(answer.response or {}, default=str))
    return count
