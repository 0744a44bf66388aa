"""Where spans are sent."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from adkconf.errors import InputValidationError, MissingExtraError
from adkconf.plugins import CloudTracePlugin, OpenTelemetryPlugin
from tests.plugins.conftest import agent, started, turn
from tests.telemetry.conftest import Traces


class Collector:
    """A server that takes OTLP over HTTP."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.headers: list[Any] = []
        self.resources: list[Any] = []
        self.measured: list[Any] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.paths.append(self.path)
                collector.headers.append(self.headers)
                if self.path.endswith("/metrics"):
                    measured = ExportMetricsServiceRequest.FromString(body)
                    collector.measured.extend(measured.resource_metrics)
                else:
                    request = ExportTraceServiceRequest.FromString(body)
                    collector.resources.extend(request.resource_spans)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @property
    def names(self) -> list[str]:
        return sorted(
            span.name
            for resource in self.resources
            for scope in resource.scope_spans
            for span in scope.spans
        )

    @property
    def services(self) -> set[str]:
        return {
            attribute.value.string_value
            for resource in self.resources
            for attribute in resource.resource.attributes
            if attribute.key == "service.name"
        }


@pytest.fixture(autouse=True)
def no_provider_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """google-adk's server, which other tests start in this process, sets one and leaves it."""
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


SPANS = ["generate_content replies", "invoke_agent root", "invoke_workflow root"]


async def play(plugin: CloudTracePlugin) -> None:
    async with await started(agent("hi"), plugin) as runner:
        await turn(runner)


async def test_spans_reach_a_collector_with_the_close_at_the_latest(collector: Collector) -> None:
    headers = {"x-token": "t"}
    await play(CloudTracePlugin(collector.url, headers=headers, service_name="mine"))
    assert collector.names == SPANS
    assert set(collector.paths) == {"/v1/traces"}
    assert collector.services == {"mine"}
    assert collector.headers[0]["x-token"] == "t"


async def test_metrics_are_sent_on_request(collector: Collector) -> None:
    await play(CloudTracePlugin(collector.url, metrics=True))
    assert set(collector.paths) == {"/v1/traces", "/v1/metrics"}
    told = {
        metric.name
        for resource in collector.measured
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert "gen_ai.invoke_agent.duration" in told


def test_address_of_traces_alone_is_none_for_metrics() -> None:
    with pytest.raises(InputValidationError, match="has a path, which is for traces"):
        CloudTracePlugin("http://localhost:4318/otlp/traces", metrics=True)


async def test_path_of_an_endpoint_is_kept(collector: Collector) -> None:
    await play(CloudTracePlugin(f"{collector.url}/otlp/traces"))
    assert set(collector.paths) == {"/otlp/traces"}


async def test_environment_says_where_spans_go(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "from-env")
    await play(CloudTracePlugin())
    assert collector.names == SPANS
    assert collector.services == {"from-env"}


async def test_unnamed_program_is_called_adkconf(collector: Collector) -> None:
    await play(CloudTracePlugin(collector.url))
    assert collector.services == {"adkconf"}


async def test_collector_that_is_away_does_not_hurt_the_run(
    monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    await play(CloudTracePlugin("http://127.0.0.1:9"))
    assert "export" in caplog.text.lower()


async def test_console_is_standard_error(capsys: Any) -> None:
    await play(CloudTracePlugin(console=True))
    out, err = capsys.readouterr()
    assert out == ""
    decoder, names = json.JSONDecoder(), []
    while err := err.strip():
        span, end = decoder.raw_decode(err)
        names.append(span["name"])
        err = err[end:]
    assert sorted(names) == SPANS


@pytest.mark.parametrize(("value", "written"), [("none", False), ("console", True)])
async def test_exporter_is_chosen_by_the_environment(
    value: str, written: bool, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", value)
    await play(CloudTracePlugin())
    assert bool(capsys.readouterr().err) is written


async def test_tracer_provider_of_the_program_is_used_and_left_open(
    traces: Traces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", traces.provider)
    plugin = CloudTracePlugin()
    await play(plugin)
    await play(plugin)
    assert len(traces.spans) == 6


def test_unknown_exporter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    with pytest.raises(InputValidationError, match="'zipkin' is not known here; use otlp"):
        CloudTracePlugin()


@pytest.mark.parametrize("endpoint", ["localhost:4318", "grpc://host", "", "http://"])
def test_endpoint_that_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(InputValidationError, match="is no HTTP address"):
        CloudTracePlugin(endpoint)


@pytest.mark.parametrize(
    ("missing", "package"),
    [
        pytest.param("opentelemetry", "opentelemetry-sdk", marks=pytest.mark.long),
        ("opentelemetry.sdk", "opentelemetry-sdk"),
        pytest.param(
            "opentelemetry.exporter",
            "opentelemetry-exporter-otlp-proto-http",
            marks=pytest.mark.long,
        ),
    ],
)
def test_missing_package_is_named_with_the_extra(missing: str, package: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from adkconf.plugins import CloudTracePlugin\n"
        "try: CloudTracePlugin('http://localhost:4318')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    told = output_of(code)
    assert told.startswith(MissingExtraError.__name__)
    assert f"{package!r}, which is not installed; run: pip install 'adkconf[otel]'" in told


def test_both_names_are_one_class() -> None:
    assert OpenTelemetryPlugin is CloudTracePlugin


def test_nothing_of_opentelemetry_is_imported_without_the_plugin() -> None:
    code = (
        "import sys; import adkconf.runners, adkconf.plugins.cloud_trace_plugin;"
        "print([m for m in sys.modules if m.startswith('opentelemetry')])"
    )
    assert output_of(code) == "[]"


def output_of(code: str) -> str:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()
