"""How a live connection to Gemini begins."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.models.llm_request import LlmRequest


def is_live_3(name: str) -> bool:
    """Tells whether a name means a live model of Gemini 3, which has a protocol of its own."""
    short = name.rpartition("/")[2]
    return short.startswith("gemini-3.") and "-live" in short and not is_translator(name)


def is_translator(name: str) -> bool:
    """Tells whether a name means a live model that translates speech."""
    return name.rpartition("/")[2].startswith("gemini-3.5-live-translate")


def connect_config(
    request: LlmRequest, *, name: str, vertexai: bool, speech_config: types.SpeechConfig | None
) -> types.LiveConnectConfig:
    """Returns the request's live configuration, with its instruction, tools and safety settings.

    Raises:
        ValueError: transparent resumption was asked of the Gemini API, which has none.
    """
    asked, live = request.config, request.live_connect_config
    changes: dict[str, Any] = {
        "tools": asked.tools,
        "system_instruction": _system_instruction(asked.system_instruction),
        "thinking_config": asked.thinking_config or live.thinking_config,
        "safety_settings": live.safety_settings or asked.safety_settings,
        "speech_config": live.speech_config or speech_config,
        "session_resumption": _resumption(live.session_resumption, vertexai=vertexai),
    }
    if is_live_3(name):
        # These models refuse the two.
        changes |= {"enable_affective_dialog": None, "proactivity": None}
    return live.model_copy(update=changes)


def _system_instruction(text: Any) -> types.Content | None:
    return types.Content(role="system", parts=[types.Part(text=text)]) if text else None


def _resumption(
    asked: types.SessionResumptionConfig | None, *, vertexai: bool
) -> types.SessionResumptionConfig | None:
    if asked is None:
        return None
    if asked.transparent and not vertexai:
        raise ValueError(
            "session_resumption.transparent works only with Vertex AI; leave it out for the "
            "Gemini API"
        )
    if asked.handle and vertexai and asked.transparent is None:
        return asked.model_copy(update={"transparent": True})
    return asked
