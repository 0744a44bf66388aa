"""Plugins: hooks around every run of an app."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.plugins.base_plugin import BasePlugin as BasePlugin
    from adkconf.plugins.cloud_trace_plugin import CloudTracePlugin as CloudTracePlugin
    from adkconf.plugins.cloud_trace_plugin import CloudTracePlugin as OpenTelemetryPlugin
    from adkconf.plugins.context_filter_plugin import ContextFilterPlugin as ContextFilterPlugin
    from adkconf.plugins.debug_logging_plugin import DebugLoggingPlugin as DebugLoggingPlugin
    from adkconf.plugins.global_instruction_plugin import (
        GlobalInstructionPlugin as GlobalInstructionPlugin,
    )
    from adkconf.plugins.logging_plugin import LoggingPlugin as LoggingPlugin
    from adkconf.plugins.plugin_manager import PluginManager as PluginManager
    from adkconf.plugins.reflect_retry_tool_plugin import (
        ReflectAndRetryToolPlugin as ReflectAndRetryToolPlugin,
    )
    from adkconf.plugins.reflect_retry_tool_plugin import TrackingScope as TrackingScope
    from adkconf.plugins.save_files_as_artifacts_plugin import (
        SaveFilesAsArtifactsPlugin as SaveFilesAsArtifactsPlugin,
    )

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "BasePlugin": "adkconf.plugins.base_plugin",
        "CloudTracePlugin": "adkconf.plugins.cloud_trace_plugin",
        "ContextFilterPlugin": "adkconf.plugins.context_filter_plugin",
        "DebugLoggingPlugin": "adkconf.plugins.debug_logging_plugin",
        "GlobalInstructionPlugin": "adkconf.plugins.global_instruction_plugin",
        "LoggingPlugin": "adkconf.plugins.logging_plugin",
        "OpenTelemetryPlugin": "adkconf.plugins.cloud_trace_plugin:CloudTracePlugin",
        "PluginManager": "adkconf.plugins.plugin_manager",
        "ReflectAndRetryToolPlugin": "adkconf.plugins.reflect_retry_tool_plugin",
        "SaveFilesAsArtifactsPlugin": "adkconf.plugins.save_files_as_artifacts_plugin",
        "TrackingScope": "adkconf.plugins.reflect_retry_tool_plugin",
    },
)
