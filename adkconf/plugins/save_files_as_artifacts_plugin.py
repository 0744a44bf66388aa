"""Keeps the files of users' messages as artifacts."""

from __future__ import annotations

import logging

from google.genai import types

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.plugins.base_plugin import BasePlugin

MAX_FILE_BYTES = 20 * 1024 * 1024
_MEBIBYTE = 1024 * 1024

# Where a model can fetch a file by itself.
_READABLE_SCHEMES = ("gs://", "http://", "https://")

logger = logging.getLogger("adkconf.plugins")


class SaveFilesAsArtifactsPlugin(BasePlugin):
    """Saves each file of a message and puts a note with its name in its place.

    The name is the file's display name, or `artifact_<invocation id>_<index of the part>`; a name
    that begins with `user:` is kept across the user's sessions. Files above 20 MB are refused with
    a note. With `attach_file_reference` the note is followed by the file's address, if the
    artifact service keeps it where a model can fetch it (`gs://`, `https://`).

    Give the agent the tool `load_artifacts` so that the model can ask for the files.
    """

    def __init__(
        self, name: str = "save_files_as_artifacts_plugin", *, attach_file_reference: bool = True
    ) -> None:
        super().__init__(name)
        self._attach_file_reference = attach_file_reference
        self._saved: dict[str, dict[str, int]] = {}

    async def on_user_message_callback(
        self, *, invocation_context: InvocationContext, user_message: types.Content
    ) -> types.Content | None:
        """Saves the files; a file that cannot be saved stays in the message."""
        parts = user_message.parts or []
        if not any(part.inline_data for part in parts):
            return None
        if invocation_context.artifact_service is None:
            logger.warning("%s: files are not saved, the app has no artifact service", self.name)
            return None
        kept: list[types.Part] = []
        for index, part in enumerate(parts):
            kept += await self._replaced(invocation_context, part, index)
        return user_message.model_copy(update={"parts": kept})

    async def before_agent_callback(
        self, *, agent: BaseAgent, callback_context: Context
    ) -> types.Content | None:
        """Notes the versions of the saved files in the log: no event carries them before."""
        saved = self._saved.pop(callback_context.invocation_id, {})
        callback_context.actions.artifact_delta.update(saved)
        return None

    async def after_run_callback(self, *, invocation_context: InvocationContext) -> None:
        """Forgets a run that reached no agent."""
        self._saved.pop(invocation_context.invocation_id, None)

    async def on_run_error_callback(
        self, *, invocation_context: InvocationContext, error: Exception
    ) -> None:
        """Forgets a run that failed before it reached an agent."""
        self._saved.pop(invocation_context.invocation_id, None)

    async def _replaced(
        self, ctx: InvocationContext, part: types.Part, index: int
    ) -> list[types.Part]:
        """Returns what stands in the message instead of a part."""
        if part.inline_data is None:
            return [part]
        name = part.inline_data.display_name or f"artifact_{ctx.invocation_id}_{index}"
        size = len(part.inline_data.data or b"")
        if size > MAX_FILE_BYTES:
            return [types.Part(text=f"[Upload Error: {_too_large(name, size)}]")]
        try:
            return await self._save(ctx, part.model_copy(), name)
        except Exception:
            # The model can still read the file in the message.
            logger.exception("%s: file %r was not saved", self.name, name)
            return [part]

    async def _save(self, ctx: InvocationContext, part: types.Part, name: str) -> list[types.Part]:
        assert ctx.artifact_service is not None
        version = await ctx.artifact_service.save_artifact(
            app_name=ctx.app_name,
            user_id=ctx.user_id,
            session_id=ctx.session.id,
            filename=name,
            artifact=part,
        )
        self._saved.setdefault(ctx.invocation_id, {})[name] = version
        note = types.Part(text=f'[Uploaded Artifact: "{name}"]')
        if not self._attach_file_reference:
            return [note]
        return [note, *await _reference(ctx, part, name, version)]


async def _reference(
    ctx: InvocationContext, part: types.Part, name: str, version: int
) -> list[types.Part]:
    assert ctx.artifact_service is not None
    assert part.inline_data is not None
    known = await ctx.artifact_service.get_artifact_version(
        app_name=ctx.app_name,
        user_id=ctx.user_id,
        session_id=ctx.session.id,
        filename=name,
        version=version,
    )
    if known is None or not known.canonical_uri.lower().startswith(_READABLE_SCHEMES):
        return []
    file = types.FileData(
        file_uri=known.canonical_uri,
        mime_type=part.inline_data.mime_type or known.mime_type,
        display_name=name,
    )
    return [types.Part(file_data=file)]


def _too_large(name: str, size: int) -> str:
    return (
        f"File {name} ({size / _MEBIBYTE:.2f} MB) is larger than "
        f"{MAX_FILE_BYTES // _MEBIBYTE} MB; send a smaller file."
    )
