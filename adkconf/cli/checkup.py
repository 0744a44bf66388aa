"""Tries what an app depends on, one thing after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

import click
from google.genai import types

from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.artifacts.object_artifact_service import ObjectArtifactService
from adkconf.builder.assembly import checked_spec
from adkconf.builder.model_access import Model, opened_models
from adkconf.builder.store_access import opened_services
from adkconf.builder.toolset_access import opened_toolsets
from adkconf.cli.loading import load_app
from adkconf.cli.logs import log_in_lines
from adkconf.cli.options import AppSource
from adkconf.cli.service_failure import service_failure
from adkconf.cli.terminal import printable
from adkconf.config.loaded import Loaded
from adkconf.config.spec.component import Family
from adkconf.errors import AdkconfError, ModelError, ServiceError
from adkconf.events.event import as_content
from adkconf.memory.base_memory_service import BaseMemoryService
from adkconf.models.llm_request import LlmRequest
from adkconf.sessions.base_session_service import BaseSessionService
from adkconf.sql.condition import DatabaseCondition, Examinable

_FAMILIES: tuple[Family, ...] = ("session", "artifact", "memory", "credential")
_USER = "adkconf-doctor"
_MODEL_TIMEOUT_SECONDS = 30.0
_SHOWN_TOOLS = 10
_CLOCK_TOLERANCE_SECONDS = 1.0


def check_up(source: AppSource, *, models: bool) -> bool:
    """Prints a line for each service, model and set of tools; tells whether all of them work."""
    log_in_lines()
    loaded = load_app(source)
    checked_spec(loaded)
    return asyncio.run(_check_all(loaded, models=models))


async def _check_all(loaded: Loaded, *, models: bool) -> bool:
    results = [
        await _told(f"{family} service", partial(_service, loaded, family)) for family in _FAMILIES
    ]
    if models:
        async with opened_models(loaded) as made:
            results += [
                await _told(f"model {name}", partial(_model, name, made[name])) for name in made
            ]
    async with opened_toolsets(loaded) as toolsets:
        results += [
            await _told(f"tools of {name}", partial(_toolset, toolsets[name])) for name in toolsets
        ]
    return all(results)


async def _told(what: str, check: Callable[[], Awaitable[str]]) -> bool:
    """Runs a check and prints what came of it and how long it took."""
    started = time.perf_counter()
    try:
        outcome, works = await check(), True
    except AdkconfError as error:
        outcome, works = str(error), False
    except Exception as error:  # user code may raise anything, and may quote a secret
        outcome, works = f"it raised {type(error).__name__}", False
    milliseconds = (time.perf_counter() - started) * 1000
    mark = click.style("ok  ", fg="green") if works else click.style("FAIL", fg="red")
    click.echo(f"{mark}  {printable(what)} ({milliseconds:.0f} ms): {printable(outcome)}")
    return works


async def _service(loaded: Loaded, family: Family) -> str:
    """Opens one service and tries it.

    Raises:
        AdkconfError: it does not work.
    """
    written = getattr(checked_spec(loaded).services, family)
    if written is None or (written.kind, written.name) == ("builtin", "memory"):
        return "in memory; gone when the program ends"
    app_name = checked_spec(loaded).name
    async with opened_services(loaded, family) as services:
        service = services.get(family)
        try:
            if isinstance(service, Examinable):
                return describe(await service.examine())
            await _try(service, app_name)
        except ServiceError as error:
            raise service_failure(loaded, family, str(error)) from error
    return f"{written.name} can be read and written" if family == "artifact" else "it answers"


async def _try(service: Any, app_name: str) -> None:
    if isinstance(service, BaseSessionService):
        await service.list_sessions(app_name=app_name, user_id=_USER)
    elif isinstance(service, BaseMemoryService):
        await service.search_memory(app_name=app_name, user_id=_USER, query="doctor")
    elif isinstance(service, BaseArtifactService):
        await _try_artifacts(service, app_name)


async def _try_artifacts(service: BaseArtifactService, app_name: str) -> None:
    name: dict[str, Any] = {
        "app_name": app_name,
        "user_id": _USER,
        "filename": "user:adkconf-doctor.txt",
    }
    written = types.Part.from_text(text="doctor")
    await service.save_artifact(**name, artifact=written)
    try:
        read = await service.load_artifact(**name)
    finally:
        await service.delete_artifact(**name)
    if read != written:
        raise ServiceError("a file that was saved is not there, or another, when it is loaded")
    if isinstance(service, ObjectArtifactService) and not await service.refuses_to_overwrite():
        raise ServiceError(
            "the bucket overwrites objects although it is told not to (If-None-Match): versions "
            "that are saved at the same moment get lost; update the store, or use another"
        )


def describe(condition: DatabaseCondition) -> str:
    """Says how a database is.

    Raises:
        ServiceError: something is wrong with it.
    """
    if condition.missing_indexes:
        raise ServiceError(
            f"{condition.product} lacks the indexes {', '.join(condition.missing_indexes)}; "
            f"let a user who may create them open it once"
        )
    ahead = condition.clock_ahead
    clock = f"clock {abs(ahead):.3f} s {'ahead' if ahead > 0 else 'behind'}"
    if abs(ahead) > _CLOCK_TOLERANCE_SECONDS:
        clock += " (synchronise the clocks: times of events are this machine's)"
    return (
        f"{condition.product} {condition.version}, driver {condition.driver}, "
        f"{condition.layout}, readable and writable, indexes there, {clock}"
    )


async def _model(name: str, model: Model) -> str:
    """Asks for a short answer.

    Raises:
        AdkconfError: none came.
    """
    if isinstance(model, str):
        raise ModelError(model)
    request = LlmRequest(
        model=model.model,
        contents=[as_content("Say OK.")],
        config=types.GenerateContentConfig(max_output_tokens=16),
    )
    try:
        async with (
            asyncio.timeout(_MODEL_TIMEOUT_SECONDS),
            aclosing(model.generate_content_async(request)) as answers,
        ):
            async for _ in answers:
                return "it answers"
    except TimeoutError:
        raise ModelError(
            f"no answer within {_MODEL_TIMEOUT_SECONDS:.0f} s; check the network"
        ) from None
    raise ModelError(f"model {name!r} gave no answer")


async def _toolset(toolset: Any) -> str:
    """Has a set of tools tell what is in it.

    Raises:
        AdkconfError: its server does not answer, or it cannot be made.
    """
    if isinstance(toolset, str):
        raise ServiceError(toolset)
    names = [tool.name for tool in await toolset.get_tools()]
    shown = [*names[:_SHOWN_TOOLS], *(["…"] if len(names) > _SHOWN_TOOLS else [])]
    return f"it has {', '.join(shown)}" if names else "it has no tools"
