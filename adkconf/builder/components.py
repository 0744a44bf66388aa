"""From components as they are written to the objects that they stand for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from adkconf.builder.arguments import bundle_of, convert, first_parameter, misfits, value_fault
from adkconf.builder.catalog import ADDRESSES
from adkconf.builder.engine import Engine, stranger_hint
from adkconf.builder.problems import (
    NOT_USABLE,
    UNKNOWN_COMPONENT,
    Fault,
    KnownFault,
    Problems,
)
from adkconf.builder.references import References
from adkconf.config.catalog.extensions import extensions
from adkconf.config.located import Step
from adkconf.config.spec.component import ComponentSpec, Family
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section


class Components:
    """Makes the components of one build, and remembers them in order."""

    def __init__(self, engine: Engine, references: References, problems: Problems) -> None:
        self.engine = engine
        self.references = references
        self.problems = problems
        self.made: list[Any] = []

    def make(self, spec: ComponentSpec, args: Mapping[str, Any] | None = None) -> Any:
        """Returns the object: one that exists, or one made with the arguments.

        `args` takes the place of the arguments as they are written.

        Raises:
            Fault: it does not exist or cannot be made.
            KnownFault: the same, and that has been told.
        """
        target = self.find(spec)
        if not is_to_be_called(target, spec):
            return target
        given = {name: self.plain(value) for name, value in (args or spec.args).items()}
        if spec.positional:
            given[first_parameter(target)] = spec.positional[0]
        return self.call(target, spec, given)

    def call(self, target: Callable[..., Any], section: Section, args: dict[str, Any]) -> Any:
        """Calls a class or factory after checking the arguments.

        Raises:
            Fault: an argument does not fit.
            KnownFault: several do not.
        """
        if (bundle := bundle_of(target)) is not None:
            made = target(bundle(**args))
            self.made.append(made)
            return made
        if faults := misfits(target, args):
            for fault in faults:
                fault.steps = _argument_steps(section, fault.steps)
                self.problems.report(section, fault)
            raise KnownFault
        try:
            made = target(**self._convert(target, args))
        except ValidationError as error:
            fault = value_fault(error)
            fault.steps = _argument_steps(section, fault.steps)
            raise fault from error
        except Fault as fault:
            fault.steps = _argument_steps(section, fault.steps)
            raise
        self.made.append(made)
        return made

    def find(self, spec: ComponentSpec) -> Any:
        """Returns what a component's name stands for: a class, a function or an object.

        Raises:
            Fault: nothing of this name can be had.
        """
        if spec.ref is not None:
            return self.references.load(spec.ref)
        if spec.kind == "builtin":
            return self.builtin(spec.family, spec.name)
        return _extension(spec)

    def builtin(self, family: Family, name: str) -> Any:
        """Returns the class, function or object of a built-in component."""
        return self.engine.get(ADDRESSES[family][name])

    def plain(self, value: Any) -> Any:
        """Returns an argument as code takes it: references loaded, sections as dicts.

        Secrets are readable in it.
        """
        if isinstance(value, PythonRef):
            return self.references.load(value)
        if isinstance(value, Section):
            return self.plain(value.model_dump(exclude_unset=True, by_alias=True))
        if isinstance(value, SecretStr):
            return value.get_secret_value()
        if isinstance(value, dict):
            return {name: self.plain(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.plain(item) for item in value]
        return str(value) if isinstance(value, str) else value

    @staticmethod
    def _convert(target: Callable[..., Any], args: dict[str, Any]) -> dict[str, Any]:
        # Pydantic's own classes convert by themselves.
        if inspect.isclass(target) and issubclass(target, BaseModel):
            return args
        return convert(target, args)


def check_kind(value: Any, kind: type, what: str) -> None:
    """Checks that an object is what it is used as.

    Raises:
        Fault: it is not.
    """
    if isinstance(value, kind):
        return
    found = type(value)
    hint = stranger_hint(value, kind)
    hint = hint or f"it must be a {kind.__name__}, or a class or function that makes one"
    raise Fault(NOT_USABLE, f"{what} is a {found.__name__}, not a {kind.__name__}", hint=hint)


def is_to_be_called(target: Any, spec: ComponentSpec) -> bool:
    """Tells whether a component is made by calling what its name stands for.

    Raises:
        Fault: it has arguments, and cannot be called.
    """
    if inspect.isclass(target):
        return True
    if spec.called and not callable(target):
        raise Fault(
            NOT_USABLE,
            f"{spec.name} is an object, it takes no arguments",
            hint="refer to its class, or to a function that makes it",
        )
    # A function is itself a tool; of anything else it is the factory.
    return spec.called or (spec.family != "tool" and inspect.isroutine(target))


def _extension(spec: ComponentSpec) -> Any:
    entry = extensions(spec.family).get(spec.name)
    if entry is None:
        raise Fault(UNKNOWN_COMPONENT, f"no installed extension has a {spec.family} {spec.name!r}")
    return entry.load()


def _argument_steps(section: Section, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return section.arg_steps(*steps) if isinstance(section, ComponentSpec) else steps
