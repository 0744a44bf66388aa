"""Session events as the contents of a request, kept up to date event by event.

A session's history is turned into contents once: `History` remembers what it has read and adds
only what is new, so that a turn costs the same however long the conversation is. Three things
make it start over: a rewind, a summary that takes the place of events, and an answer to a function
call that is no longer the last thing said.
"""

from __future__ import annotations

from collections.abc import Iterable

from google.genai import types

from adkconf.events.event import Event
from adkconf.flows.quotation import quote
from adkconf.flows.summaries import from_last_summary, with_summaries
from adkconf.flows.told_content import told_content

_MADE_UP_ID = "adk-"
_OWN_QUESTIONS = "adk_request_"
_NO_ANSWER = {"error": "No result of this call is known."}


class History:
    """What one agent, working on one branch, is shown of a session."""

    def __init__(
        self,
        agent_name: str,
        branch: str | None,
        *,
        thoughts: bool = False,
        scope: str | None = None,
        since: int = 0,
    ) -> None:
        self._agent_name = agent_name
        self._branch = branch
        # A task's agents see the events of the task, which began at a position, and no others.
        self._scope = scope
        self._since = since
        # Whether what other agents thought is shown, too.
        self._thoughts = thoughts
        self._start_over()

    def _start_over(self) -> None:
        self._read = self._since
        # The ids of all calls: they name the branches that their tools work on.
        self._called: set[str] = set()
        self._contents: list[types.Content] = []
        # Calls that wait for their answer: all stand in the last content.
        self._waiting: dict[str, types.FunctionCall] = {}
        self._answered: set[str] = set()
        # Every answer there is, while starting over; otherwise answers come with their events.
        self._known: dict[str, types.Part] = {}
        self._out_of_order = False
        self._summarised = False

    def contents(self, events: list[Event]) -> list[types.Content]:
        """Returns a new list of the contents of `events`, oldest first."""
        self._feed(events[self._read :])
        if self._out_of_order or self._read > len(events):
            self._start_over()
            recent = from_last_summary(events) if self._scope is None else events[self._since :]
            lasting = without_rewound(recent)
            self._note_calls(lasting)
            kept = [event for event in lasting if self._shown(event)]
            self._known = _answers(kept)
            shown = with_summaries(kept)
            behind = _behind_answered_calls(shown)
            self._feed(shown[:behind])
            self._summarised = shown is not kept
            self._known = {}
            # What was said behind the calls comes back with the next event.
            self._out_of_order = behind < len(shown)
        self._read = len(events)
        return list(self._contents)

    def _feed(self, events: Iterable[Event]) -> None:
        for event in events:
            self._out_of_order |= event.actions.rewind_before_invocation_id is not None
            self._out_of_order |= event.actions.compaction is not None
            content = told_content(event)
            self._note_calls([event])
            if content is not None and content.parts and self._shown(event):
                if self._is_own(event):
                    self._add_own(content)
                elif quoted := quote(event.author, content, thoughts=self._thoughts):
                    self._add(quoted)

    def _is_own(self, event: Event) -> bool:
        if event.author == "user":
            return True
        # Live models take what follows a call in their history for an answer given already.
        calls = event.get_function_calls() or event.get_function_responses()
        misleads = bool(event.live_session_id and calls)
        return event.author in ("model", self._agent_name) and not misleads

    def _shown(self, event: Event) -> bool:
        if event.isolation_scope != self._scope or _between_us(event):
            return False
        if not event.branch:
            return True
        if not self._branch:
            return not self._is_of_a_tool(event.branch)
        return self._branch == event.branch or self._branch.startswith(event.branch + ".")

    def _is_of_a_tool(self, branch: str) -> bool:
        """Tells whether an agent worked there as a tool; its answer is what others see of it."""
        return _is_named_after(branch, self._called)

    def _note_calls(self, events: Iterable[Event]) -> None:
        for event in events:
            self._called.update(call.id for call in event.get_function_calls() if call.id)

    def _add_own(self, content: types.Content) -> None:
        parts = content.parts or []
        calls = [part.function_call for part in parts if part.function_call]
        if any(part.function_response for part in parts):
            self._add_answers(content)
        elif calls:
            self._add(_without_made_up_ids(content))
            self._waiting = {call.id: call for call in calls if call.id}
            known = [self._known[call_id] for call_id in self._waiting if call_id in self._known]
            if known:
                self._add_answers(types.Content(role="user", parts=known))
        elif any(_says_something(part) for part in parts):
            self._add(content)

    def _add(self, content: types.Content) -> None:
        """Adds a content; calls still waiting get an answer first, or models refuse the request."""
        if self._waiting:
            parts = [_no_answer(call) for call in self._waiting.values()]
            self._answered.update(self._waiting)
            self._waiting = {}
            self._append_answers(parts)
        self._contents.append(content)

    def _add_answers(self, content: types.Content) -> None:
        """Adds the answers to waiting calls; others come too late, or have no call here."""
        expected: list[types.Part] = []
        others: list[types.Part] = []
        for part in content.parts or ():
            response = part.function_response
            if response is None:
                others.append(part)
            elif response.id in self._waiting:
                del self._waiting[response.id]
                self._answered.add(response.id)
                expected.append(part)
            else:
                # A call that was not seen may stand behind a summary.
                self._out_of_order |= response.id in self._answered or self._summarised
        if expected:
            self._append_answers(expected)
        if any(_says_something(part) for part in others):
            self._add(types.Content(role=content.role, parts=others))

    def _append_answers(self, parts: list[types.Part]) -> None:
        answers = _without_made_up_ids(types.Content(role="user", parts=parts))
        last = self._contents[-1]
        if last.parts and last.parts[-1].function_response:
            # Answers to the calls of one content stand together, however they came in.
            answers = types.Content(role="user", parts=[*last.parts, *(answers.parts or ())])
            self._contents[-1] = answers
        else:
            self._contents.append(answers)


def current_turn(
    agent_name: str, branch: str | None, events: list[Event], scope: str | None = None
) -> list[types.Content]:
    """Returns the contents since the last message of the user or another agent."""
    history = History(agent_name, branch, scope=scope)
    answered: set[str] = set()
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        answered.update(str(answer.id) for answer in event.get_function_responses())
        if event.author == agent_name or event.isolation_scope != scope:
            continue
        # Sub-agents that were called as tools have worked in this turn.
        if _begins_turn(event) and not _is_named_after(event.branch or "", answered):
            return history.contents(events[index:])
    return history.contents(events)


def _is_named_after(branch: str, calls: set[str]) -> bool:
    return any(step.rpartition("@")[2] in calls for step in branch.split("."))


def _begins_turn(event: Event) -> bool:
    return told_content(event) is not None and not event.get_function_responses()


def without_rewound(events: list[Event]) -> list[Event]:
    """Returns the events that no rewind took back."""
    first: dict[str, int] = {}
    for index, event in enumerate(events):
        first.setdefault(event.invocation_id, index)
    kept: list[Event] = []
    index = len(events)
    while index:
        index -= 1
        target = events[index].actions.rewind_before_invocation_id
        if target is None:
            kept.append(events[index])
        else:
            begun = first.get(target, index)
            # Of a log of which only the end was loaded, the run began before it.
            index = begun if begun < index else 0
    kept.reverse()
    return kept


def _answers(events: list[Event]) -> dict[str, types.Part]:
    """Maps each answered call's id to its latest answer."""
    answers: dict[str, types.Part] = {}
    for event in events:
        for part in (event.content.parts if event.content else None) or ():
            if part.function_response and part.function_response.id:
                answers[part.function_response.id] = part
    return answers


def _behind_answered_calls(events: list[Event]) -> int:
    """Returns where the events end for a model that is told a late answer, which comes last.

    What was said since the call, while it waited, would stand behind the answer.
    """
    answered = {answer.id for answer in events[-1].get_function_responses()} if events else set()
    for index in range(len(events) - 1, -1, -1):
        if answered & {call.id for call in events[index].get_function_calls()}:
            return index + 1
    return len(events)


def _between_us(event: Event) -> bool:
    """Tells whether the event is a question of the runtime to the client, or its answer."""
    names = [call.name for call in event.get_function_calls()]
    names += [answer.name for answer in event.get_function_responses()]
    return any((name or "").startswith(_OWN_QUESTIONS) for name in names)


def _no_answer(call: types.FunctionCall) -> types.Part:
    return types.Part(
        function_response=types.FunctionResponse(id=call.id, name=call.name, response=_NO_ANSWER)
    )


def _says_something(part: types.Part) -> bool:
    if part.text is not None:
        return bool(part.text)
    return bool(part.model_fields_set - {"thought", "thought_signature"})


def _without_made_up_ids(content: types.Content) -> types.Content:
    """Takes out the call ids that were made here: the model did not give them."""
    return types.Content(role=content.role, parts=[_stripped(p) for p in content.parts or ()])


def _stripped(part: types.Part) -> types.Part:
    for name in ("function_call", "function_response"):
        item = getattr(part, name)
        if item is not None and item.id and item.id.startswith(_MADE_UP_ID):
            return part.model_copy(update={name: item.model_copy(update={"id": None})})
    return part
