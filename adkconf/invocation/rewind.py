"""Takes a session back to where it was before one of its runs."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.agents.invocation_context import new_invocation_context_id
from adkconf.artifacts.artifact_reference import removed
from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.errors import InvocationNotFoundError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.flows.history import without_rewound
from adkconf.sessions.base_session_service import BaseSessionService
from adkconf.sessions.session import Session
from adkconf.sessions.state_scopes import StateScopes

_OF_USER = "user:"


async def rewind_session(
    session: Session,
    before: str,
    sessions: BaseSessionService,
    artifacts: BaseArtifactService | None,
) -> Event:
    """Stores the event that undoes the run `before` and everything after it.

    The session's own state and files become what they were then. What belongs to the app or the
    user stays, since other sessions work with it.

    Raises:
        InvocationNotFoundError: no event of the session belongs to that run.
    """
    start = _first_event_of(before, session)
    state = await _state_at(start, session, sessions)
    files = {} if artifacts is None else await _restore_files(start, session, artifacts)
    event = Event(
        invocation_id=new_invocation_context_id(),
        author="user",
        actions=EventActions(
            rewind_before_invocation_id=before,
            state_delta=_changes(_own(session.state), state),
            artifact_delta=files,
        ),
    )
    return await sessions.rewind(session, event, state)


def _first_event_of(invocation_id: str, session: Session) -> int:
    for index, event in enumerate(session.events):
        if event.invocation_id == invocation_id:
            return index
    raise InvocationNotFoundError(
        f"Invocation ID not found: {invocation_id} in session {session.id!r}; give the "
        "invocation_id of one of its events"
    )


async def _state_at(start: int, session: Session, sessions: BaseSessionService) -> dict[str, Any]:
    """Replays the state: what the session was created with, and the changes since then."""
    changed = {key for event in session.events for key in event.actions.state_delta}
    # What no event changed is as it was in the beginning, even where the store did not keep that.
    state = {key: value for key, value in _own(session.state).items() if key not in changed}
    state |= await sessions.initial_state(
        app_name=session.app_name, user_id=session.user_id, session_id=session.id
    )
    for event in without_rewound(session.events[:start]):
        state |= _own(event.actions.state_delta)
    return state


def _own(state: dict[str, Any]) -> dict[str, Any]:
    return StateScopes.split(state, lambda _, value: value).session


def _changes(current: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Returns the delta from one state to another; keys to remove have the value None."""
    changes = {
        key: value for key, value in wanted.items() if key not in current or current[key] != value
    }
    return changes | {key: None for key in current if key not in wanted}


async def _restore_files(
    start: int, session: Session, artifacts: BaseArtifactService
) -> dict[str, int]:
    """Saves each file that changed once more, as it was then; returns the new versions."""
    wanted = _versions(session.events[:start])
    restored: dict[str, int] = {}
    for name, version in _versions(session.events).items():
        if version == wanted.get(name) or name.startswith(_OF_USER):
            continue
        restored[name] = await _restore_file(name, wanted.get(name), session, artifacts)
    return restored


async def _restore_file(
    name: str, version: int | None, session: Session, artifacts: BaseArtifactService
) -> int:
    of_file: dict[str, Any] = {
        "app_name": session.app_name,
        "user_id": session.user_id,
        "session_id": session.id,
        "filename": name,
    }
    part: types.Part | None = None
    if version is not None:
        part = await artifacts.load_artifact(**of_file, version=version)
    return await artifacts.save_artifact(**of_file, artifact=part or removed())


def _versions(events: list[Event]) -> dict[str, int]:
    versions: dict[str, int] = {}
    for event in events:
        versions |= event.actions.artifact_delta
    return versions
