"""What models are told of an event."""

from __future__ import annotations

from google.genai import types

from adkconf.events.event import Event

_RECORDING = "/_adk_live/"


def told_content(event: Event) -> types.Content | None:
    """Returns an event's content, or what was said in it aloud, as text.

    The recordings of live conversations are left out: what is said in them stands beside them.
    """
    if event.content is None:
        said = event.input_transcription or event.output_transcription
        if said is None or not said.text:
            return None
        role = "user" if event.input_transcription else "model"
        return types.Content(role=role, parts=[types.Part(text=said.text)])
    parts = event.content.parts or []
    if any(_is_recording(part) for part in parts):
        return None
    return event.content


def _is_recording(part: types.Part) -> bool:
    uri = (part.file_data.file_uri if part.file_data else None) or ""
    return uri.startswith("artifact://") and _RECORDING in uri
