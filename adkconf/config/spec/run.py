"""What each run starts from: google-adk's RunConfig."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from adkconf.config.spec.section import Section


class GetSessionSpec(Section):
    """Which events of the session are loaded."""

    num_recent_events: int | None = Field(default=None, ge=0)
    """Only so many of the newest."""
    after_timestamp: float | None = None
    """Only those from this time on, in seconds since 1970."""


class ToolThreadPoolSpec(Section):
    """Runs synchronous tools in threads."""

    max_workers: int = Field(default=4, ge=1)
    """At most so many at a time."""


class TelemetrySpec(Section):
    """What traces of a run hold."""

    capture_message_content: (
        Literal["NO_CONTENT", "EVENT_ONLY", "SPAN_ONLY", "SPAN_AND_EVENT"] | None
    ) = None
    """Whether spans hold what users and models say; without it, as `capture_content` of the
    plugin says."""


class RunSpec(Section):
    """What each run starts from; a request may change some of it.

    `on_busy`, `per_request` and `timeout_seconds` are adkconf's own; the others have the names and
    meanings of google-adk's RunConfig.
    """

    on_busy: Literal["queue", "reject", "interleave"] = "queue"
    """What happens to a run while another one holds the session: it waits, it is refused, or
    both write as they come."""
    per_request: Literal["all", "none"] | tuple[str, ...] = "all"
    """Which of these options a request to the server may set for its run: names, `none`, or `all`,
    which leaves out `http_options`. What caps a run (`max_llm_calls`, `timeout_seconds`) a request
    can only make tighter."""
    streaming_mode: Literal["none", "sse", "bidi"] = "none"
    """`sse` yields fragments of answers, `none` and `bidi` whole answers. Live runs, as `/run_live`
    starts them, always go both ways."""
    max_llm_calls: int = Field(default=500, lt=2**53)
    """A run may call models so many times; 0 for any number."""
    timeout_seconds: float | None = Field(default=None, gt=0)
    """A run that takes longer is cancelled and ends with an error event (RUN_TIMEOUT). Waiting for
    the session does not count; live conversations have no limit."""
    get_session_config: GetSessionSpec | None = None
    """Which events of the session are loaded."""
    custom_metadata: dict[str, Any] | None = None
    """Added to every event."""
    http_options: dict[str, Any] | None = None
    """Options of the model's HTTP requests."""
    labels: dict[str, str] | None = None
    """Labels of the model calls, for billing."""
    service_tier: str | None = None
    """The serving tier of model calls: `flex`, `standard`, `priority`, or what else the service
    offers."""
    tool_thread_pool_config: ToolThreadPoolSpec | None = None
    """Runs synchronous tools in threads, so that a slow one does not hold up other runs."""
    save_input_blobs_as_artifacts: bool = False
    """Store files of the user's message as artifacts."""
    include_thoughts_from_other_agents: bool = False
    """Show agents the thoughts of others."""
    support_cfc: bool = False
    """Compositional function calling, with the live API."""
    response_modalities: list[Literal["TEXT", "IMAGE", "AUDIO", "VIDEO"]] | None = None
    """Live: what answers are made of; sound if left out."""
    speech_config: dict[str, Any] | None = None
    """Live: the voice."""
    avatar_config: dict[str, Any] | None = None
    """Live: the avatar."""
    output_audio_transcription: dict[str, Any] | None = None
    """Live: transcribe what the model says, which is done unless this is null."""
    input_audio_transcription: dict[str, Any] | None = None
    """Live: transcribe what the user says, which is done unless this is null."""
    realtime_input_config: dict[str, Any] | None = None
    """Live: how input is taken."""
    explicit_vad_signal: bool | None = None
    """Live: tell when somebody starts and stops to speak."""
    translation_config: dict[str, Any] | None = None
    """Live: translate speech."""
    enable_affective_dialog: bool | None = None
    """Live: adapt to emotions."""
    proactivity: dict[str, Any] | None = None
    """Live: let the model speak first or stay silent."""
    session_resumption: dict[str, Any] | None = None
    """Live: resume a connection."""
    history_config: dict[str, Any] | None = None
    """Live: how history is exchanged."""
    context_window_compression: dict[str, Any] | None = None
    """Live: compress the context."""
    save_live_blob: bool = False
    """Live: store sound as artifacts."""
    telemetry: TelemetrySpec | None = None
    """What traces of the run hold."""
    model_input_context: list[dict[str, Any]] | None = None
    """Contents that are shown to the model but not stored."""
