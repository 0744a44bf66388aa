"""Options of model calls in google-genai's names."""

from __future__ import annotations

from typing import Any

from pydantic import AliasGenerator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from adkconf.config.spec.section import Section


class GenerateContentConfigSpec(Section):
    """Options of model calls; what the agent has keys of its own for is not among them.

    Names may be written in camel case too.
    """

    model_config = ConfigDict(
        alias_generator=AliasGenerator(validation_alias=to_camel), populate_by_name=True
    )

    temperature: float | None = Field(default=None, ge=0, le=2)
    """How random answers are; 0 for the likeliest."""
    top_p: float | None = Field(default=None, ge=0, le=1)
    """Sample among the likeliest tokens that make up this share."""
    top_k: float | None = Field(default=None, ge=0)
    """Sample among so many likeliest tokens."""
    candidate_count: int | None = Field(default=None, ge=1)
    """How many answers to make."""
    max_output_tokens: int | None = Field(default=None, ge=1)
    """The longest answer, in tokens."""
    stop_sequences: list[str] | None = None
    """Texts that end the answer."""
    response_logprobs: bool | None = None
    """Return the log probabilities of the chosen tokens."""
    logprobs: int | None = Field(default=None, ge=0)
    """Return the log probabilities of so many likeliest tokens."""
    presence_penalty: float | None = None
    """Above 0: rather use tokens that have not been used."""
    frequency_penalty: float | None = None
    """Above 0: rather use tokens that have been used less often."""
    seed: int | None = None
    """Makes sampling repeatable, as far as the model can."""
    response_mime_type: str | None = None
    """The form of the answer, like `application/json`."""
    response_json_schema: dict[str, Any] | None = None
    """A JSON schema of the answer."""
    response_modalities: list[str] | None = None
    """`TEXT`, `IMAGE`, `AUDIO`."""
    media_resolution: str | None = None
    """How closely media are looked at, like `MEDIA_RESOLUTION_LOW`."""
    labels: dict[str, str] | None = None
    """Labels for billing."""
    cached_content: str | None = None
    """The name of a cached content."""
    audio_timestamp: bool | None = None
    """Include timestamps of audio in the request."""
    service_tier: str | None = None
    """The serving tier."""
    safety_settings: list[dict[str, Any]] | None = None
    """What to block: `{category: …, threshold: …}`."""
    tool_config: dict[str, Any] | None = None
    """How the model may call functions."""
    automatic_function_calling: dict[str, Any] | None = None
    """Options of the SDK's own function calling."""
    thinking_config: dict[str, Any] | None = None
    """How long to think and whether to show it."""
    image_config: dict[str, Any] | None = None
    """Options of images that are made."""
    speech_config: str | dict[str, Any] | None = None
    """The voice."""
    routing_config: dict[str, Any] | None = None
    """How a router chooses the model."""
    model_selection_config: dict[str, Any] | None = None
    """How a model is selected."""
    model_armor_config: dict[str, Any] | None = None
    """Templates of Model Armor."""
    enable_enhanced_civic_answers: bool | None = None
    """Answer civic questions in more depth."""
    audio_transcription_config: dict[str, Any] | None = None
    """How speech is recognised."""
    automatic_continuation: bool | None = None
    """`false` leaves an answer unfinished where the model stops to be asked to go on."""
    continuation_token: str | None = None
    """The token of an answer to go on with."""
    should_return_http_response: bool | None = None
    """Keep the raw HTTP response in `sdk_http_response`."""
    http_options: dict[str, Any] | None = None
    """Options of the HTTP requests."""
