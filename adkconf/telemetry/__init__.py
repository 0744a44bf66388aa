"""OpenTelemetry spans of runs; needs the extra `adkconf[otel]`."""
