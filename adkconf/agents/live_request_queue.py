"""What a client sends into a live run."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import BaseModel, ConfigDict

from adkconf.models.genai_types import types


class LiveRequest(BaseModel):
    """What a client sends: one signal or blob, the first that is set, and then a message.

    `activity_start` and `activity_end` frame what the user says where the model does not listen
    for it by itself; `audio_stream_end` tells it that the microphone is off. `blob` is a piece of
    sound or an image, sent at once; `content` is a message that the model answers, or with
    `partial` the beginning of one. `close` ends the conversation, and nothing else is sent then.
    `state_delta` is applied in any case. JSON uses these names, and base64 for data.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    close: bool = False
    activity_start: types.ActivityStart | None = None
    activity_end: types.ActivityEnd | None = None
    audio_stream_end: bool = False
    blob: types.Blob | None = None
    content: types.Content | None = None
    partial: bool = False
    state_delta: dict[str, Any] | None = None


class LiveRequestQueue:
    """Carries requests to a live run; use it on the event loop of the run.

    `maxsize` bounds what may wait in it, 0 means no bound.

    Raises:
        asyncio.QueueFull: sending to a queue that is full; `put` waits instead.
    """

    def __init__(self, maxsize: int = 0) -> None:
        self._queue: asyncio.Queue[LiveRequest] = asyncio.Queue(maxsize)
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the client has ended the conversation."""
        return self._closed

    def send(self, req: LiveRequest) -> None:
        """Sends a request."""
        self._queue.put_nowait(req)
        self._closed |= req.close

    async def put(self, req: LiveRequest) -> None:
        """Sends a request when there is room for it."""
        await self._queue.put(req)
        self._closed |= req.close

    def send_content(self, content: types.Content, partial: bool = False) -> None:
        """Sends a message; the model answers unless it is `partial`."""
        self.send(LiveRequest(content=content, partial=partial))

    def send_realtime(self, blob: types.Blob) -> None:
        """Sends a piece of sound or an image."""
        self.send(LiveRequest(blob=blob))

    def send_activity_start(self) -> None:
        """Tells that the user begins to speak."""
        self.send(LiveRequest(activity_start=types.ActivityStart()))

    def send_activity_end(self) -> None:
        """Tells that the user has spoken."""
        self.send(LiveRequest(activity_end=types.ActivityEnd()))

    def send_audio_stream_end(self) -> None:
        """Tells that no sound will come for a while."""
        self.send(LiveRequest(audio_stream_end=True))

    def close(self) -> None:
        """Ends the conversation after what was sent before."""
        self.send(LiveRequest(close=True))

    async def get(self) -> LiveRequest:
        """Returns the next request; waits for it."""
        return await self._queue.get()
