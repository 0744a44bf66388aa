"""The server as an ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from adkconf.launch.fleet import Fleet
from adkconf.server.access.admission import Admission
from adkconf.server.access.guard import Guard
from adkconf.server.access.tenants import Tenant
from adkconf.server.access.verdict import shows_page
from adkconf.server.dev import dev_page, dev_ui
from adkconf.server.dev.dev_traces import Traces
from adkconf.server.observing.observed import Observed, meter_maker
from adkconf.server.openapi import describe
from adkconf.server.pin import Pin, PinPath
from adkconf.server.problems import HANDLERS
from adkconf.server.routes import apps, artifacts, health, memory, sessions
from adkconf.server.running import live_runs, rewind, run_control, runs
from adkconf.server.running.active_runs import ActiveRuns
from adkconf.server.running.run_slots import RunSlots
from adkconf.server.settings import Settings

# Routes are tried one after the other: what is asked for most comes first.
_ROUTES = [
    *runs.ROUTES,
    *health.ROUTES,
    *apps.ROUTES,
    *sessions.ROUTES,
    *artifacts.ROUTES,
    *memory.ROUTES,
    *run_control.ROUTES,
    *rewind.ROUTES,
    *live_runs.ROUTES,
]

_FOR_DEVELOPERS = [*dev_page.ROUTES, *dev_ui.ROUTES]


def create_app(fleet: Fleet, settings: Settings, admission: Admission | None = None) -> ASGIApp:
    """Puts the apps of a fleet behind google-adk's HTTP API.

    A request passes the guard, then is pinned to a generation, then finds its route. `admission`
    lets in whom `settings` do, and later others.

    Raises:
        ConfigError: signed tokens are wanted and cannot be checked.
        MissingExtraError: metrics are wanted and cannot be had.
    """
    admission = admission or Admission(settings)
    meter = meter_maker()(fleet) if settings.metrics else None
    middleware = []
    if settings.allow_origins:
        origins = Middleware(
            CORSMiddleware,
            allow_origins=settings.allow_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            allow_credentials=True,
        )
        middleware.append(origins)
    routes = [*_routes(settings), *([_pinned(meter.route)] if meter else ())]
    routes.append(_pinned(describe(routes)))
    routed = Starlette(routes=routes, middleware=middleware, exception_handlers=HANDLERS)
    routed.state.runs = ActiveRuns(
        lasting=settings.lasting_runs,
        keep_seconds=settings.resume_seconds,
        worker=settings.worker,
    )
    routed.state.slots = RunSlots(lambda: admission.settings.limits)
    traces = routed.state.traces = Traces()
    paths = {route.endpoint: route.path for route in routes if isinstance(route, Route)}
    return Observed(Guard(Pin(routed, fleet, traces.prepare), admission), paths, meter)


def _routes(settings: Settings) -> list[BaseRoute]:
    """Makes the routes of a server: users are kept apart, and requests for an app pinned to it."""
    routes: list[BaseRoute] = [*_ROUTES, *(_FOR_DEVELOPERS if shows_page(settings) else ())]
    return [_pinned(route) if isinstance(route, Route) else route for route in routes]


def _pinned(route: Route) -> Route:
    middleware = [Middleware(Tenant, path=route.path)]
    if "app_name" in route.param_convertors:
        middleware.append(Middleware(PinPath))
    return Route(route.path, route.endpoint, methods=route.methods, middleware=middleware)
