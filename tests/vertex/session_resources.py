"""Agent Engine's sessions."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from tests.vertex.vertex_server import (
    Call,
    Json,
    Refused,
    VertexServer,
    known_fields,
    now,
    public,
    struct,
)

_ENGINE = r"reasoningEngines/(?P<engine>\d+)"
_SESSION = _ENGINE + r"/sessions/(?P<session>[^/:]+)"
_SESSION_FIELDS = "userId sessionState ttl expireTime displayName labels"
_EVENT_FIELDS = (
    "author invocationId timestamp content actions errorCode errorMessage eventMetadata rawEvent"
)
_PART_FIELDS = (
    "text thought thoughtSignature inlineData fileData functionCall functionResponse "
    "executableCode codeExecutionResult videoMetadata"
)


def _create(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    body = known_fields(call.body, _SESSION_FIELDS, "session")
    session_id = call.query.get("sessionId") or server.new_id()
    parent = f"reasoningEngines/{match['engine']}"
    name = f"{parent}/sessions/{session_id}"
    if name in server.stored.sessions:
        raise Refused(409, "ALREADY_EXISTS", f"Session {session_id} already exists.")
    if not body.get("userId"):
        raise Refused(400, "INVALID_ARGUMENT", "user_id is required.")
    session = {"name": name, "createTime": now(), "updateTime": now(), **body}
    session["sessionState"] = {}
    server.stored.sessions[name] = session
    server.stored.events[name] = []
    _change(server, session, body.get("sessionState", {}))
    return server.operation(parent, {"name": public(name), "userId": body["userId"]})


def _change(server: VertexServer, session: Json, delta: Json) -> None:
    """State of app and user is shared by the sessions of the engine."""
    for key, value in struct(delta).items():
        _scope(server, session, key)[key] = value
    session["updateTime"] = now()


def _scope(server: VertexServer, session: Json, key: str) -> Json:
    engine = session["name"].split("/")[1]
    shared = server.stored.shared_state
    if key.startswith("app:"):
        return shared.setdefault((engine,), {})
    if key.startswith("user:"):
        return shared.setdefault((engine, session["userId"]), {})
    return session["sessionState"]


def _shown(server: VertexServer, session: Json) -> Json:
    state = {
        **_scope(server, session, "app:"),
        **_scope(server, session, "user:"),
        **session["sessionState"],
    }
    shown = {**session, "name": public(session["name"])}
    # An empty Struct is left out, as JSON of protobuf does.
    return {**shown, "sessionState": state} if state else _without(shown, "sessionState")


def _without(data: Json, name: str) -> Json:
    return {key: value for key, value in data.items() if key != name}


def _session(server: VertexServer, match: re.Match[str]) -> Json:
    name = f"reasoningEngines/{match['engine']}/sessions/{match['session']}"
    if name not in server.stored.sessions:
        raise Refused(404, "NOT_FOUND", f"Session not found: {public(name)}")
    return server.stored.sessions[name]


def _get(server: VertexServer, match: re.Match[str], _: Call) -> Json:
    return _shown(server, _session(server, match))


def _list(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    prefix = f"reasoningEngines/{match['engine']}/sessions/"
    found = [each for name, each in server.stored.sessions.items() if name.startswith(prefix)]
    if given := call.query.get("filter"):
        user = re.fullmatch(r'(?:user_id|userId)="((?:[^"\\]|\\.)*)"', given)
        if user is None:
            raise Refused(400, "INVALID_ARGUMENT", f"Invalid filter: {given}")
        wanted = re.sub(r"\\(.)", r"\1", user[1])
        found = [each for each in found if each["userId"] == wanted]
    return server.page([_shown(server, each) for each in found], call, "sessions")


def _delete(server: VertexServer, match: re.Match[str], _: Call) -> Json:
    name = _session(server, match)["name"]
    del server.stored.sessions[name], server.stored.events[name]
    return server.operation(f"reasoningEngines/{match['engine']}", {})


def _append(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    session = _session(server, match)
    event = known_fields(call.body, _EVENT_FIELDS, "event")
    for n, part in enumerate(event.get("content", {}).get("parts", [])):
        known_fields(part, _PART_FIELDS, f"event.content.parts[{n}]")
    for name in ("author", "invocationId", "timestamp"):
        if name not in event:
            raise Refused(400, "INVALID_ARGUMENT", f"{name} is required.")
    event_name = f"{public(session['name'])}/events/{server.new_id()}"
    stored: dict[str, Any] = {"name": event_name, **event}
    if "rawEvent" in event:
        stored["rawEvent"] = struct(event["rawEvent"])
    server.stored.events[session["name"]].append(stored)
    _change(server, session, event.get("actions", {}).get("stateDelta") or {})
    return {}


def _events(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    events = server.stored.events[_session(server, match)["name"]]
    if given := call.query.get("filter"):
        since = re.fullmatch(r'timestamp>="([^"]+)"', given)
        if since is None:
            raise Refused(400, "INVALID_ARGUMENT", f"Invalid filter: {given}")
        start = datetime.fromisoformat(since[1])
        events = [event for event in events if _time(event) >= start]
    descending = call.query.get("orderBy") == "timestamp desc"
    events = sorted(events, key=_time, reverse=descending)
    return server.page(events, call, "sessionEvents")


def _time(event: Json) -> datetime:
    return datetime.fromisoformat(event["timestamp"])


SESSION_HANDLERS = [
    ("POST", _ENGINE + "/sessions", _create),
    ("GET", _ENGINE + "/sessions", _list),
    ("GET", _SESSION, _get),
    ("DELETE", _SESSION, _delete),
    ("POST", _SESSION + ":appendEvent", _append),
    ("GET", _SESSION + "/events", _events),
]
