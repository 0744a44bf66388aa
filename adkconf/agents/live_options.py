"""How a live conversation is set up."""

from __future__ import annotations

from pydantic import BaseModel, Field

from adkconf.models.genai_types import types


class LiveOptions(BaseModel):
    """The options that reach a live model; they are those of google-genai's LiveConnectConfig.

    Without `response_modalities` the model speaks. What is said is transcribed on both sides,
    which agents need that take a conversation over; None switches it off.
    """

    response_modalities: list[types.Modality] | None = None
    speech_config: types.SpeechConfig | None = None
    avatar_config: types.AvatarConfig | None = None
    output_audio_transcription: types.AudioTranscriptionConfig | None = Field(
        default_factory=types.AudioTranscriptionConfig
    )
    input_audio_transcription: types.AudioTranscriptionConfig | None = Field(
        default_factory=types.AudioTranscriptionConfig
    )
    realtime_input_config: types.RealtimeInputConfig | None = None
    explicit_vad_signal: bool | None = None
    translation_config: types.TranslationConfig | None = None
    enable_affective_dialog: bool | None = None
    proactivity: types.ProactivityConfig | None = None
    session_resumption: types.SessionResumptionConfig | None = None
    history_config: types.HistoryConfig | None = None
    context_window_compression: types.ContextWindowCompressionConfig | None = None

    def connect_config(self) -> types.LiveConnectConfig:
        """Returns them as a new configuration of a connection; without modalities, to speak."""
        fields = {name: getattr(self, name) for name in LiveOptions.model_fields}
        fields["response_modalities"] = fields["response_modalities"] or [types.Modality.AUDIO]
        return types.LiveConnectConfig(**fields)
