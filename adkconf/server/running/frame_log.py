"""What a run says, frame by frame: one side writes, the other reads at its own pace."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator


class FrameLog:
    """The frames of one run.

    A log that does not keep is for one reader: a frame is forgotten once it is read, and the
    writer waits while `limit` bytes are unread. A log that keeps lets any number of readers begin
    anywhere and its writer never waits; beyond `limit` bytes it forgets the oldest frames.
    """

    def __init__(self, *, limit: int, keep: bool) -> None:
        self._limit = limit
        self._keep = keep
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        # Frames are counted from 1; this one was forgotten last.
        self._forgotten = 0
        self._ended = False
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    @property
    def written(self) -> int:
        """How many frames were written so far."""
        return self._forgotten + len(self._frames)

    def reaches(self, after: int) -> bool:
        """Tells whether a reader that has frame `after` misses nothing here."""
        return self._forgotten <= after <= self.written

    def write(self, frame: bytes) -> None:
        """Appends a frame; the next one should wait for `room`."""
        self._frames.append(frame)
        self._bytes += len(frame)
        self._news.set()
        if self._keep:
            while self._bytes > self._limit and len(self._frames) > 1:
                self._forget()

    @property
    def full(self) -> bool:
        """Whether the reader is too far behind."""
        return not self._keep and self._bytes >= self._limit

    async def room(self) -> None:
        """Waits while it is."""
        while self.full:
            self._room.clear()
            await self._room.wait()

    def end(self) -> None:
        """Ends the log: readers return after the last frame."""
        self._ended = True
        self._news.set()

    async def read(self, after: int = 0) -> AsyncIterator[bytes]:
        """Yields what comes after a frame; what is there already comes in one piece.

        A model often says several things at once, and each piece is a write to the network.
        """
        while True:
            if after < self._forgotten:
                return  # too slow: what follows would not join to what the reader has
            if after < self.written:
                piece = b"".join(
                    self._frames[index]
                    for index in range(after - self._forgotten, len(self._frames))
                )
                after = self.written
                self._make_room()
                yield piece
            elif self._ended:
                return
            else:
                self._news.clear()
                await self._news.wait()

    def _make_room(self) -> None:
        if not self._keep:
            while self._frames:
                self._forget()
            self._room.set()

    def _forget(self) -> None:
        self._bytes -= len(self._frames.popleft())
        self._forgotten += 1
