"""The configuration of a run: what the app says, with what its request asks for."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic.alias_generators import to_snake

from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.launch.generation import Built
from adkconf.server.problems import Problem
from adkconf.server.wire import RunRequest, located, public_metadata

# Requests have fields of their own for these.
_ELSEWHERE = {"streaming_mode": "streaming", "custom_metadata": "customMetadata"}


def options_of(built: Built, body: RunRequest, *, streams: bool) -> RunConfig:
    """Returns the configuration of a run.

    Raises:
        Problem: 422, a field of the request does not fit; 403, it is not for clients to set.
    """
    default = built.run_config
    asked = _asked(body)
    if "max_llm_calls" in asked:
        asked["max_llm_calls"] = _tighter(asked["max_llm_calls"], default.max_llm_calls)
    if "timeout_seconds" in asked:
        asked["timeout_seconds"] = _tighter(asked["timeout_seconds"], default.timeout_seconds)
    for name in asked:
        if name not in built.request_options:
            raise Problem(403, f"requests may not set {name!r}; see run.per_request of the app")
    metadata = {**(default.custom_metadata or {}), **(public_metadata(body.custom_metadata) or {})}
    changes = {
        "streaming_mode": _mode(default, body) if streams else StreamingMode.NONE,
        "custom_metadata": metadata or None,
    }
    if not asked:
        return default.model_copy(update=changes)
    return _checked({**default.model_dump(exclude_unset=True), **asked, **changes})


def _asked(body: RunRequest) -> dict[str, Any]:
    asked = {to_snake(name): value for name, value in (body.run_config or {}).items()}
    if body.service_tier is not None:
        asked.setdefault("service_tier", body.service_tier)
    for name, field in _ELSEWHERE.items():
        if name in asked:
            raise _fault(name, f"use the field {field!r} of the request")
    return asked


def _mode(default: RunConfig, body: RunRequest) -> StreamingMode:
    if body.streaming is None:
        return default.streaming_mode
    return StreamingMode.SSE if body.streaming else StreamingMode.NONE


def _tighter(asked: Any, cap: float | None) -> Any:
    """Returns the smaller of two caps; what is no number is refused later."""
    if cap is None or cap <= 0 or isinstance(asked, bool):
        return asked
    if asked is None or (isinstance(asked, (int, float)) and not 0 < asked <= cap):
        return cap
    return asked


def _checked(fields: dict[str, Any]) -> RunConfig:
    try:
        return RunConfig.model_validate(fields)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise Problem(422, [located(fault, "body", "runConfig") for fault in faults]) from error


def _fault(name: str, message: str) -> Problem:
    place = ["body", "runConfig", name]
    return Problem(422, [{"type": "value_error", "loc": place, "msg": message, "input": None}])
