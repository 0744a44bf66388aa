"""How far the agents of a run have come, for runs that can be paused and resumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from adkconf.events.event import Event


@dataclass(slots=True)
class Progress:
    """Shared by all contexts of a run; agents are known by their names.

    `states` holds each workflow agent's last checkpoint, `ended` those that are done, `paused`
    those that wait for an answer from outside, `blocked` those of them that can say nothing before
    it comes, `successors` whom an agent handed over to;
    `resumed` is true when the run had events before.
    """

    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    paused: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    successors: dict[str, str] = field(default_factory=dict)
    resumed: bool = False
    # Position of each agent's last checkpoint or end among the run's events.
    _places: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[Event]) -> Progress:
        """Reads the checkpoints among a run's events."""
        progress = cls(resumed=True)
        for place, event in enumerate(events):
            if event.actions.end_of_agent or event.actions.agent_state is not None:
                progress._places[event.author] = place
            if event.actions.end_of_agent:
                progress.ended.add(event.author)
                progress.states.pop(event.author, None)
            elif event.actions.agent_state is not None:
                progress.states[event.author] = event.actions.agent_state
                progress.ended.discard(event.author)
        return progress

    def pause(self, agent_name: str, *, blocked: bool) -> None:
        """Notes that an agent waits for an answer from outside."""
        self.paused.add(agent_name)
        if blocked:
            self.blocked.add(agent_name)

    def wake(self, agent_name: str) -> None:
        """Notes that an agent takes its turn."""
        self.paused.discard(agent_name)
        self.blocked.discard(agent_name)

    def forget_before(self, agent_name: str, names: Iterable[str]) -> None:
        """Forgets the ends and checkpoints that are older than an agent's last checkpoint."""
        last = self._places.get(agent_name, -1)
        self.forget([name for name in names if self._places.get(name, -1) < last])

    def forget(self, names: Iterable[str]) -> None:
        """Lets agents start afresh, for the next round of a loop."""
        for name in names:
            self.ended.discard(name)
            self.states.pop(name, None)
