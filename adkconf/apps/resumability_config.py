"""Whether runs of an app can be paused and resumed."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ResumabilityConfig(BaseModel):
    """With `is_resumable`, runs leave checkpoints and go on from them by `invocation_id`.

    A run pauses when a long-running tool has no answer yet. After a crash the tools of the last
    step may run a second time: they run at least once.

    `app_version` is any text that is another one when the app is; a file's app has one by itself.
    `on_app_change` says what becomes of runs that another version paused: they go on (`allow`), or
    go on and the log tells (`warn`), or are refused with `AppChangedError` (`reject`). Runs of an
    app without a version always go on.
    """

    model_config = ConfigDict(extra="forbid")

    is_resumable: bool = False
    on_app_change: Literal["allow", "warn", "reject"] = "warn"
    app_version: str | None = None
