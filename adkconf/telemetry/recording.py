"""Has the runs of an app recorded."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.trace import TracerProvider

from adkconf.plugins.cloud_trace_plugin import CloudTracePlugin
from adkconf.plugins.plugin_manager import PluginManager
from adkconf.telemetry.span_recorder import SpanRecorder


def record_plugins(plugins: PluginManager, recorder: SpanRecorder) -> None:
    """Has the spans of a runner's runs recorded, with what is said in them.

    Where the app has a CloudTracePlugin its spans are recorded as it makes them: two that make
    spans would each take the other's for their parents.
    """
    tracing = next((one for one in plugins.plugins if isinstance(one, CloudTracePlugin)), None)
    if tracing is None:
        tracing = CloudTracePlugin(
            tracer_provider=TracerProvider(shutdown_on_exit=False),
            meter_provider=NoOpMeterProvider(),
            capture_content=True,
            name="adkconf_recorder",
        )
        plugins.register_plugin(tracing, first=True)
    if isinstance(tracing.tracer_provider, TracerProvider):
        recorder.follow(tracing.tracer_provider)


def record_program(recorder: SpanRecorder) -> None:
    """Has all spans recorded that go to the program's own tracer provider.

    google-adk's do; it is made if there is none.
    """
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        recorder.follow(provider)
