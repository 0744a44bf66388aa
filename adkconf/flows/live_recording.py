"""The sound of a live conversation, kept as artifacts."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event

logger = logging.getLogger("adkconf.runs")


@dataclass
class _Track:
    """What one side said since it was last saved; `since` is in Unix seconds."""

    side: str
    role: str
    pieces: list[types.Blob] = field(default_factory=list)
    since: float = 0

    def add(self, blob: types.Blob | None) -> None:
        if blob is not None and (blob.mime_type or "").startswith("audio/"):
            if not self.pieces:
                self.since = time.time()
            self.pieces.append(blob)

    def take(self) -> types.Part:
        pieces, self.pieces = self.pieces, []
        data = b"".join(piece.data or b"" for piece in pieces)
        return types.Part(inline_data=types.Blob(data=data, mime_type=pieces[0].mime_type))


class LiveRecording:
    """Collects what is said and saves it when a turn ends, as one file for each side."""

    def __init__(self, ctx: InvocationContext) -> None:
        self._ctx = ctx
        self._artifacts = ctx.artifact_service
        self._is_on = ctx.run_config.save_live_blob and self._artifacts is not None
        if ctx.run_config.save_live_blob and self._artifacts is None:
            logger.warning("save_live_blob has no effect: the runner has no artifact service")
        self._input = _Track("input", "user")
        self._output = _Track("output", "model")

    def hear(self, blob: types.Blob) -> None:
        """Takes a piece of what the user says."""
        if self._is_on:
            self._input.add(blob)

    def speak(self, content: types.Content | None) -> None:
        """Takes what the model says."""
        if self._is_on:
            for part in (content.parts if content else None) or ():
                self._output.add(part.inline_data)

    async def save(self, *, whole: bool) -> list[Event]:
        """Saves the model's sound, and when the turn is `whole` the user's too.

        Returns the events that tell where it is.
        """
        tracks = (self._input, self._output) if whole else (self._output,)
        return [await self._save(track) for track in tracks if track.pieces]

    async def _save(self, track: _Track) -> Event:
        ctx, since, part = self._ctx, track.since, track.take()
        kind = part.inline_data.mime_type if part.inline_data else None
        extension = (kind or "").partition(";")[0].strip().rpartition("/")[2]
        name = f"adk_live_audio_storage_{track.side}_audio_{int(since * 1000)}.{extension}"
        assert self._artifacts is not None
        version = await self._artifacts.save_artifact(
            app_name=ctx.app_name,
            user_id=ctx.user_id,
            session_id=ctx.session.id,
            filename=name,
            artifact=part,
        )
        place = f"{ctx.app_name}/{ctx.user_id}/{ctx.session.id}"
        uri = f"artifact://{place}/_adk_live/{name}#{version}"
        saved = types.Part(file_data=types.FileData(file_uri=uri, mime_type=kind))
        return Event(
            invocation_id=ctx.invocation_id,
            author="user" if track.role == "user" else ctx.agent.name,
            branch=ctx.branch,
            node_path=ctx.node_path,
            content=types.Content(role=track.role, parts=[saved]),
            timestamp=since,
        )
