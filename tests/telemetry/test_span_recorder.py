from __future__ import annotations

import math

from opentelemetry.sdk.trace import TracerProvider

from adkconf.telemetry.span_json import span_json
from adkconf.telemetry.span_recorder import SpanRecorder


def spans_of(recorder: SpanRecorder, *sessions: str, said: str = "") -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    recorder.follow(provider)
    recorder.follow(provider)
    for session in sessions:
        about = {"gen_ai.conversation.id": session, "gen_ai.input.messages": said}
        provider.get_tracer("test").start_span("a run", attributes=about).end()


def test_the_oldest_runs_go_first() -> None:
    recorder = SpanRecorder(runs=2)
    spans_of(recorder, "s1", "s2", "s3")
    assert [len(recorder.of_session(session)) for session in ("s1", "s2", "s3")] == [0, 1, 1]


def test_what_is_said_takes_room() -> None:
    recorder = SpanRecorder(size=5000)
    spans_of(recorder, "s1", "s2", "s3", said="x" * 1800)
    assert [len(recorder.of_session(session)) for session in ("s1", "s2", "s3")] == [0, 1, 1]


def test_a_span_larger_than_the_room_is_left_out() -> None:
    recorder = SpanRecorder(size=5000)
    spans_of(recorder, "s1")
    spans_of(recorder, "s2", said="x" * 6000)
    assert len(recorder.of_session("s1")) == 1
    assert recorder.of_session("s2") == []


def test_spans_of_others_are_told_as_they_are() -> None:
    recorder = SpanRecorder()
    provider = TracerProvider(shutdown_on_exit=False)
    recorder.follow(provider)
    about = {"gen_ai.input.messages": "no JSON", "number": math.inf}
    provider.get_tracer("another").start_span("a call", attributes=about).end()
    (told,) = map(span_json, recorder.all())
    assert told["attributes"] == {**about, "number": "inf"}
    assert told["logs"] == []
