"""Components: plugins, tools, models and services, built in or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, cast

from pydantic import ValidationInfo

from adkconf.config.located import LocatedMap, LocatedText, bare, place_of
from adkconf.config.span import NOWHERE
from adkconf.config.spec.model_names import PROVIDERS
from adkconf.config.spec.reference import PythonRef, is_reference, locate_reference
from adkconf.config.spec.secret import is_secret
from adkconf.config.spec.section import Section

Kind = Literal["builtin", "python", "entry_point", "named"]
Family = Literal[
    "plugin",
    "tool",
    "model",
    "planner",
    "code_executor",
    "session",
    "artifact",
    "memory",
    "credential",
    "code",
]


class NoArguments(Section):
    """The component takes no arguments."""


@dataclass(frozen=True)
class Builtin:
    """A component that comes with adkconf, described without importing it.

    `arguments` is the model of its long form; `main`, the argument that `name: value` sets.
    `aliases` are other names of the same component, `files` the arguments that name files.
    """

    name: str
    summary: str
    arguments: type[Section] = NoArguments
    main: str | None = None
    aliases: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalog:
    """The built-in components of a family by all their names."""

    family: Family
    builtins: Mapping[str, Builtin] = field(default_factory=dict)

    @classmethod
    def of(cls, family: Family, *builtins: Builtin) -> Catalog:
        """Makes the catalog."""
        names = {name: entry for entry in builtins for name in (entry.name, *entry.aliases)}
        return cls(family, names)


@dataclass(frozen=True)
class SpecContext:
    """What sections need to know while they are made from plain data."""

    root: Path
    catalogs: Mapping[Family, Catalog]
    model_names: frozenset[str] = frozenset()


class ComponentSpec(Section):
    """A component as it was written, told apart by `kind`.

    - `builtin`: `name` is the built-in's own name, `args` its checked arguments as they were
      given: plain data, except that an agent is a spec, a reference a `PythonRef` and a secret a
      `SecretStr`.
    - `python`: `ref` says where it is. `args` are keyword arguments. `positional` is the one
      value of the form `name: value`.
    - `entry_point`: `name` is that of an installed extension; arguments as for `python`.
    - `named`: only models; `name` is a key of the app's `models`.

    `called` tells whether arguments were written at all, even empty ones.
    """

    family: ClassVar[Family]

    kind: Kind
    name: str
    args: Mapping[str, Any] = {}
    positional: tuple[Any, ...] = ()
    called: bool = False
    ref: PythonRef | None = None

    @classmethod
    def _fields_of(cls, data: Any, info: ValidationInfo) -> Any:
        if isinstance(data, cls):
            return data
        name, value, called = cls._split(data)
        return cls._fields(name, value, called, cast(SpecContext, info.context), info)

    @classmethod
    def _split(cls, data: Any) -> tuple[str, Any, bool]:
        """Returns the name, what was written behind it, and whether anything was."""
        if not isinstance(data, dict):
            return data, None, False
        ((name, value),) = data.items()
        key = _located_key(data, name)
        return key, value, value is not None

    @classmethod
    def _fields(
        cls, name: str, value: Any, called: bool, context: SpecContext, info: ValidationInfo
    ) -> dict[str, Any]:
        builtin = context.catalogs[cls.family].builtins.get(name)
        if builtin is not None:
            args = _builtin_arguments(builtin, value, called, info)
            return {"kind": "builtin", "name": builtin.name, "args": args, "called": called}
        fields: dict[str, Any] = {"name": str(name), "called": called}
        if isinstance(value, dict):
            fields["args"] = bare(value)
        elif called:
            fields["positional"] = (bare(value),)
        if not is_reference(name):
            return {**fields, "kind": "entry_point"}
        return {**fields, "kind": "python", "ref": read_reference(name, context)}

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Yields what `repr` shows: any argument may be a secret, so only their names."""
        shown: dict[str, Any] = {"args": tuple(self.args), "positional": len(self.positional)}
        for name, value in super().__repr_args__():
            yield name, shown.get(name or "", value)

    def arg_steps(self, *steps: str | int) -> tuple[str | int, ...]:
        """Returns the steps that lead from this component to one of its arguments."""
        written = self.written()
        if not isinstance(written, dict):
            return ()
        return (next(iter(written)), *steps)


class PluginSpec(ComponentSpec):
    """A plugin of the app."""

    family = "plugin"


class ServiceSpec(ComponentSpec):
    """A service: its built-in `name` is the scheme of its URI, which is in `args["uri"]`.

    Options of the long form are in `args` beside it.
    """

    @classmethod
    def _split(cls, data: Any) -> tuple[str, Any, bool]:
        if isinstance(data, str) and "://" in data:
            return scheme_of(data), {"uri": str(data)}, True
        if isinstance(data, dict) and "uri" in data:
            return scheme_of(str(data["uri"])), data, True
        return super()._split(data)

    def arg_steps(self, *steps: str | int) -> tuple[str | int, ...]:
        """Returns the steps that lead from this service to one of its arguments."""
        written = self.written()
        if isinstance(written, dict) and "uri" in written:
            return steps
        return super().arg_steps(*steps)


class SessionServiceSpec(ServiceSpec):
    """Where sessions are kept."""

    family = "session"


class ArtifactServiceSpec(ServiceSpec):
    """Where artifacts are kept."""

    family = "artifact"


class MemoryServiceSpec(ServiceSpec):
    """Where memories are kept."""

    family = "memory"


class CredentialServiceSpec(ServiceSpec):
    """Where credentials are kept."""

    family = "credential"


def scheme_of(uri: str) -> str:
    """Returns a URI's scheme without the driver: `postgresql` of `postgresql+asyncpg://…`."""
    return uri.partition("://")[0].partition("+")[0]


class NamedCodeSpec(ComponentSpec):
    """A component in ADK's form `{name: …, args: {…}}`, or in one of the others."""

    family: ClassVar[Family] = "code"

    @classmethod
    def _split(cls, data: Any) -> tuple[str, Any, bool]:
        if isinstance(data, dict) and "name" in data:
            return data["name"], data.get("args"), data.get("args") is not None
        return super()._split(data)

    def arg_steps(self, *steps: str | int) -> tuple[str | int, ...]:
        """Returns the steps that lead from this component to one of its arguments."""
        written = self.written()
        if isinstance(written, dict) and "name" in written:
            return ("args", *steps)
        return super().arg_steps(*steps)


class ToolSpec(NamedCodeSpec):
    """A tool of an agent."""

    family: ClassVar[Family] = "tool"


class PlannerSpec(NamedCodeSpec):
    """What has an agent's model plan."""

    family: ClassVar[Family] = "planner"


class CodeExecutorSpec(NamedCodeSpec):
    """What runs the code in an agent's answers."""

    family: ClassVar[Family] = "code_executor"


class ModelSpec(ComponentSpec):
    """A model: a name that a provider knows, a key of `models`, or a component.

    A provider's name is the built-in that serves it, with the name in `args["model"]`.
    """

    family = "model"

    @classmethod
    def _fields(
        cls, name: str, value: Any, called: bool, context: SpecContext, info: ValidationInfo
    ) -> dict[str, Any]:
        if not called and name in context.model_names:
            return {"kind": "named", "name": str(name)}
        if not called and (provider := provider_of(name)) is not None:
            return {"kind": "builtin", "name": provider, "args": {"model": str(name)}}
        return super()._fields(name, value, called, context, info)


def provider_of(model: str) -> str | None:
    """Returns the built-in that serves a model of this name."""
    return next((name for name, pattern in PROVIDERS.items() if pattern.fullmatch(model)), None)


def read_reference(text: str, context: SpecContext | None) -> PythonRef:
    """Makes the reference that a located text stands for."""
    root = context.root if context else Path.cwd()
    place = place_of(text)
    return locate_reference(
        str(text),
        at=place.at if place else NOWHERE,
        path=place.path if place else "",
        root=root,
    )


def _located_key(data: dict[str, Any], name: str) -> str:
    if not isinstance(data, LocatedMap):
        return name
    return LocatedText.of(name, data.marks[name].key, data.path)


def _builtin_arguments(
    builtin: Builtin, value: Any, called: bool, info: ValidationInfo
) -> dict[str, Any]:
    if called and not isinstance(value, dict) and builtin.main is not None:
        value = {builtin.main: value}
    raw = value if called else {}
    given = builtin.arguments.model_validate(raw, context=info.context).given()
    return {
        name: value
        if isinstance(value, (Section, PythonRef)) or is_secret(value)
        else bare(raw[name])
        for name, value in given.items()
    }
