"""The built-in plugins."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from adkconf.config.spec.agent import Reference
from adkconf.config.spec.component import Builtin, Catalog
from adkconf.config.spec.section import Section


class LoggingArguments(Section):
    """Writes what happens in a run to standard error."""

    name: str = "logging_plugin"
    """The plugin's name, for error messages and to find it in the app."""


class DebugLoggingArguments(Section):
    """Writes everything that happens in a run to a file, as one YAML document per run."""

    output_path: str = Field(default="adk_debug.yaml", min_length=1)
    """The file, relative to the working directory; runs are added to it."""
    include_session_state: bool = True
    """Write the session's state at the end of the run."""
    include_system_instruction: bool = True
    """Write the system instructions of model calls; else only their length."""
    name: str = "debug_logging_plugin"
    """The plugin's name, for error messages and to find it in the app."""


class GlobalInstructionArguments(Section):
    """An instruction in front of every agent's own."""

    global_instruction: str = Field(default="", examples=["Answer in {user:language?}."])
    """The instruction; `{key}` is replaced from the state. For a function that makes it, refer to
    a function that returns a `GlobalInstructionPlugin`."""
    name: str = "global_instruction"
    """The plugin's name, for error messages and to find it in the app."""


class ContextFilterArguments(Section):
    """Shows models only the latest turns of a conversation; the session keeps them all."""

    num_invocations_to_keep: int | None = Field(default=None, ge=0)
    """The turns that are kept, from a user's message to the next; unset or 0 for all."""
    custom_filter: Reference | None = None
    """A function that gets the contents that are left and returns those to send."""
    remove_amount: int = Field(default=1, ge=1)
    """Turns are left out only when so many can go at once."""
    name: str = "context_filter_plugin"
    """The plugin's name, for error messages and to find it in the app."""


class ReflectRetryToolArguments(Section):
    """When a tool fails, asks the model to mend its call."""

    max_retries: int = Field(default=3, ge=0)
    """The failures of a tool in a row after which there is no other try."""
    throw_exception_if_retry_exceeded: bool = True
    """The run ends with the tool's error then; else the model is told to do without the tool."""
    tracking_scope: Literal["invocation", "global"] = "invocation"
    """Failures are counted within one run, or across all runs."""
    name: str = "reflect_retry_tool_plugin"
    """The plugin's name, for error messages and to find it in the app."""


class SaveFilesArguments(Section):
    """Saves the files of users' messages as artifacts and puts a note in the place of each."""

    attach_file_reference: bool = True
    """Add the file's address to the note, where a model can fetch it (`gs://`, `https://`)."""
    name: str = "save_files_as_artifacts_plugin"
    """The plugin's name, for error messages and to find it in the app."""


class CloudTraceArguments(Section):
    """Traces of runs for OpenTelemetry; needs the extra `adkconf[otel]`. Put it first."""

    endpoint: str | None = Field(default=None, examples=["http://localhost:4318"])
    """A collector that speaks OTLP over HTTP; `/v1/traces` is added to an address without a path.
    Unset, with `console` off: what the environment variables `OTEL_…` say."""
    headers: dict[str, str] | None = None
    """HTTP headers for the collector."""
    console: bool = False
    """Write spans to standard error."""
    service_name: str | None = None
    """The program's name in traces; unset: `OTEL_SERVICE_NAME`, or `adkconf`."""
    metrics: bool = False
    """Send metrics to `endpoint`, too: durations, tokens, calls."""
    capture_content: bool = False
    """Record what users, models and tools say. It may be confidential."""
    name: str = "cloud_trace_plugin"
    """The plugin's name, for error messages and to find it in the app."""


PLUGINS = Catalog.of(
    "plugin",
    Builtin(
        "logging",
        "Writes what happens in a run to standard error.",
        LoggingArguments,
        aliases=("LoggingPlugin",),
    ),
    Builtin(
        "debug_logging",
        "Writes everything that happens in a run to a file.",
        DebugLoggingArguments,
        main="output_path",
        aliases=("DebugLoggingPlugin",),
    ),
    Builtin(
        "global_instruction",
        "An instruction in front of every agent's own.",
        GlobalInstructionArguments,
        main="global_instruction",
        aliases=("GlobalInstructionPlugin",),
    ),
    Builtin(
        "context_filter",
        "Shows models only the latest turns of a conversation.",
        ContextFilterArguments,
        main="num_invocations_to_keep",
        aliases=("ContextFilterPlugin",),
    ),
    Builtin(
        "reflect_retry_tool",
        "When a tool fails, asks the model to mend its call.",
        ReflectRetryToolArguments,
        main="max_retries",
        aliases=("ReflectAndRetryToolPlugin",),
    ),
    Builtin(
        "save_files_as_artifacts",
        "Saves the files of users' messages as artifacts.",
        SaveFilesArguments,
        aliases=("SaveFilesAsArtifactsPlugin",),
    ),
    Builtin(
        "cloud_trace",
        "Traces of runs for OpenTelemetry.",
        CloudTraceArguments,
        main="endpoint",
        aliases=("CloudTracePlugin", "OpenTelemetryPlugin", "otel"),
    ),
)
