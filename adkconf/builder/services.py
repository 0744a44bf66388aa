"""The services of an app: made, opened, carried over from build to build, and closed."""

from __future__ import annotations

import hashlib
import inspect
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from adkconf.builder.components import Components, check_kind
from adkconf.builder.engine import is_google_adks
from adkconf.builder.problems import NOT_OPENED, NOT_USABLE, Fault
from adkconf.config.spec.app import ServicesSpec
from adkconf.config.spec.component import Family, ServiceSpec
from adkconf.errors import InputValidationError

logger = logging.getLogger("adkconf.builder")

SERVICE_KINDS: Mapping[Family, str] = {
    "session": "sessions.base_session_service:BaseSessionService",
    "artifact": "artifacts.base_artifact_service:BaseArtifactService",
    "memory": "memory.base_memory_service:BaseMemoryService",
    "credential": "auth.credential_service.base_credential_service:BaseCredentialService",
}
_IN_MEMORY = ("builtin", "memory")
# Arguments for what stands behind `agentengine://` and `rag://`: names of cloud resources.
_NAMED_BY = {"agentengine": "agent_engine_id", "rag": "rag_corpus"}
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,221}")


@dataclass(frozen=True)
class Service:
    """An open service; two of the same `identity` were configured alike."""

    identity: tuple[str, ...]
    instance: Any


class Services:
    """The open services of one build, in the order in which they were opened."""

    def __init__(self) -> None:
        self._by_family: dict[Family, Service] = {}

    def __iter__(self) -> Iterator[Service]:
        return iter(self._by_family.values())

    def get(self, family: Family) -> Any:
        """Returns a service, or None."""
        service = self._by_family.get(family)
        return service.instance if service else None

    def carried(self, family: Family, identity: tuple[str, ...]) -> Service | None:
        """Returns the service if it is configured like that."""
        service = self._by_family.get(family)
        return service if service and service.identity == identity else None

    def add(self, family: Family, service: Service) -> None:
        """Adds a service that is open."""
        self._by_family[family] = service

    async def close(self, keep: Services | None = None) -> None:
        """Closes those that `keep` does not have, the latest first; failures are logged."""
        kept = {id(service.instance) for service in keep or ()}
        for family, service in reversed(self._by_family.items()):
            if id(service.instance) not in kept:
                await close_instance(service.instance, f"the {family} service")


class ServiceMaker:
    """Makes services and opens them. Relative paths start at `root`."""

    def __init__(self, components: Components, root: Path) -> None:
        self._components = components
        self._problems = components.problems
        self._root = root

    async def open_all(
        self,
        spec: ServicesSpec,
        opened: Services,
        previous: Services | None = None,
        families: Iterable[Family] = tuple(SERVICE_KINDS),
    ) -> None:
        """Adds the services to `opened`; those that `previous` has open are carried over."""
        for family in families:
            written: ServiceSpec | None = getattr(spec, family)
            identity = _identity(written)
            service = previous.carried(family, identity) if previous else None
            if service and not isinstance(service.instance, self._kind(family)):
                service = None  # it is of another engine
            section, steps = (written, ()) if written else (spec, (family,))
            doing = f"the {family} service cannot be opened"
            with self._problems.at(section, doing, *steps, code=NOT_OPENED):
                if service is None:
                    service = Service(identity, await self._open(family, written))
                opened.add(family, service)

    async def _open(self, family: Family, written: ServiceSpec | None) -> Any:
        instance = self._make(family, written)
        kind = self._kind(family)
        if is_google_adks(instance) and not is_google_adks(kind):
            message = f"the {family} service must be adkconf's, whichever the engine"
            raise Fault(NOT_USABLE, message, hint=f"import {kind.__name__} from adkconf instead")
        check_kind(instance, kind, f"the {family} service")
        try:
            await _call(instance, "open")
        except BaseException:
            await close_instance(instance, f"the {family} service")
            raise
        return instance

    def _kind(self, family: Family) -> type:
        kind: type = self._components.engine.get(SERVICE_KINDS[family])
        return kind

    def _make(self, family: Family, written: ServiceSpec | None) -> Any:
        if written is None:
            return self._components.builtin(family, "memory")()
        if written.kind != "builtin":
            return self._components.make(written)
        plain = self._components.plain
        options = {name: plain(value) for name, value in written.args.items() if name != "uri"}
        uri = str(written.args.get("uri", ""))
        return self._components.builtin(family, written.name)(
            **location(written.name, uri, self._root), **options
        )


def location(scheme: str, uri: str, root: Path) -> Mapping[str, Any]:
    """Returns the constructor's argument for the place that a URI names.

    Raises:
        InputValidationError: it names no bucket.
    """
    if scheme in ("memory", "session-state"):
        return {}
    if scheme == "file":
        return {"root_dir": root / uri.removeprefix("file://")}
    if scheme in ("gs", "s3"):
        return _bucket(uri)
    if scheme in _NAMED_BY:
        return {_NAMED_BY[scheme]: uri.partition("://")[2]}
    if scheme == "sqlite":
        return {"db_url": _sqlite_url(uri, root)}
    return {"db_url": uri}


def _bucket(uri: str) -> Mapping[str, str]:
    """Takes `gs://bucket/prefix` apart; google-adk's service knows no prefix.

    Raises:
        InputValidationError: it names no bucket.
    """
    bucket, _, prefix = uri.partition("://")[2].partition("/")
    if _BUCKET.fullmatch(bucket) is None:
        # It may hold a password, so it is not quoted.
        scheme = uri.partition(":")[0]
        raise InputValidationError(
            f"the URI names no bucket; expected {scheme}://bucket or {scheme}://bucket/prefix"
        )
    return {"bucket_name": bucket, **({"prefix": prefix} if prefix else {})}


def _sqlite_url(uri: str, root: Path) -> str:
    """Makes the path of `sqlite:///path` absolute; without a path, it is in memory."""
    dialect, _, rest = uri.partition("://")
    path, question, options = rest.partition("?")
    path = path.removeprefix("/")
    if path in ("", ":memory:"):
        return uri
    return f"{dialect}:///{root / path}{question}{options}"


def _identity(written: ServiceSpec | None) -> tuple[str, ...]:
    """Returns what tells whether a service has to be made anew: its arguments and its source."""
    if written is None or (written.kind, written.name) == _IN_MEMORY:
        return _IN_MEMORY
    given = json.dumps([written.args, written.positional], sort_keys=True, default=_distinct)
    source = ""
    if written.ref is not None and written.ref.file is not None:
        source = hashlib.sha256(written.ref.file.read_bytes()).hexdigest()
    return (written.kind, written.name, given, source)


def _distinct(value: Any) -> str:
    """Returns a text that differs for different values, and shows no secret."""
    if isinstance(value, SecretStr):
        return hashlib.sha256(value.get_secret_value().encode()).hexdigest()
    return str(value)


async def close_instance(instance: Any, what: str) -> None:
    """Closes something that may have a `close`; a failure is logged, not raised."""
    try:
        await _call(instance, "close")
    except Exception as error:  # whatever user code raises, the others are closed all the same
        logger.error("%s did not close cleanly: %s", what, error)


async def _call(instance: Any, method: str) -> None:
    """Calls a method that not every service has, sync or async."""
    function = getattr(instance, method, None)
    if function is not None:
        outcome = function()
        if inspect.isawaitable(outcome):
            await outcome
