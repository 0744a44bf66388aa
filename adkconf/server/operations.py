"""What the routes of the HTTP API take and answer, for their description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.genai import types
from pydantic import BaseModel

from adkconf.artifacts.artifact_version import ArtifactVersion
from adkconf.events.event import Event
from adkconf.server.dev import dev_page
from adkconf.server.routes import apps, artifact_contents, artifacts, health, memory, sessions
from adkconf.server.running import rewind, run_control, runs
from adkconf.server.wire import (
    CreateSessionRequest,
    RewindRequest,
    RunRequest,
    SaveArtifactRequest,
    State,
    UpdateMemoryRequest,
    UpdateSessionRequest,
)
from adkconf.sessions.session import Session

Schema = dict[str, Any]
Content = Mapping[str, type[BaseModel] | Schema]

_JSON = "application/json"
_TEXT: Schema = {"type": "string"}
_OBJECT: Schema = {"type": "object"}
_EVENTS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
_SESSIONS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/Session"}}
_VERSION: Schema = {"type": "string", "pattern": "^(latest|[0-9]{1,9})$"}

MODELS: tuple[type[BaseModel], ...] = (
    ArtifactVersion,
    CreateSessionRequest,
    Event,
    RewindRequest,
    RunRequest,
    SaveArtifactRequest,
    Session,
    State,
    UpdateMemoryRequest,
    UpdateSessionRequest,
    types.Part,
)
"""What the description refers to by name."""


@dataclass(frozen=True)
class Operation:
    """Bodies and answers are by their media type: a model, or a schema."""

    answers: Mapping[int, Content]
    body: Content | None = None
    needs_body: bool = True
    query: Mapping[str, Schema] = field(default_factory=dict)


def _json(answer: type[BaseModel] | Schema, **more: Any) -> Operation:
    return Operation({200: {_JSON: answer}}, **more)


def _takes(body: type[BaseModel], *, needed: bool = True) -> Mapping[str, Any]:
    return {"body": {_JSON: body}, "needs_body": needed}


_LIST_OF_TEXTS: Schema = {"type": "array", "items": _TEXT}
_NULL: Schema = {"type": "null"}
# What a frame looks like, no schema language of OpenAPI 3.1 can say.
_STREAM: Content = {"text/event-stream": {"description": "Events, one in each `data`."}}
_BYTES: Content = {"application/octet-stream": {"type": "string", "format": "binary"}}
_ANY_BYTES: Content = {"*/*": {"type": "string", "format": "binary"}}

OPERATIONS: Mapping[Callable[..., Any], Operation] = {
    apps.list_apps: _json(
        {"anyOf": [_LIST_OF_TEXTS, _OBJECT]},
        query={"detailed": {"type": "boolean"}, "relative_path": _TEXT},
    ),
    apps.app_info: _json(_OBJECT),
    artifact_contents.save_content: _json(ArtifactVersion, body=_BYTES, needs_body=False),
    artifact_contents.load_content: Operation({200: _ANY_BYTES, 206: _ANY_BYTES, 416: {}}),
    artifacts.save_artifact: _json(ArtifactVersion, **_takes(SaveArtifactRequest)),
    artifacts.list_artifacts: _json(_LIST_OF_TEXTS),
    artifacts.list_versions_metadata: _json(
        {"type": "array", "items": {"$ref": "#/components/schemas/ArtifactVersion"}}
    ),
    artifacts.get_version_metadata: _json(ArtifactVersion),
    artifacts.load_artifact: _json(types.Part, query={"version": _VERSION}),
    artifacts.list_versions: _json({"type": "array", "items": {"type": "integer"}}),
    artifacts.delete_artifact: _json(_NULL),
    dev_page.graph: Operation({200: {"image/svg+xml": _TEXT}}),
    dev_page.configuration: _json(_OBJECT),
    health.health: _json(_OBJECT),
    health.ready: Operation({200: {_JSON: _OBJECT}, 503: {_JSON: _OBJECT}}),
    health.version: _json(_OBJECT),
    memory.add_session: _json(_NULL, **_takes(UpdateMemoryRequest)),
    rewind.rewind: _json(Session, **_takes(RewindRequest)),
    run_control.list_runs: _json({"type": "array", "items": _OBJECT}),
    run_control.listen: Operation({200: _STREAM}),
    run_control.cancel: _json(_OBJECT),
    runs.run: _json(_EVENTS, **_takes(RunRequest)),
    runs.run_sse: Operation({200: _STREAM}, **_takes(RunRequest)),
    sessions.create_session: _json(Session, **_takes(CreateSessionRequest, needed=False)),
    sessions.list_sessions: _json(
        _SESSIONS,
        query={
            "page_size": {"type": "integer", "minimum": 1, "maximum": sessions.LARGEST_PAGE},
            "page_token": _TEXT,
        },
    ),
    sessions.create_session_with_id: _json(Session, **_takes(State, needed=False)),
    sessions.get_session: _json(Session),
    sessions.update_session: _json(Session, **_takes(UpdateSessionRequest)),
    sessions.delete_session: _json(_NULL),
}
