"""What google-adk's dev UI asks for besides its HTTP API; there only where the dev page is.

Its files are google-adk's. Whoever serves them below `/dev-ui/` of the same origin has it talk to
this server. What adkconf does not have is answered as empty: evaluations, the agent builder, and
consent to telemetry, as nothing is sent anywhere.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adkconf.errors import SessionNotFoundError
from adkconf.events.event import Event
from adkconf.server.dev.dev_app_tree import agent_tree
from adkconf.server.dev.dev_traces import recorder_of
from adkconf.server.pin import generation_of, runner_of
from adkconf.server.problems import Problem
from adkconf.server.routes.sessions import load_session
from adkconf.server.wire import path_id

_TRUE = frozenset({"1", "true", "on", "yes"})
# Forms of other sites cannot send it.
_CONSENT_HEADER = "x-adk-telemetry-request"


async def app_tree(request: Request) -> Response:
    """Answers with the app's agents and workflows; from now on its runs are recorded."""
    recorder_of(request)
    runner = runner_of(request)
    return JSONResponse({"name": runner.app_name, "root_agent": agent_tree(runner.agent)})


async def graphs(request: Request) -> Response:
    """Answers with graphs of the app, by the path of the workflow; with `?node=`, of one alone."""
    dots = await _dots(request)
    wanted = request.query_params.get("node", "").strip("/")
    if wanted:
        # The way to a workflow may begin with the agents above it.
        path = next((one for one in dots if one and f"/{wanted}".endswith(f"/{one}")), None)
        if path is None:
            raise Problem(404, f"Node not found: {wanted}")
        dots = {
            wanted + one.removeprefix(path): dot
            for one, dot in dots.items()
            if f"{one}/".startswith(f"{path}/")
        }
    return JSONResponse({path: {"dotSrc": dot} for path, dot in dots.items()})


async def app_graph(request: Request) -> Response:
    """Answers with the graph of the app."""
    return JSONResponse({"dotSrc": (await _dots(request))[""]})


async def event_graph(request: Request) -> Response:
    """Answers with the graph of the app, with what an event speaks of highlighted."""
    try:
        session = await load_session(request, path_id(request, "session_id"))
    except SessionNotFoundError:
        return JSONResponse({})
    event_id = request.path_params["event_id"]
    event = next((event for event in session.events if event.id == event_id), None)
    if event is None:
        return JSONResponse({})
    return JSONResponse({"dotSrc": (await _dots(request, *_named(event)))[""]})


async def session_trace(request: Request) -> Response:
    """Answers with the spans of the runs of a session, as far as they are kept."""
    recorder = recorder_of(request)
    if recorder is None:
        return JSONResponse([])
    # Where there is a recorder, there is the extra.
    from adkconf.telemetry.span_json import span_json

    spans = recorder.of_session(path_id(request, "session_id"))
    return JSONResponse([span_json(span) for span in spans])


async def event_trace(request: Request) -> Response:
    """Answers with the attributes of the model call or the tool call that an event came of."""
    recorder = recorder_of(request)
    if recorder is not None:
        # Where there is a recorder, there is the extra.
        from adkconf.telemetry.span_json import event_attributes

        found = event_attributes(recorder.all(), request.path_params["event_id"])
        if found is not None:
            return JSONResponse(found)
    raise Problem(404, "Trace not found")


async def builder(_: Request) -> Response:
    """Answers that the agent builder cannot edit the app."""
    return PlainTextResponse("")


async def no_list(_: Request) -> Response:
    """Answers with an empty list."""
    return JSONResponse([])


async def no_eval_sets(_: Request) -> Response:
    """Answers with no sets of evaluations."""
    return JSONResponse({"evalSetIds": []})


async def no_eval_results(_: Request) -> Response:
    """Answers with no results of evaluations."""
    return JSONResponse({"evalResultIds": []})


async def no_metrics(_: Request) -> Response:
    """Answers with no metrics of evaluations."""
    return JSONResponse({"metricsInfo": []})


async def telemetry(request: Request) -> Response:
    """Answers that there is no consent to telemetry, whatever is chosen: nothing asks for it."""
    if request.method == "POST" and request.headers.get(_CONSENT_HEADER) != "true":
        raise Problem(400, f"the header {_CONSENT_HEADER}: true is missing")
    return JSONResponse({"telemetry": False})


async def runtime_config(_: Request) -> Response:
    """Answers where the UI finds its server: where it comes from."""
    return JSONResponse({"backendUrl": "", "telemetry": False})


async def logo(_: Request) -> Response:
    """Answers that the UI has its own logo."""
    return JSONResponse({"logo_text": None, "logo_image_url": None})


async def _dots(request: Request, *lit: str) -> dict[str, str]:
    loaded = generation_of(request).built.loaded
    if loaded is None or loaded.spec is None:
        raise Problem(404, "this app was not read from a file")
    # Few servers ever draw: these would make each start slower.
    from adkconf.inspection.graph import draw
    from adkconf.inspection.graph_dot import DARK, LIGHT, write_dots

    palette = DARK if request.query_params.get("dark_mode", "").lower() in _TRUE else LIGHT
    drawn = await asyncio.to_thread(draw, loaded.spec)
    return write_dots(drawn, palette, lit)


def _named(event: Event) -> list[str]:
    called = [call.name for call in event.get_function_calls()]
    answered = [response.name for response in event.get_function_responses()]
    return [event.author, *filter(None, called + answered)]


_APP = "/dev/apps/{app_name}"
_EVENT = f"{_APP}/users/{{user_id}}/sessions/{{session_id}}/events/{{event_id}}"

ROUTES = [
    Route(f"{_APP}/build_graph", app_tree, methods=["GET"]),
    Route(f"{_APP}/build_graph_image", graphs, methods=["GET"]),
    Route(f"{_APP}/graph", app_graph, methods=["GET"]),
    Route(f"{_EVENT}/graph", event_graph, methods=["GET"]),
    Route(f"{_APP}/debug/trace/session/{{session_id}}", session_trace, methods=["GET"]),
    Route(f"{_APP}/debug/trace/{{event_id}}", event_trace, methods=["GET"]),
    Route(f"{_APP}/builder", builder, methods=["GET"]),
    Route(f"{_APP}/tests", no_list, methods=["GET"]),
    Route(f"{_APP}/eval_sets", no_list, methods=["GET"]),
    Route(f"{_APP}/eval_results", no_list, methods=["GET"]),
    Route(f"{_APP}/eval-sets", no_eval_sets, methods=["GET"]),
    Route(f"{_APP}/eval-results", no_eval_results, methods=["GET"]),
    Route(f"{_APP}/metrics-info", no_metrics, methods=["GET"]),
    Route("/config/telemetry", telemetry, methods=["GET", "POST"]),
    Route("/dev-ui/assets/config/runtime-config.json", runtime_config, methods=["GET"]),
    Route("/dev-ui/config", logo, methods=["GET"]),
]
