"""The contract of what summarises events."""

from __future__ import annotations

from abc import ABC, abstractmethod

from adkconf.events.event import Event


class BaseEventsSummarizer(ABC):
    """Makes one event that stands for many. Subclass it to bring a summarizer of your own."""

    @abstractmethod
    async def maybe_summarize_events(self, *, events: list[Event]) -> Event | None:
        """Returns an event with `actions.compaction` set, or None to leave the events as they are.

        The first event may be an earlier summary, as a message of the author `model`. The range of
        the compaction is from the first event's timestamp to the last one's. The events belong to
        the session and must not be changed. An exception is logged, and the events stay.
        """
