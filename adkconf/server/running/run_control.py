"""What may be done with a run that goes on: see it, hear it again, cancel it."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adkconf.server.pin import runner_of
from adkconf.server.problems import Problem
from adkconf.server.running.active_runs import ActiveRun, ActiveRuns, Place
from adkconf.server.running.run_stream import stream_response
from adkconf.server.wire import path_id

_RUNS = "/apps/{app_name}/users/{user_id}/sessions/{session_id}/runs"


def runs_of(request: Request) -> ActiveRuns:
    """The server's runs."""
    runs: ActiveRuns = request.app.state.runs
    return runs


async def list_runs(request: Request) -> Response:
    """Answers with the runs of a session that go on now, the oldest first."""
    found = [
        {"id": run.id, "startedAt": run.started_at, "streaming": run.frames is not None}
        for run in runs_of(request).at(_place(request))
    ]
    return Response(json.dumps(found), media_type="application/json")


async def listen(request: Request) -> Response:
    """Streams a run, from the frame after `Last-Event-ID` on; without it from the start."""
    run = _run(request, _place(request), request.path_params["run_id"])
    return _from(run, request.headers.get("last-event-id", f"{run.id}.0"))


async def cancel(request: Request) -> Response:
    """Ends a run; what it stored stays."""
    run = _run(request, _place(request), request.path_params["run_id"])
    await run.cancel()
    return Response(
        json.dumps({"id": run.id, "cancelled": run.work.cancelled()}), media_type="application/json"
    )


def listen_again(request: Request, place: Place) -> Response:
    """Goes on with the stream whose frame is in `Last-Event-ID`.

    Raises:
        Problem: 410, the server does not have it any more; 421, another worker may have it.
    """
    last = request.headers["last-event-id"]
    return _from(_run(request, place, last.partition(".")[0]), last)


def _from(run: ActiveRun[None], last: str) -> Response:
    number = last.removeprefix(f"{run.id}.")
    if run.frames is None or not number.isdecimal() or not run.frames.reaches(int(number)):
        raise _gone()
    return stream_response(run, int(number), last=False)


def _run(request: Request, place: Place, run_id: str) -> ActiveRun[None]:
    run = runs_of(request).find(place, run_id)
    if run is None:
        raise _elsewhere() if runs_of(request).is_elsewhere(run_id) else _gone()
    return run


def _gone() -> Problem:
    return Problem(410, "no such run goes on here; the session has what it stored")


def _elsewhere() -> Problem:
    detail = "this run is another worker's: try again over a new connection, which may reach it"
    return Problem(421, detail, {"Connection": "close"})


def _place(request: Request) -> Place:
    app_name = runner_of(request).app_name
    return Place(app_name, path_id(request, "user_id"), path_id(request, "session_id"))


ROUTES = [
    Route(_RUNS, list_runs, methods=["GET"]),
    Route(f"{_RUNS}/{{run_id}}", listen, methods=["GET"]),
    Route(f"{_RUNS}/{{run_id}}/cancel", cancel, methods=["POST"]),
]
