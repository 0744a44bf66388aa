"""What the server measures, for Prometheus to fetch; needs the extra `metrics`.

Names and units of requests are those of OpenTelemetry's HTTP conventions. What agents, models and
tools take is measured by the CloudTracePlugin with `metrics: true` and comes out here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from opentelemetry import metrics
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adkconf._version import __version__
from adkconf.launch.fleet import Fleet
from adkconf.launch.live import Status

_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]


class ServerMetrics:
    """Meters of a server, and the route that gives them out."""

    def __init__(self, fleet: Fleet) -> None:
        self._registry = CollectorRegistry()
        provider = MeterProvider([PrometheusMetricReader(registry=self._registry)])
        # What plugins measure without a collector of their own belongs here, too.
        metrics.set_meter_provider(provider)
        meter = provider.get_meter("adkconf", __version__)
        self._duration = meter.create_histogram(
            "http.server.request.duration",
            unit="s",
            description="How long requests took, streamed answers included.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._active = meter.create_up_down_counter(
            "http.server.active_requests",
            unit="{request}",
            description="Requests that are being answered.",
        )
        for name, about, read in _OF_APPS:
            meter.create_observable_gauge(name, [_reader(fleet, read)], description=about)

    def came(self, method: str) -> None:
        """Counts a request that came."""
        self._active.add(1, {"http.request.method": method})

    def went(self, method: str, route: str, status: int, seconds: float) -> None:
        """Measures a request that was answered."""
        self._active.add(-1, {"http.request.method": method})
        about: dict[str, str | int] = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
        }
        self._duration.record(seconds, about)

    @property
    def route(self) -> Route:
        """`GET /metrics`."""

        async def show(_: Request) -> Response:
            return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

        return Route("/metrics", show, methods=["GET"])


_OF_APPS: tuple[tuple[str, str, Callable[[Status], int]], ...] = (
    ("adkconf.app.generation", "The generation that answers; 0: none.", lambda s: s.generation),
    ("adkconf.app.reloads", "Edits taken over.", lambda s: s.reloads),
    ("adkconf.app.rejections", "Edits refused.", lambda s: s.rejections),
    ("adkconf.app.broken", "1 while the files are broken.", lambda s: int(s.rejection is not None)),
    ("adkconf.app.requests", "Requests and runs under way.", lambda s: s.in_flight),
)


def _reader(
    fleet: Fleet, read: Callable[[Status], int]
) -> Callable[[CallbackOptions], Iterator[Observation]]:
    def observe(_: CallbackOptions) -> Iterator[Observation]:
        for member in fleet.members:
            about = {"app": member.name or member.label}
            yield Observation(read(member.live.status()), about)

    return observe
