"""Data of runs from one runtime to the other; both write it as the same JSON."""

from __future__ import annotations

from typing import Any

from google.adk.agents.run_config import RunConfig as AdkRunConfig
from google.adk.events.event import Event as AdkEvent
from google.adk.sessions.session import Session as AdkSession
from pydantic import BaseModel

from adkconf.agents.run_config import RunConfig
from adkconf.builder.problems import NOT_SUPPORTED, Fault
from adkconf.events.event import Event
from adkconf.sessions.session import Session


def own_event(event: AdkEvent) -> Event:
    """Makes an event of adkconf's of one of google-adk's."""
    return Event.model_validate(event.model_dump())


def adk_event(event: Event) -> AdkEvent:
    """Makes an event of google-adk's of one of adkconf's."""
    return AdkEvent.model_validate(event.model_dump())


def own_session(session: AdkSession, *, events: bool = True) -> Session:
    """Makes a session of adkconf's; its state is that of the other one, not a copy."""
    return Session.sharing(
        id=session.id,
        app_name=session.app_name,
        user_id=session.user_id,
        state=session.state,
        events=[own_event(event) for event in session.events] if events else [],
        last_update_time=session.last_update_time,
        derived={},
    )


def adk_session(session: Session) -> AdkSession:
    """Makes a session of google-adk's."""
    return AdkSession(
        id=session.id,
        app_name=session.app_name,
        user_id=session.user_id,
        state=session.state,
        events=[adk_event(event) for event in session.events],
        last_update_time=session.last_update_time,
    )


def adk_run_config(config: RunConfig) -> AdkRunConfig:
    """Makes a run configuration of google-adk's, with the same fields set.

    Raises:
        Fault: it has a field that google-adk does not know.
        ValidationError: google-adk does not take a value.
    """
    given = {name: _plain(getattr(config, name)) for name in config.model_fields_set}
    for name in given.keys() - AdkRunConfig.model_fields.keys():
        if given.pop(name) is not None:
            raise Fault(NOT_SUPPORTED, f"google-adk has no {name!r} of runs", steps=(name,))
    if "streaming_mode" in given:
        given["streaming_mode"] = config.streaming_mode.value
    return AdkRunConfig(**given)


def _plain(value: Any) -> Any:
    return value.model_dump() if isinstance(value, BaseModel) else value
