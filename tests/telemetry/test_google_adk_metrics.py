"""The same scenario measures the same as in google-adk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import metrics
from opentelemetry.metrics import _internal
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.util._once import Once

from adkconf.agents import LlmAgent
from adkconf.models import Echo
from adkconf.runners import InMemoryRunner
from tests.conformance.engines import Engine
from tests.telemetry.conftest import Traces
from tests.telemetry.test_google_adk_spans import play

pytestmark = pytest.mark.filterwarnings("ignore")

SAME = [
    "one_tool",
    "parallel_tools",
    "failing_tool",
    "failing_model_then_again",
    "sequence_hands_state_on",
    "agent_as_a_tool",
    "nested",
    "models_in_a_row",
    "a_failure_stops_the_others",
]


class Measures:
    """What a meter provider was told since it was last asked."""

    def __init__(self) -> None:
        self.reader = InMemoryMetricReader()
        self.provider = MeterProvider([self.reader])
        self._before: dict[Any, Any] = {}

    def taken(self) -> dict[Any, tuple[int, float]]:
        """How often each series was recorded, and the sum of those that are no durations."""
        data = self.reader.get_metrics_data()
        now: dict[Any, tuple[int, float]] = {}
        for resource in data.resource_metrics if data else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.data.data_points:
                        # google-adk takes models that it does not know for Google's.
                        told = dict(point.attributes) | {"gen_ai.provider.name": "…"}
                        bounds = [round(bound, 3) for bound in point.explicit_bounds]
                        key = (metric.name, metric.unit, str(sorted(told.items())), str(bounds))
                        now[key] = (point.count, 0 if metric.unit == "s" else point.sum)
        before, self._before = self._before, now
        new = {
            key: (count - before.get(key, (0, 0))[0], total - before.get(key, (0, 0))[1])
            for key, (count, total) in now.items()
        }
        return {key: value for key, value in new.items() if value[0]}


@pytest.fixture(scope="module")
def theirs() -> Iterator[Measures]:
    """google-adk takes its meter from the whole process, once."""
    measures = Measures()
    assert _internal._METER_PROVIDER is None, "another test has left a meter provider"
    metrics.set_meter_provider(measures.provider)
    yield measures
    _internal._METER_PROVIDER, _internal._METER_PROVIDER_SET_ONCE = None, Once()


@pytest.mark.parametrize("name", SAME)
async def test_metrics_agree(name: str, traces: Traces, theirs: Measures) -> None:
    theirs.taken()
    await play(Engine("google.adk"), name)
    expected = theirs.taken()
    ours = Measures()
    await play(Engine("adkconf"), name, traces.plugin(meter_provider=ours.provider))
    assert ours.taken() == expected
    assert expected


async def test_tokens_are_counted_by_their_kind(traces: Traces) -> None:
    ours = Measures()
    runner = InMemoryRunner(
        agent=LlmAgent(name="root", model=Echo()),
        plugins=[traces.plugin(meter_provider=ours.provider)],
    )
    (event,) = await runner.run_debug("one two three", quiet=True)
    used = {
        kind: total
        for (name, unit, told, _), (_, total) in ours.taken().items()
        for kind in ("input", "output")
        if (name, unit) == ("gen_ai.client.token.usage", "{token}") and repr(kind) in told
    }
    usage = event.usage_metadata
    assert usage is not None
    assert used == {"input": usage.prompt_token_count, "output": usage.candidates_token_count}
