"""Whether runs of an app can be paused and resumed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ResumabilityConfig(BaseModel):
    """With `is_resumable`, runs leave checkpoints and go on from them by `invocation_id`.

    A run pauses when a long-running tool has no answer yet. After a crash the tools of the last
    step may run a second time: they run at least once.
    """

    model_config = ConfigDict(extra="forbid")

    is_resumable: bool = False
