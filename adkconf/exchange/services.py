"""Services as Python, with the places that their URIs name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from adkconf.builder.arguments import misfits
from adkconf.builder.catalog import ADDRESSES
from adkconf.builder.engine import is_google_adks
from adkconf.builder.problems import NOT_SUPPORTED, Fault
from adkconf.builder.services import SERVICE_KINDS, location
from adkconf.config.resolving.template import Template
from adkconf.config.spec.app import ServicesSpec
from adkconf.config.spec.component import Family, ServiceSpec
from adkconf.exchange.components import ComponentWriter
from adkconf.exchange.python_text import Call, Code, Expression, Sum, literal

FAMILIES = tuple(SERVICE_KINDS)
# Drivers that google-adk wants to be named.
_DRIVERS = {"sqlite": "aiosqlite", "postgresql": "asyncpg", "mysql": "aiomysql"}
_IN_MEMORY = (":memory:", "")


class ServiceWriter:
    """Writes the services of an app into a module."""

    def __init__(self, writer: ComponentWriter) -> None:
        self._writer = writer
        self._values = writer.values
        self._google = writer.components.engine.name != "adkconf"

    def write(self, services: ServicesSpec, family: Family) -> Expression:
        """Returns the service; one in memory if none is written.

        Raises:
            Fault: the engine has no such service, or no such option of it.
        """
        spec: ServiceSpec | None = getattr(services, family)
        if spec is None:
            return Call(self._class(family, "memory")[1].text)
        if spec.kind != "builtin":
            made = self._writer.component(spec)
            if self._google and not is_google_adks(self._writer.components.find(spec)):
                message = f"google-adk's runner cannot use adkconf's {family} services"
                raise Fault(NOT_SUPPORTED, message, hint="leave it out, or use another engine")
            return made
        fields = self._place(spec)
        for name, value in spec.args.items():
            if name != "uri":
                fields[name] = self._values.of(value, spec, *spec.arg_steps(name))
        kind, name_of_kind = self._class(family, spec.name)
        for fault in misfits(kind, fields):
            fault.steps = spec.arg_steps(*fault.steps)
            raise fault
        return Call(name_of_kind.text, fields)

    def kind(self, spec: ServiceSpec | None) -> Any:
        """Returns the class of a service, if it is one that can be seen; None for one in memory.

        Raises:
            Fault: the engine has no such service.
        """
        if spec is None or (spec.kind, spec.name) == ("builtin", "memory"):
            return None
        if spec.kind == "builtin":
            return self._class(spec.family, spec.name)[0]
        return self._writer.components.find(spec)

    def _class(self, family: Family, name: str) -> tuple[Any, Code]:
        address = ADDRESSES[family][name]
        if not self._google:
            return self._writer.components.builtin(family, name), self._writer.address(address)
        module, _, kind = f"google.adk.{address}".partition(":")
        try:
            return getattr(import_module(module), kind), self._writer.module.member(module, kind)
        except (ImportError, AttributeError):
            message = f"google-adk has no {family} service for {name}://"
            raise Fault(
                NOT_SUPPORTED, message, hint="leave it out, or use another engine"
            ) from None

    def _place(self, spec: ServiceSpec) -> dict[str, Expression]:
        """Returns the argument for the place that the URI names."""
        uri = str(spec.args.get("uri", ""))
        steps = ("uri",) if isinstance(spec.written(), dict) else ()
        template = self._values.template(spec, *steps) or Template((uri,))
        known = location(spec.name, uri, self._writer.root)
        if not known:
            return {}
        (name, *_), written = known, self._values.of(uri, spec, *steps)
        first = template.parts[0]
        scheme, separator, rest = first.partition("://") if isinstance(first, str) else ("",) * 3
        behind = Template((rest, *template.parts[1:]) if rest else template.parts[1:])
        if name == "db_url":
            return {name: self._url(scheme, behind, written, spec)}
        if not separator:
            message = "where the service is must be known, all but its name"
            raise Fault(NOT_SUPPORTED, message, hint=f"write {spec.name}://${{NAME}}", steps=steps)
        if name == "root_dir":
            return {name: self._below_here(behind, spec)}
        if len(known) == 1 and name != "bucket_name":
            return {name: self._values.filled(behind, spec.at)}
        if any(not isinstance(part, str) for part in template.parts):
            message = "a bucket out of the environment cannot be written as Python"
            raise Fault(NOT_SUPPORTED, message, steps=steps)
        return {key: literal(value) for key, value in known.items()}

    def _url(
        self, scheme: str, behind: Template, written: Expression, spec: ServiceSpec
    ) -> Expression:
        dialect, plus, _ = scheme.partition("+")
        driver = f"+{_DRIVERS[dialect]}" if self._google and scheme and not plus else ""
        if dialect != "sqlite":
            if not driver:
                return written
            return Sum((literal(f"{scheme}{driver}://"), self._values.filled(behind, spec.at)))
        first = behind.parts[0] if behind.parts else ""
        path = str(first).removeprefix("/") if isinstance(first, str) else ""
        if path.partition("?")[0] in _IN_MEMORY and len(behind.parts) <= 1:
            return literal(f"{scheme}{driver}://{first}")
        below = self._below_here(
            Template((path, *behind.parts[1:]) if path else behind.parts[1:]), spec
        )
        return Sum((literal(f"{scheme}{driver}:///"), Call("str", args=(below,))))

    def _below_here(self, path: Template, spec: ServiceSpec) -> Expression:
        text = self._values.filled(path, spec.at)
        return self._values.below_here(text)
