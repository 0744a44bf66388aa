"""Which agent goes on with a conversation."""

from __future__ import annotations

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import AgentInTree
from adkconf.agents.open_task import DELEGATED, OpenTask
from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.flows.history import without_rewound


def find_agent_to_run(root: BaseAgent, events: list[Event]) -> BaseAgent:
    """Returns the agent for the message that was stored last.

    An answer to a function call goes to the agent that called. Otherwise the agent that spoke
    last goes on, if it and all agents above it may hand the conversation back; else the root.
    """
    if events and (answers := events[-1].get_function_responses()):
        call = find_call(events, answers[0].id)
        if call is not None and (caller := root.find_agent(call.author)) is not None:
            return _outside_of_tasks(caller)
    speaker = _last_speaker(root, events)
    return speaker if speaker is not None and _can_hand_back(speaker) else root


def find_agent_to_resume(root: BaseAgent, events: list[Event], invocation_id: str) -> BaseAgent:
    """Returns the agent that takes a run up again.

    That is the one that spoke last in it; below a workflow agent the workflow, which knows from
    its checkpoint who is next.
    """
    speaker = _last_speaker(root, [e for e in events if e.invocation_id == invocation_id])
    return _highest_workflow_agent(speaker or root)


def find_agent_around(root: BaseAgent, path: str, *, resumed: bool) -> BaseAgent:
    """Returns the agent that goes on when a task at that path is continued.

    That is the one that gave the task, or the first of several that stand in one another.
    """
    agent = root
    for step in path.split("/")[1:]:
        name = step.partition("@")[0]
        child = next((child for child in agent.sub_agents if child.name == name), None)
        if child is None or _is_called(child):
            break
        agent = child
    return _highest_workflow_agent(agent) if resumed else agent


def has_agent_of(root: AgentInTree, task: OpenTask) -> bool:
    """Tells whether a task's agent is there and in its mode.

    What is inside of a workflow counts as there.
    """
    in_own_place = f"{task.path}/".startswith(f"{task.scope}/")
    first, *steps = (task.scope if in_own_place else task.path).split("/")
    if first.partition("@")[0] != root.name:
        return False
    agent = root
    for name, _, run in (step.partition("@") for step in steps):
        child = next((child for child in agent.sub_agents if child.name == name), None)
        if child is None:
            break
        agent = child
        if run == task.scope:
            break
    return getattr(agent, "mode", None) == "task" or not getattr(agent, "takes_transfers", False)


def _highest_workflow_agent(agent: BaseAgent) -> BaseAgent:
    """Returns the topmost agent above that runs its sub-agents by itself, or the agent."""
    highest = current = agent
    while (parent := current.parent_agent) is not None:
        if not parent.takes_transfers:
            highest = parent
        current = parent
    return highest


def _outside_of_tasks(agent: BaseAgent) -> BaseAgent:
    """Returns the agent, or the one that called it, or the agent around it, as a tool."""
    outside = current = agent
    while (parent := current.parent_agent) is not None:
        if _is_called(current):
            outside = parent
        current = parent
    return outside


def _is_called(agent: BaseAgent) -> bool:
    return getattr(agent, "mode", None) in DELEGATED


def find_call(events: list[Event], call_id: str | None) -> Event | None:
    """Returns the latest event with the function call of this id, or None."""
    for event in reversed(events):
        if any(call.id == call_id for call in event.get_function_calls()):
            return event
    return None


def invocation_of_answer(events: list[Event], message: types.Content) -> str | None:
    """Returns the id of the run whose function calls a message answers; None when it does not.

    Raises:
        InputValidationError: the answered calls are unknown, or belong to several runs.
    """
    ids = [part.function_response.id for part in message.parts or () if part.function_response]
    if not ids:
        return None
    calls = {call_id: find_call(events, call_id) for call_id in ids}
    if missing := [str(call_id) for call_id, event in calls.items() if event is None]:
        raise InputValidationError(
            f"Function call not found for function response ids: {', '.join(missing)}. Send the id "
            "of the call that the response answers."
        )
    runs = {event.invocation_id for event in calls.values() if event is not None}
    if len(runs) > 1:
        raise InputValidationError(
            f"Function responses resolve to multiple invocations: {sorted(runs)}."
        )
    return runs.pop()


def _last_speaker(root: BaseAgent, events: list[Event]) -> BaseAgent | None:
    for event in reversed(events):
        if event.actions.rewind_before_invocation_id:
            return _last_speaker(root, without_rewound(events))
        # An agent that was handed the conversation and failed before it spoke still has it.
        name = event.actions.transfer_to_agent or event.author
        if event.author != "user" and (agent := root.find_agent(name)) is not None:
            return _outside_of_tasks(agent)
    return None


def _can_hand_back(agent: BaseAgent) -> bool:
    current: BaseAgent | None = agent
    while current is not None:
        if not current.takes_transfers or getattr(current, "disallow_transfer_to_parent", False):
            return False
        current = current.parent_agent
    return True
