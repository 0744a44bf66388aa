"""The calls without an answer and the tasks under way in a session, kept up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from google.genai import types

from adkconf.agents.open_task import OpenTask
from adkconf.events.event import Event
from adkconf.flows.history import without_rewound
from adkconf.sessions.session import Session
from adkconf.tools.finish_task_tool import is_task_end

_IN_SESSION = "task_ledger"

# A task is known by its scope in its run: paths are the same in every run.
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A function call without an answer; `position` is that of its event in the log."""

    call: types.FunctionCall
    author: str
    scope: str | None
    invocation_id: str
    position: int


class TaskLedger:
    """Reads each event of a session once, so that a turn costs the same in a long session.

    Only a rewind makes it start over.
    """

    def __init__(self) -> None:
        self._start_over()

    def _start_over(self) -> None:
        self._read = 0
        self._calls: dict[str, OpenCall] = {}
        # The task that was last worked on stands last.
        self._open: dict[_Key, OpenTask] = {}
        self._ended: set[_Key] = set()
        # Where each run began.
        self._runs: dict[str, int] = {}

    def read(self, events: list[Event]) -> None:
        """Takes note of what is new."""
        new = events[self._read :]
        rewound = any(event.actions.rewind_before_invocation_id for event in new)
        if rewound or self._read > len(events):
            self._start_over()
            kept = {id(event) for event in without_rewound(events)}
            self._note(item for item in enumerate(events) if id(item[1]) in kept)
        else:
            self._note(enumerate(new, self._read))
        self._read = len(events)

    def _note(self, events: Iterable[tuple[int, Event]]) -> None:
        for position, event in events:
            self._runs.setdefault(event.invocation_id, position)
            for call in event.get_function_calls():
                if call.id:
                    self._calls[call.id] = OpenCall(
                        call, event.author, event.isolation_scope, event.invocation_id, position
                    )
            for answer in event.get_function_responses():
                self._calls.pop(str(answer.id), None)
            if event.isolation_scope is not None and event.actions.compaction is None:
                self._note_task(event.isolation_scope, event, position)

    def _note_task(self, scope: str, event: Event, position: int) -> None:
        key = (scope, event.invocation_id)
        if is_task_end(event):
            self._open.pop(key, None)
            self._ended.add(key)
        if key in self._ended:
            return
        path = event.node_info.path
        if (task := self._open.pop(key, None)) is None:
            task = self._begin(scope, event.invocation_id, path, position)
        elif path:
            task.path = path
        self._open[key] = task

    def _begin(self, scope: str, invocation_id: str, path: str, position: int) -> OpenTask:
        call = self._calls.get(scope)
        begun = call.position if call is not None else position
        return OpenTask(scope, invocation_id, path, begun, self._runs.get(invocation_id, begun))

    def active(self) -> OpenTask | None:
        """Returns the task that was last worked on and is not done; the user talks to its agent."""
        for task in reversed(self._open.values()):
            if task.scope in self._calls or f"{task.path}/".startswith(f"{task.scope}/"):
                return task
        return None

    def task(self, scope: str, invocation_id: str, path: str) -> OpenTask:
        """Returns the task of that scope; it begins now, if it has no events yet."""
        key = (scope, invocation_id)
        if key not in self._open:
            self._ended.discard(key)
            self._open[key] = self._begin(scope, invocation_id, path, self._read)
        return self._open[key]

    def call(self, call_id: str) -> OpenCall | None:
        """Returns the call of that id when it has no answer."""
        return self._calls.get(call_id)

    def calls_to(self, names: Collection[str], author: str) -> list[OpenCall]:
        """Returns the author's calls of these names that have no answer, oldest first."""
        return [
            found
            for found in self._calls.values()
            if found.author == author and found.call.name in names
        ]


def ledger_of(session: Session) -> TaskLedger:
    """Returns the session's ledger, up to date."""
    ledger: TaskLedger = session.derived.setdefault(_IN_SESSION, TaskLedger())
    ledger.read(session.events)
    return ledger
