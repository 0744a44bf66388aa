"""Where spans and metrics go."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    ConsoleSpanExporter,
    SimpleSpanProcessor,
)
from opentelemetry.trace import Tracer

from adkconf._version import __version__
from adkconf.errors import InputValidationError, MissingExtraError
from adkconf.telemetry.attributes import SCOPE
from adkconf.telemetry.meters import Meters

_FEATURE = "sending spans to an OTLP endpoint"
_PACKAGE = "opentelemetry-exporter-otlp-proto-http"


@dataclass(frozen=True)
class Export:
    """A tracer with its provider, and that to shut down with it if it is nobody else's."""

    tracer: Tracer
    provider: trace.TracerProvider
    own: TracerProvider | None = None

    async def close(self) -> None:
        """Sends what is left."""
        if self.own is not None:
            await asyncio.to_thread(self.own.shutdown)


@dataclass(frozen=True)
class MetricExport:
    """Meters, and the provider to shut down with them if it is nobody else's."""

    meters: Meters
    own: MeterProvider | None = None

    async def close(self) -> None:
        """Sends what is left."""
        if self.own is not None:
            await asyncio.to_thread(self.own.shutdown)


def open_metrics(
    endpoint: str | None, headers: dict[str, str] | None, service_name: str | None
) -> MetricExport:
    """Returns meters that send to the collector at `endpoint`.

    Without one, what is measured goes to the program's own meter provider, if it has set one.

    Raises:
        InputValidationError: the endpoint is no URL, or one for traces alone.
        MissingExtraError: the OTLP exporter is not installed.
    """
    if endpoint is None:
        return MetricExport(meters_of(metrics.get_meter_provider()))
    url = _signal_url(endpoint, "metrics")
    if url == endpoint:
        raise InputValidationError(
            f"endpoint {endpoint!r} has a path, which is for traces; to send metrics too, write "
            "the collector's address alone, like http://localhost:4318"
        )
    try:
        # Part of the extra, but not of the SDK.
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    except ImportError as error:
        raise MissingExtraError(_FEATURE, extra="otel", package=_PACKAGE) from error
    exporter = OTLPMetricExporter(endpoint=url, headers=headers)
    provider = MeterProvider(
        [PeriodicExportingMetricReader(exporter)], resource=_resource(service_name)
    )
    return MetricExport(meters_of(provider), own=provider)


def meters_of(provider: metrics.MeterProvider) -> Meters:
    """Returns adkconf's meters of a provider."""
    return Meters(provider.get_meter("adkconf", __version__))


def open_export(
    endpoint: str | None, headers: dict[str, str] | None, console: bool, service_name: str | None
) -> Export:
    """Returns the tracer for what the configuration says.

    With neither endpoint nor console: the program's own tracer provider if it has set one, else
    what `OTEL_TRACES_EXPORTER` (`otlp`, `console`, `none`) and `OTEL_EXPORTER_OTLP_…` say.

    Raises:
        InputValidationError: the endpoint is no URL, or the exporter is unknown.
        MissingExtraError: the OTLP exporter is not installed.
    """
    processors: list[SpanProcessor] = []
    if endpoint is not None:
        processors.append(_otlp(_signal_url(endpoint, "traces"), headers))
    if console:
        processors.append(_console())
    if not processors:
        already = trace.get_tracer_provider()
        if isinstance(already, TracerProvider):
            return Export(tracer_of(already), already)
        processors.extend(_from_environment())
    provider = TracerProvider(resource=_resource(service_name))
    for processor in processors:
        provider.add_span_processor(processor)
    return Export(tracer_of(provider), provider, own=provider)


def tracer_of(provider: trace.TracerProvider) -> Tracer:
    """Returns adkconf's tracer of a provider."""
    return provider.get_tracer(SCOPE, __version__)


def _otlp(url: str | None = None, headers: dict[str, str] | None = None) -> SpanProcessor:
    try:
        # Part of the extra, but not of the SDK.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise MissingExtraError(_FEATURE, extra="otel", package=_PACKAGE) from error
    return BatchSpanProcessor(OTLPSpanExporter(endpoint=url, headers=headers))


def _console() -> SpanProcessor:
    return SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stderr))


_EXPORTERS: dict[str, Callable[[], SpanProcessor]] = {"otlp": _otlp, "console": _console}


def _from_environment() -> Iterable[SpanProcessor]:
    for name in (os.environ.get("OTEL_TRACES_EXPORTER") or "otlp").split(","):
        if name.strip() == "none":
            continue
        if name.strip() not in _EXPORTERS:
            raise InputValidationError(
                f"OTEL_TRACES_EXPORTER: {name.strip()!r} is not known here; "
                "use otlp, console or none"
            )
        yield _EXPORTERS[name.strip()]()


def _signal_url(endpoint: str, signal: str) -> str:
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InputValidationError(
            f"endpoint {endpoint!r} is no HTTP address; write the collector's, like "
            "http://localhost:4318"
        )
    return endpoint if parts.path.strip("/") else f"{endpoint.rstrip('/')}/v1/{signal}"


def _resource(service_name: str | None) -> Resource:
    found = Resource.create()
    unnamed = str(found.attributes.get(SERVICE_NAME, "")).startswith("unknown_service")
    name = service_name or ("adkconf" if unnamed else None)
    return found.merge(Resource({SERVICE_NAME: name})) if name else found
