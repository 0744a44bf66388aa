"""google-adk's JSON: camelCase out, camelCase or snake_case in, unknown request fields ignored."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

import pydantic_core
from pydantic import BaseModel, ConfigDict, RootModel, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from adkconf.events.event import Event
from adkconf.models.genai_types import types
from adkconf.server.access.client_state import check_state
from adkconf.server.access.tenants import check_user
from adkconf.server.problems import Problem
from adkconf.sessions.session import Session

# google-adk marks events with keys of this prefix in databases that both may use; no client
# may set or see them.
_PRIVATE_METADATA = "__adk_internal_"
RESTORED_EVENT_KEY = f"{_PRIVATE_METADATA}restored_event"
# The subject of whoever answered a question to a person: who approved what.
ACTOR_KEY = f"{_PRIVATE_METADATA}actor"

# Calls by which the runtime asks a person: whoever forged one could approve in their name.
RESERVED_CALLS = frozenset(
    {"adk_request_credential", "adk_request_confirmation", "adk_request_input"}
)

# Columns of the session tables hold 128 characters, and no database holds a NUL.
_ID = r"^[^\x00-\x1f\x7f]{1,128}$"
# With a slash a session could be created, but never be asked for in a path.
_NEW_SESSION_ID = r"^[^/\x00-\x1f\x7f]{0,128}$"

_PERHAPS_NOT_FINITE = re.compile(rb"NaN|Infinity|[0-9][eE]\+?[0-9]|[0-9]{300}")

Id = Annotated[str, StringConstraints(pattern=_ID)]


class RequestModel(BaseModel):
    """A request body."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class RunRequest(RequestModel):
    """The body of `/run` and `/run_sse`.

    `function_call_event_id`, when given, keeps an event with content and artifacts in one piece.
    `run_config` has fields of RunConfig for this run, as far as `run.per_request` allows.
    """

    app_name: str | None = None
    user_id: Id
    session_id: Id
    new_message: types.Content | None = None
    streaming: bool | None = None
    state_delta: dict[str, Any] | None = None
    function_call_event_id: str | None = None
    invocation_id: str | None = None
    custom_metadata: dict[str, Any] | None = None
    service_tier: str | None = None
    run_config: dict[str, Any] | None = None


class CreateSessionRequest(RequestModel):
    """The body of session creation; all of it optional."""

    session_id: Annotated[str, StringConstraints(pattern=_NEW_SESSION_ID)] | None = None
    state: dict[str, Any] | None = None
    events: list[Event] | None = None
    options: dict[str, Any] | None = None


class State(RootModel[dict[str, Any]]):
    """A body that is nothing but state."""


class UpdateSessionRequest(RequestModel):
    """A change of session state without a run."""

    state_delta: dict[str, Any]


class RewindRequest(RequestModel):
    """The run to undo, with all after it."""

    invocation_id: str


class SaveArtifactRequest(RequestModel):
    """A new version of an artifact."""

    filename: str
    artifact: types.Part
    custom_metadata: dict[str, Any] | None = None


class UpdateMemoryRequest(RequestModel):
    """A session that goes into the memory."""

    session_id: Id


_Model = TypeVar("_Model", bound=BaseModel)


async def read_body(request: Request, model: type[_Model]) -> _Model:
    """Reads and checks the body.

    Raises:
        Problem: 422 with the faults; 403, it is in the name of another user, or has state that is
            not for clients.
    """
    body = await request.body()
    if not body:
        raise Problem(422, [_fault("missing", "Field required", None)])
    try:
        checked = model.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise Problem(422, [located(fault, "body") for fault in faults]) from error
    except (AttributeError, TypeError) as error:  # google-genai's enums take any value for a text
        message = "a field for text has a value of another kind"
        raise Problem(422, [_fault("string_type", message, None)]) from error
    refuse_what_is_not_finite(body)
    _check_claims(request, checked)
    return checked


def _check_claims(request: Request, body: BaseModel) -> None:
    """Checks what only some callers may say, in whichever body they say it."""
    match body:
        case RunRequest():
            check_user(request, body.user_id)
            check_state(request, body.state_delta or ())
        case CreateSessionRequest():
            check_state(request, body.state or ())
        case UpdateSessionRequest():
            check_state(request, body.state_delta)
        case State():
            check_state(request, body.root)


def path_id(request: Request, name: str) -> str:
    """Returns an id that is part of the path.

    Raises:
        Problem: 422, no stored id looks like this.
    """
    value: str = request.path_params[name]
    if re.fullmatch(_ID, value) is None:
        message = "must be 1 to 128 characters, none of them a control character"
        fault = {"type": "string_pattern_mismatch", "loc": ["path", name], "msg": message}
        raise Problem(422, [{**fault, "input": value}])
    return value


def refuse_what_is_not_finite(body: bytes) -> None:
    """Refuses `NaN`, `Infinity` and `1e999`: no store and no client could read them again."""
    if _PERHAPS_NOT_FINITE.search(body) is None:
        return
    try:
        json.loads(body, parse_float=_finite, parse_constant=_finite)
    except ValueError as error:
        raise Problem(422, [_fault("finite_number", str(error), {})]) from error


def _finite(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        raise ValueError(f"Input should be a finite number, not {written[:20]}")
    return value


def located(fault: Any, *place: str) -> dict[str, Any]:
    """Returns a fault of pydantic's, which lies below `place`, as clients are told of it."""
    # What does not parse is not echoed: it may be large, or anything.
    given = {} if fault["type"] == "json_invalid" else fault["input"]
    echoed = pydantic_core.to_jsonable_python(given, fallback=str)
    return {
        "type": fault["type"],
        "loc": [*place, *fault["loc"]],
        "msg": fault["msg"],
        "input": echoed,
    }


def _fault(kind: str, message: str, given: Any) -> dict[str, Any]:
    return {"type": kind, "loc": ["body"], "msg": message, "input": given}


def event_json(event: Event) -> str:
    """Writes an event as its clients may see it."""
    return _json(_public(event))


def events_response(events: Iterable[Event]) -> Response:
    """Answers with a list of events."""
    return _list(event_json(event) for event in events)


def session_response(session: Session) -> Response:
    """Answers with a session."""
    return model_response(_public_session(session))


def sessions_response(sessions: Iterable[Session]) -> Response:
    """Answers with a list of sessions."""
    return models_response(_public_session(session) for session in sessions)


def model_response(model: BaseModel) -> Response:
    """Answers with a model that has nothing to hide."""
    return Response(_json(model), media_type="application/json")


def models_response(models: Iterable[BaseModel]) -> Response:
    """Answers with a list of them."""
    return _list(_json(model) for model in models)


def public_metadata(metadata: dict[str, Any] | None) -> dict[str, Any] | None:
    """Returns metadata without the keys that are not for clients; None if nothing is left."""
    if not metadata:
        return metadata
    return {k: v for k, v in metadata.items() if not k.startswith(_PRIVATE_METADATA)} or None


def _public(event: Event) -> Event:
    public = public_metadata(event.custom_metadata)
    if public == event.custom_metadata:
        return event
    return event.model_copy(update={"custom_metadata": public})


def _public_session(session: Session) -> Session:
    return session.model_copy(update={"events": [_public(event) for event in session.events]})


def _json(model: BaseModel) -> str:
    return model.model_dump_json(by_alias=True, exclude_none=True)


def _list(items: Iterable[str]) -> Response:
    return Response(f"[{','.join(items)}]", media_type="application/json")
