"""A conversation: its identity, its state and its event log."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr
from pydantic.alias_generators import to_camel

from adkconf.events.event import Event


class Session(BaseModel):
    """A snapshot for its holder: only `append_event` of the service changes what is stored.

    `state` merges the three scopes, with `app:` and `user:` prefixes kept. `last_update_time` is
    in Unix seconds and equals the last event's timestamp.
    """

    model_config = ConfigDict(
        extra="forbid",
        arbitrary_types_allowed=True,
        alias_generator=to_camel,
        populate_by_name=True,
    )

    id: str
    app_name: str
    user_id: str
    state: dict[str, Any] = Field(default_factory=dict)
    events: list[Event] = Field(default_factory=list)
    last_update_time: float = 0.0

    # Results derived from `events` (request contents, for one), shared by all runs that share the
    # event list, so that a run pays for the events that are new and not for the whole history.
    _derived: dict[Any, Any] = PrivateAttr(default_factory=dict)

    @property
    def derived(self) -> dict[Any, Any]:
        """Caches of values computed from `events`; private to the runtime."""
        # By its own name a private attribute takes pydantic twenty times as long.
        derived: dict[Any, Any] = (self.__pydantic_private__ or {})["_derived"]
        return derived

    @classmethod
    def sharing(
        cls,
        *,
        id: str,
        app_name: str,
        user_id: str,
        state: dict[str, Any],
        events: list[Event],
        last_update_time: float,
        derived: dict[Any, Any],
    ) -> Session:
        """Makes a session around an existing event list, without copying or validating it."""
        session = cls.model_construct(
            id=id,
            app_name=app_name,
            user_id=user_id,
            state=state,
            events=events,
            last_update_time=last_update_time,
        )
        session._derived = derived
        return session
