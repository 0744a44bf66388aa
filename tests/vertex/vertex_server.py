"""A local server that speaks Vertex AI's REST API: its manners here, the resources beside it.

It wants credentials, answers lists in pages, long-running operations only at the second look,
errors in Google's format, and refuses fields that it does not know.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]

API_KEY = "canary-express-key"
TOKEN = "canary-access-token"
PROJECT = "test-project"
PROJECT_NUMBER = "projects/123456"
LOCATION = "us-central1"
# Fields whose keys are the caller's.
_DATA = frozenset(
    {
        "args",
        "artifactDelta",
        "customMetadata",
        "labels",
        "metadata",
        "rawEvent",
        "requestedAuthConfigs",
        "response",
        "revisionLabels",
        "scope",
        "sessionState",
        "stateDelta",
    }
)
HOME = f"projects/{PROJECT}/locations/{LOCATION}"


class Refused(Exception):
    """Answers with an error; the numbers of LRO errors are gRPC's."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name

    @property
    def body(self) -> Json:
        return {"error": {"code": self.status, "message": str(self), "status": self.name}}


@dataclass
class Fault:
    """What the server does instead of answering, `times` times, to requests that match.

    With `late` it carries the request out first. Without `retry_after` there is no such header.
    """

    match: str
    status: int
    times: int = 1
    late: bool = False
    message: str = "injected"
    retry_after: str | None = "0"


@dataclass(frozen=True)
class Call:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


Handler = Callable[["VertexServer", re.Match[str], Call], Json]


@dataclass
class Resources:
    """What is stored, by name without project and location."""

    sessions: dict[str, Json] = field(default_factory=dict)
    events: dict[str, list[Json]] = field(default_factory=dict)
    shared_state: dict[tuple[str, ...], Json] = field(default_factory=dict)
    memories: dict[str, Json] = field(default_factory=dict)
    streams: dict[str, list[Json]] = field(default_factory=dict)
    profiles: dict[str, Json] = field(default_factory=dict)
    rag_files: dict[str, Json] = field(default_factory=dict)
    uploads: dict[str, Json] = field(default_factory=dict)
    operations: dict[str, tuple[int, Json]] = field(default_factory=dict)


class VertexServer:
    """`calls` are the requests so far. `page_cap` is the most that a page has."""

    def __init__(self, handlers: list[tuple[str, str, Handler]]) -> None:
        self._handlers = handlers
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        methods = ["GET", "POST", "DELETE"]
        app = Starlette(
            routes=[
                Route("/token", self._token, methods=["POST"]),
                Route("/{path:path}", self._respond, methods=methods),
            ]
        )
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self.reset()

    def reset(self) -> None:
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.page_cap = 100
        # Addresses for uploads have the name of Google's own server.
        self.upload_host = "https://aiplatform.googleapis.com"
        self.tokens_given = 0
        self.refuse_tokens = False
        self.stored = Resources()
        self._made = 1000

    @contextmanager
    def running(self) -> Iterator[VertexServer]:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.005)
        try:
            yield self
        finally:
            self._server.should_exit = True
            self._thread.join(10)
            self._socket.close()

    def new_id(self) -> str:
        self._made += 1
        return str(self._made)

    def operation(self, parent: str, response: Json) -> Json:
        """Begins something long: it is done when it is looked at the second time."""
        name = f"{parent}/operations/{self.new_id()}"
        self.stored.operations[name] = (0, response)
        return {"name": public(name)}

    def page(self, items: list[Json], call: Call, key: str) -> Json:
        size = min(int(call.query.get("pageSize") or 100), self.page_cap)
        start = int(call.query.get("pageToken") or 0)
        page: Json = {key: items[start : start + size]} if items[start:] else {}
        if start + size < len(items):
            page["nextPageToken"] = str(start + size)
        return page

    async def _token(self, request: Request) -> Response:
        """OAuth's token endpoint of service accounts."""
        form = (await request.body()).decode()
        if self.refuse_tokens or "jwt-bearer" not in form or "assertion=" not in form:
            return JSONResponse({"error": "invalid_grant", "error_description": form[:80]}, 400)
        self.tokens_given += 1
        return JSONResponse({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})

    async def _respond(self, request: Request) -> Response:
        raw = await request.body()
        # Of an upload that was begun, the body is the file whatever its type says.
        is_json = "upload_id" not in request.query_params
        call = Call(
            request.method,
            request.url.path,
            dict(request.query_params),
            dict(request.headers),
            (json.loads(raw) if raw else None) if is_json else raw,
        )
        self.calls.append(call)
        fault = self._fault(call)
        try:
            if fault is not None and not fault.late:
                raise Refused(fault.status, "INJECTED", fault.message)
            answer = self._answer(call)
            if fault is not None:
                raise Refused(fault.status, "INJECTED", fault.message)
        except Refused as refused:
            wait = fault.retry_after if fault else None
            headers = {"Retry-After": wait} if wait else None
            return JSONResponse(refused.body, refused.status, headers=headers)
        headers = answer.pop("_headers", None)
        return JSONResponse(answer, headers=headers)

    def _fault(self, call: Call) -> Fault | None:
        for fault in self.faults:
            if fault.times and re.search(fault.match, f"{call.method} {call.path}"):
                fault.times -= 1
                return fault
        return None

    def _answer(self, call: Call) -> Json:
        name = self._admit(call)
        if name in self.stored.operations:
            return self._look(name)
        for method, pattern, handler in self._handlers:
            match = re.fullmatch(pattern, name)
            if match and method == call.method:
                return handler(self, match, call)
        raise Refused(404, "NOT_FOUND", f"The requested URL {call.path} was not found.")

    def _admit(self, call: Call) -> str:
        """Returns the resource without version and project; refuses who may not ask."""
        path = re.sub(r"^/(upload/)?v1beta1/", "", call.path)
        with_project = re.match(rf"({HOME}|{PROJECT_NUMBER}/locations/{LOCATION})(/|(?=:))", path)
        if call.headers.get("x-goog-api-key") == API_KEY and "authorization" not in call.headers:
            return path[with_project.end() :] if with_project else path
        if call.query.get("upload_id") in self.stored.uploads and with_project:
            return path[with_project.end() :]
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            raise Refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if with_project is None:
            raise Refused(403, "PERMISSION_DENIED", f"Permission denied on resource {path}.")
        return path[with_project.end() :]

    def _look(self, name: str) -> Json:
        looks, response = self.stored.operations[name]
        self.stored.operations[name] = (looks + 1, response)
        if looks == 0:
            return {"name": public(name)}
        result = {"error": response["error"]} if "error" in response else {"response": response}
        return {"name": public(name), "done": True, **result}


def public(name: str) -> str:
    """Names go out with the project's number, not with its id."""
    return f"{PROJECT_NUMBER}/locations/{LOCATION}/{name}"


def local(name: str) -> str:
    """The name without project and location."""
    return re.sub(r"^projects/[^/]+/locations/[^/]+/", "", name)


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def struct(value: Any) -> Any:
    """What comes back of data that went through a protobuf Struct: all numbers are doubles."""

    def number(text: str) -> float | int:
        double = float(text)
        return int(double) if double.is_integer() else double

    return json.loads(json.dumps(value), parse_int=number, parse_float=number)


def known_fields(body: Json, names: str, where: str) -> Json:
    """Returns a message in the API's own names; refuses fields that it does not have."""
    message = _in_camel_case(body)
    for name in message:
        if name not in names.split():
            raise Refused(
                400,
                "INVALID_ARGUMENT",
                f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}'",
            )
    return message


def _in_camel_case(value: Any) -> Any:
    """JSON of protobuf may have fields in snake case too; keys of data stay as they are."""
    if isinstance(value, list):
        return [_in_camel_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    fields = {re.sub(r"_([a-z])", lambda m: m[1].upper(), key): key for key in value}
    return {
        name: value[key] if name in _DATA else _in_camel_case(value[key])
        for name, key in fields.items()
    }
