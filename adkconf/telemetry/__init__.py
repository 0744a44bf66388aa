"""OpenTelemetry spans and metrics of runs; needs the extra `adkconf[otel]`."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.telemetry.context import ContentCapturingMode as ContentCapturingMode
    from adkconf.telemetry.context import TelemetryConfig as TelemetryConfig

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "ContentCapturingMode": "adkconf.telemetry.context",
        "TelemetryConfig": "adkconf.telemetry.context",
    },
)
