"""Holds the conversation of a test with the app."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing

from google.genai import types

from adkconf.builder.built import Built
from adkconf.builder.generation import content_of
from adkconf.builder.stand_ins import StandIns
from adkconf.config.located import bare
from adkconf.config.spec.conversation import ConfirmSpec, ConversationSpec, TurnSpec
from adkconf.errors import AdkconfError
from adkconf.events.event import Event
from adkconf.testing.questions import Questions
from adkconf.testing.turn import Failure, Turn


class Conversation:
    """One session with an app, turn by turn."""

    def __init__(self, built: Built, spec: ConversationSpec, stand_ins: StandIns) -> None:
        self._built = built
        self._spec = spec
        self._stand_ins = stand_ins
        self._questions = Questions()
        self._session_id = ""

    async def open(self) -> None:
        """Makes the session."""
        session = await self._built.runner.session_service.create_session(
            app_name=self._built.runner.app_name,
            user_id=self._spec.user_id,
            state=bare(self._spec.state),
        )
        self._session_id = session.id

    async def take(self, spec: TurnSpec) -> Turn:
        """Takes one turn.

        Raises:
            Fault: the message is none.
            NothingWaitsError: the user answers what nobody has asked.
            TimeoutError: the turn took longer than the test allows.
        """
        message = self._message(spec)
        asked_before = len(self._stand_ins.refused)
        events: list[Event] = []
        async with asyncio.timeout(self._spec.timeout_seconds):
            failure = await self._run(message, events)
            return Turn(
                events=tuple(events),
                state=await self._state(),
                artifacts=await self._artifacts(),
                waiting=self._questions.waiting,
                failure=failure,
                refused=tuple(self._stand_ins.refused[asked_before:]),
            )

    def _message(self, spec: TurnSpec) -> types.Content:
        if spec.confirm is not None:
            answer = spec.confirm
            wanted = ConfirmSpec(confirmed=answer) if isinstance(answer, bool) else answer
            return types.Content(role="user", parts=self._questions.confirm(wanted))
        if spec.answers is not None:
            return types.Content(role="user", parts=list(self._questions.answer(spec.answers)))
        return content_of(bare(spec.message))

    async def _run(self, message: types.Content, events: list[Event]) -> Failure | None:
        """Adds the whole events of a run to the list; returns how it failed, if it did."""
        run = self._built.runner.run_async(
            user_id=self._spec.user_id,
            session_id=self._session_id,
            new_message=message,
            run_config=self._built.run_config,
        )
        raised: Exception | None = None
        try:
            async with aclosing(run) as stream:
                async for event in stream:
                    if not event.partial:
                        self._questions.note(event)
                        events.append(event)
        except Exception as error:  # whatever an app raises, the test tells of it
            raised = error
        return _failure(events[-1] if events else None, raised)

    async def _state(self) -> Mapping[str, object]:
        session = await self._built.runner.session_service.get_session(
            app_name=self._built.runner.app_name,
            user_id=self._spec.user_id,
            session_id=self._session_id,
        )
        return dict(session.state) if session else {}

    async def _artifacts(self) -> dict[str, str | None]:
        service = self._built.runner.artifact_service
        if service is None:
            return {}
        app_name, user_id = self._built.runner.app_name, self._spec.user_id
        session_id = self._session_id
        names = await service.list_artifact_keys(
            app_name=app_name, user_id=user_id, session_id=session_id
        )
        return {
            name: _text_of(
                await service.load_artifact(
                    app_name=app_name, user_id=user_id, session_id=session_id, filename=name
                )
            )
            for name in names
        }


def _failure(last: Event | None, raised: Exception | None) -> Failure | None:
    if last is not None and last.error_code:
        return Failure(last.error_code, last.error_message or "the model gave no reason")
    if raised is None:
        return None
    name = type(raised).__name__
    code = str(getattr(raised, "code", None) or name)
    return Failure(code, str(raised) if isinstance(raised, AdkconfError) else f"{name}: {raised}")


def _text_of(part: types.Part | None) -> str | None:
    if part is None or part.text is not None:
        return part.text if part else None
    content = part.inline_data.data if part.inline_data else None
    try:
        return content.decode("utf-8") if content is not None else None
    except UnicodeDecodeError:
        return None
