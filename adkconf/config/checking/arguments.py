"""Checks the arguments of Python objects against their code; nothing is imported."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adkconf.config.checking.coercion import settled
from adkconf.config.checking.wording import show
from adkconf.config.located import LocatedText, LooseText, Step, join_path
from adkconf.config.python.signature import Parameter, Signature
from adkconf.config.secret_text import says_secret
from adkconf.config.span import Span
from adkconf.config.suggestion import did_you_mean, listed, nearest

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


@dataclass(frozen=True)
class Misfit:
    """What is wrong with the arguments of a call; `steps` lead to it, `key` to its name."""

    message: str
    hint: str = ""
    steps: tuple[Step, ...] = ()
    key: bool = True


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call, by name or by position, as values that know their places.

    Those at the places in `hidden` are not shown, whatever is wrong with them.
    """

    named: Mapping[str, Any]
    positional: tuple[Any, ...] = ()
    hidden: Container[Span] = ()

    def misfits(self, signature: Signature) -> Iterator[Misfit]:
        """Yields what is wrong when something of this signature is called with them."""
        names = signature.names
        yield from self._unknown(signature)
        meant = {nearest(name, names) or name for name in self.named if name not in names}
        given = {*self.named, *names[: len(self.positional)], *meant}
        missing = [item.name for item in signature.parameters if item.required]
        if missing := [name for name in missing if name not in given]:
            yield Misfit(f"arguments are missing: {', '.join(missing)}")
        if len(self.positional) > len(names) and not signature.open:
            yield Misfit("it takes no arguments")
        for parameter, value in zip(signature.parameters, self.positional, strict=False):
            yield from self._wrong_value(parameter, value, ())
        yield from self.wrong_values(signature)

    def wrong_values(self, signature: Signature) -> Iterator[Misfit]:
        """Yields the arguments whose values do not fit their annotations."""
        for parameter in signature.parameters:
            if parameter.name in self.named:
                value = self.named[parameter.name]
                yield from self._wrong_value(parameter, value, (parameter.name,))

    def secret_places(self, signature: Signature) -> Iterator[Span]:
        """Yields where texts stand that must not be shown, says the type of their parameter."""
        for parameter, value in zip(signature.parameters, self.positional, strict=False):
            if parameter.secret:
                yield from _places_of_texts(value)
        for parameter in signature.parameters:
            if parameter.secret:
                yield from _places_of_texts(self.named.get(parameter.name))

    def _unknown(self, signature: Signature) -> Iterator[Misfit]:
        for name in self.named:
            if name not in signature.names and not signature.open:
                names = ", ".join(signature.names)
                about = f"its parameters: {names}" if names else "it has no parameters"
                hint = did_you_mean(name, signature.names) or about
                yield Misfit(f"there is no parameter {name!r}", hint, (name,))

    def _wrong_value(
        self, parameter: Parameter, value: Any, steps: tuple[Step, ...]
    ) -> Iterator[Misfit]:
        if not parameter.schema:
            return
        # Takes a while, and many files give no arguments to Python.
        from jsonschema import Draft202012Validator

        validator = Draft202012Validator(dict(parameter.schema))
        for found in validator.iter_errors(_as_meant(value, parameter.schema)):
            for error in _telling(found):
                yield self._misfit(error, parameter, value, steps)

    def _misfit(
        self, error: ValidationError, parameter: Parameter, value: Any, steps: tuple[Step, ...]
    ) -> Misfit:
        below = tuple(error.absolute_path)
        path = parameter.name
        for step in below:
            path = join_path(path, step)
        found = _at(value, below)
        filled_in = isinstance(found, LocatedText) and found.at in self.hidden
        hidden = filled_in or parameter.secret or says_secret(path)
        shown = "the value that is there" if hidden else show(found)
        inside = f"; {path!r} is {shown}" if below else f", not {shown}"
        message = f"{parameter.name!r} takes {parameter.annotation!r}{inside}"
        return Misfit(message, _hint(error, found, hidden=hidden), (*steps, *below), key=False)


def _places_of_texts(value: Any) -> Iterator[Span]:
    if isinstance(value, LocatedText):
        yield value.at
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _places_of_texts(item)


def _telling(error: ValidationError) -> Iterator[ValidationError]:
    """Yields what is wrong below a union if only one of its branches can be meant."""
    branches: dict[int | str, list[ValidationError]] = {}
    for below in error.context or ():
        branches.setdefault(below.relative_schema_path[0], []).append(below)
    meant = [found for found in branches.values() if not any(map(_is_other_type, found))]
    if len(meant) != 1:
        yield error
        return
    for below in meant[0]:
        yield from _telling(below)


def _is_other_type(error: ValidationError) -> bool:
    return not error.relative_path and error.validator in ("type", "enum")


def _hint(error: ValidationError, found: Any, *, hidden: bool) -> str:
    wanted: Any = error.validator_value
    if error.validator == "enum":
        choices = [str(item) for item in wanted]
        near = did_you_mean(found, choices) if isinstance(found, str) and not hidden else ""
        return near or f"expected {listed(choices)}"
    if error.validator == "required":
        return f"there is no {listed(name for name in wanted if name not in found)} in it"
    if error.validator == "additionalProperties" and isinstance(error.schema, Mapping):
        known = error.schema.get("properties", {})
        unknown = next(name for name in found if name not in known)
        return f"it has no field {unknown!r}: {did_you_mean(unknown, known) or listed(known)}"
    # Of types and unions the annotation says enough.
    return "" if hidden or error.validator in ("type", "anyOf") else error.message


def _as_meant(value: Any, schema: Mapping[str, Any]) -> Any:
    """Returns a value with the types that the texts of variables in it are read as."""
    if isinstance(value, LooseText):
        return settled(value, _convertible(schema))
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        other = other if isinstance(other, Mapping) else {}
        return {name: _as_meant(item, known.get(name, other)) for name, item in value.items()}
    if isinstance(value, list):
        items = schema.get("items", {})
        return [_as_meant(item, items) for item in value]
    return value


def _convertible(schema: Mapping[str, Any]) -> set[str]:
    """Returns the types that building turns texts into, where it does not keep them."""
    if "enum" in schema or not schema:
        return {"string"}
    if "anyOf" in schema:
        return {kind for branch in schema["anyOf"] for kind in _convertible(branch)}
    return {schema["type"]} - {"null"}


def _at(value: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        value = value[step]
    return value
