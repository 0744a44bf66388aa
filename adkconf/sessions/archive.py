"""Sessions as lines of JSON, to move them between stores."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from adkconf.errors import InputValidationError
from adkconf.sessions.base_session_service import BaseSessionService
from adkconf.sessions.session import Session


class ArchivedSession(BaseModel):
    """A session with all that another store needs to go on with it.

    `initial_state` is what it was created with, for rewinds.
    """

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)

    version: Literal[1] = 1
    session: Session
    initial_state: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    async def take(
        cls, service: BaseSessionService, *, app_name: str, user_id: str, session_id: str
    ) -> ArchivedSession | None:
        """Reads a session, or returns None when there is none."""
        session = await service.get_session(
            app_name=app_name, user_id=user_id, session_id=session_id
        )
        if session is None:
            return None
        initial_state = await service.initial_state(
            app_name=app_name, user_id=user_id, session_id=session_id
        )
        return cls(session=session, initial_state=initial_state)

    @classmethod
    def parse(cls, line: str) -> ArchivedSession:
        """Reads a line.

        Raises:
            InputValidationError: it is none that `line` wrote.
        """
        try:
            return cls.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise InputValidationError(
                f"not an exported session: {place + ': ' if place else ''}{first['msg']}"
            ) from error

    def line(self) -> str:
        """Returns it as JSON, without a line's end."""
        return self.model_dump_json(by_alias=True, exclude_none=True)

    async def restore(self, service: BaseSessionService, *, app_name: str) -> None:
        """Stores the session in another store, under the name that the app has there.

        Raises:
            AlreadyExistsError: there is a session of this user and id.
            InputValidationError: the store cannot hold it, or cannot take sessions over.
        """
        session = self.session.model_copy(update={"app_name": app_name})
        try:
            await service.restore_session(session, self.initial_state)
        except NotImplementedError as error:
            raise InputValidationError(str(error)) from error
