"""Components of an app as Python: what the builder would call, as a call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from adkconf.builder.arguments import convert, first_parameter, misfits, value_fault
from adkconf.builder.catalog import ADDRESSES
from adkconf.builder.components import Components, is_to_be_called
from adkconf.builder.problems import UNKNOWN_COMPONENT, Fault
from adkconf.config.catalog.extensions import extensions
from adkconf.config.spec.component import ComponentSpec
from adkconf.config.spec.contained import references_in
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section
from adkconf.examples.example import Example
from adkconf.exchange.project_code import ProjectCode
from adkconf.exchange.python_text import Call, Code, Expression
from adkconf.exchange.values import Values

# Stand-ins of the builder's for what google-adk has under these addresses.
_IN_PUBLIC = {
    "adkconf.builder.google_adk.tools:ExampleTool": "google.adk.tools.example_tool:ExampleTool",
}


class ComponentWriter:
    """Writes components into one module; the builder's own checks tell what does not fit."""

    def __init__(self, components: Components, values: Values, code: ProjectCode) -> None:
        self.components = components
        self.values = values
        self.module = values.module
        self._code = code
        self.root = code.root
        self._stand_ins: set[str] = set()

    def address(self, address: str) -> Code:
        """Imports what the engine has at an address of the builder's.

        Raises:
            Fault: it has nothing there.
        """
        self.components.engine.get(address)
        place = self.components.engine.locate(address)
        name = self.module.at(_IN_PUBLIC.get(place, place))
        if place in _IN_PUBLIC:
            self._stand_ins.add(name.text)
        return name

    def reference(self, ref: PythonRef) -> Code:
        """Imports what a reference names.

        Raises:
            Fault: it does not exist, or cannot be imported from there.
        """
        self.components.references.load(ref)
        return self.module.member(self._code.module(ref), ref.attribute)

    def component(
        self, spec: ComponentSpec, ready: Mapping[str, Expression] | None = None
    ) -> Expression:
        """Returns the component; `ready` are arguments that are written already.

        Raises:
            Fault: it cannot be had, or an argument does not fit.
        """
        # A name out of the environment is that of now: what it takes depends on what it is.
        self.values.template(spec)
        target = self.components.find(spec)
        name = self._name(spec)
        if not is_to_be_called(target, spec):
            return name
        args = {key: value for key, value in spec.args.items() if key not in (ready or {})}
        if spec.positional:
            args[first_parameter(target)] = spec.positional[0]
        return self.call(target, name, spec, args, ready or {})

    def call(
        self,
        target: Callable[..., Any],
        name: Code,
        spec: ComponentSpec,
        args: Mapping[str, Any],
        ready: Mapping[str, Expression],
    ) -> Call:
        """Returns a call with arguments in the types that it declares.

        Raises:
            Fault: an argument does not fit.
        """
        for ref in references_in(dict(args)):
            self.values.know(self.components.references.load(ref), self.reference(ref))
        ready = dict(ready)
        ready |= {key: self.reference(v) for key, v in args.items() if isinstance(v, PythonRef)}
        plain = {key: self.components.plain(v) for key, v in args.items() if key not in ready}
        for fault in misfits(target, {**plain, **ready}):
            fault.steps = spec.arg_steps(*fault.steps)
            raise fault
        try:
            converted = _converted(target, plain) | self._examples(name, plain)
        except Fault as fault:
            fault.steps = spec.arg_steps(*fault.steps)
            raise
        written = {
            key: self.values.of(value, spec, *argument_steps(spec, key))
            for key, value in converted.items()
        }
        return Call(name.text, {**written, **ready})

    def fields(self, section: Section) -> dict[str, Expression]:
        """Returns the written fields of a section under their own names."""
        for ref in references_in(section):
            self.values.know(self.components.references.load(ref), self.reference(ref))
        return {
            name: self.values.of(value, section, name) for name, value in section.given().items()
        }

    def _examples(self, name: Code, args: Mapping[str, Any]) -> dict[str, Any]:
        """Returns examples as google-adk takes them, where the builder's stand-in takes texts."""
        if name.text not in self._stand_ins or not isinstance(args.get("examples"), list):
            return {}
        return {"examples": [Example.model_validate(item) for item in args["examples"]]}

    def _name(self, spec: ComponentSpec) -> Code:
        if spec.ref is not None:
            return self.reference(spec.ref)
        if spec.kind == "builtin":
            return self.address(ADDRESSES[spec.family][spec.name])
        entry = extensions(spec.family).get(spec.name)
        if entry is None:
            raise Fault(UNKNOWN_COMPONENT, f"there is no {spec.family} {spec.name!r}")
        return self.module.member(entry.module, entry.attr)


def argument_steps(spec: ComponentSpec, key: str) -> tuple[str | int, ...]:
    """Returns the steps to an argument as it is written, with a name of its own or without."""
    return spec.arg_steps() if spec.positional or _is_main(spec) else spec.arg_steps(key)


def _is_main(spec: ComponentSpec) -> bool:
    """Tells whether the one argument stands behind the name, without its own."""
    written = spec.written()
    if not isinstance(written, dict) or spec.kind != "builtin" or len(spec.args) != 1:
        return False
    value = written.get("args") if "name" in written else next(iter(written.values()))
    return not isinstance(value, dict)


def _converted(target: Callable[..., Any], args: Mapping[str, Any]) -> dict[str, Any]:
    if not (inspect.isclass(target) and issubclass(target, BaseModel)):
        return convert(target, args)
    return {name: _field(target, name, value) for name, value in args.items()}


def _field(target: type[BaseModel], name: str, value: Any) -> Any:
    """Returns a value as the field would hold it, so that nested models are written as such."""
    field = target.model_fields.get(name)
    if field is None or field.annotation is None:
        return value
    try:
        return TypeAdapter(field.annotation).validate_python(value)
    except ValidationError as error:
        raise value_fault(error, (name,)) from error
    except Exception:  # the type is not for pydantic alone; what was written will do
        return value
