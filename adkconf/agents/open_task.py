"""A task that an agent works on, perhaps over several messages of the user."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Mode = Literal["chat", "task", "single_turn"]
"""How an LLM agent takes part: by transfer, over turns until its task is done, or with one turn."""

DELEGATED: tuple[Mode, ...] = ("task", "single_turn")
"""Modes of agents that their parent calls as tools, and that nobody hands the conversation to."""


@dataclass(slots=True)
class OpenTask:
    """`scope` marks its events: the id of the call that gave it, or the path of its node.

    `path` is where its agent stands. `begun` and `run_begun` are the positions in the log where
    the task and the run that it belongs to began. `memo` holds what was computed of its events,
    for as long as it is open.
    """

    scope: str
    invocation_id: str
    path: str
    begun: int
    run_begun: int
    memo: dict[Any, Any] = field(default_factory=dict)
