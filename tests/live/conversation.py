"""A live conversation as a test holds it."""

from __future__ import annotations

from typing import Any, Self

from google.genai import types

from adkconf.agents import LiveRequestQueue, LlmAgent, RunConfig
from adkconf.agents.base_agent import BaseAgent
from adkconf.apps.app import App
from adkconf.events.event import Event
from adkconf.runners import InMemoryRunner, Runner
from adkconf.sessions.session import Session

MODEL = "gemini-2.5-flash-native-audio"


class Conversation:
    """One run, with the queue that goes into it."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.queue = LiveRequestQueue()

    @classmethod
    async def start(cls, agent: BaseAgent | None = None, plugins: list[Any] | None = None) -> Self:
        root = agent or LlmAgent(name="root", model=MODEL)
        runner = InMemoryRunner(app=App(name="app", root_agent=root, plugins=plugins or []))
        await runner.session_service.create_session(app_name="app", user_id="u", session_id="s")
        return cls(runner)

    def say(self, words: str, **fields: Any) -> None:
        self.queue.send_content(types.Content(parts=[types.Part(text=words)]), **fields)

    def sound(self, data: bytes) -> None:
        self.queue.send_realtime(types.Blob(data=data, mime_type="audio/pcm"))

    def run(self, **config: Any) -> Any:
        return self.runner.run_live(
            live_request_queue=self.queue,
            user_id="u",
            session_id="s",
            run_config=RunConfig(**config),
        )

    async def events(self, *, until: str = "", **config: Any) -> list[Event]:
        """Runs to the end; the user hangs up when an event looks like `until`."""
        events: list[Event] = []
        try:
            async for event in self.run(**config):
                events.append(event)
                if until and shown([event]) == [until]:
                    self.queue.close()
        finally:
            await self.runner.close()
        return events

    async def session(self) -> Session:
        session = await self.runner.session_service.get_session(
            app_name="app", user_id="u", session_id="s"
        )
        assert session is not None
        return session

    async def stored(self) -> list[Event]:
        return (await self.session()).events


def shown(events: list[Event]) -> list[str]:
    """Each event as a short text: who, what, and its signals."""
    return [_shown(event) for event in events]


def _shown(event: Event) -> str:
    said: list[str] = [_part(part) for part in (event.content.parts if event.content else ()) or ()]
    if event.input_transcription:
        said.append(f"heard {event.input_transcription.text!r}")
    if event.output_transcription:
        said.append(f"spoke {event.output_transcription.text!r}")
    if update := event.live_session_resumption_update:
        said.append(f"handle {update.new_handle}")
    if event.error_code:
        said.append(f"{event.error_code} {event.error_message}")
    said += [name for name in ("partial", "interrupted", "turn_complete") if getattr(event, name)]
    return f"{event.author}: {' '.join(said)}"


def _part(part: types.Part) -> str:
    if part.text is not None:
        return f"({part.text})" if part.thought else repr(part.text)
    if part.inline_data:
        return f"<{part.inline_data.mime_type} {len(part.inline_data.data or b'')}>"
    if part.function_call:
        return f"{part.function_call.name}()"
    if part.function_response:
        return f"{part.function_response.name}={part.function_response.response}"
    return str(part.file_data and part.file_data.mime_type)
