"""What an app needs of its environment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from adkconf.config.loaded import Loaded
from adkconf.config.resolving.template import Interpolation
from adkconf.config.secret_text import is_secret_path, variable_says_secret
from adkconf.config.span import Span
from adkconf.config.spec.app import AppSpec
from adkconf.inspection.secrecy import HIDDEN, interpolations, template_text


@dataclass
class Variable:
    """A variable and its uses.

    `required`: without it the app does not load. `default` is what the first use that has one
    gives, as it is written; hidden for secrets. `used_at` are places as `file:line`.
    """

    name: str
    required: bool = False
    default: str | None = None
    secret: bool = False
    used_at: list[str] = field(default_factory=list)


def contract(loaded: Loaded) -> list[Variable]:
    """Returns the variables by name, of a file that could be loaded or that only misses some."""
    found: dict[str, Variable] = {}
    for at, use in loaded.templates.items():
        for part in interpolations(use.template):
            if part.name:
                variable = found.setdefault(part.name, Variable(part.name))
                _note(variable, part, at, is_secret_path(use.path))
    for name, at in _needed(loaded.spec):
        variable = found.setdefault(name, Variable(name))
        variable.required = True
        _note_use(variable, at)
    for variable in found.values():
        variable.secret = variable.secret or variable_says_secret(variable.name)
        if variable.secret and variable.default:
            variable.default = HIDDEN
    return sorted(found.values(), key=lambda variable: variable.name)


def _note(variable: Variable, part: Interpolation, at: Span, secret: bool) -> None:
    variable.required = variable.required or part.operator[-1:] in ("", "?")
    variable.secret = variable.secret or secret
    if part.operator.endswith("-") and variable.default is None:
        variable.default = template_text(part.word)
    _note_use(variable, at)


def _note_use(variable: Variable, at: Span) -> None:
    place = f"{at.file}:{at.line}"
    if place not in variable.used_at:
        variable.used_at.append(place)


def _needed(spec: AppSpec | None) -> Iterable[tuple[str, Span]]:
    names = spec.env.required if spec else ()
    return ((name, spec.env.span_of("required", index)) for index, name in enumerate(names) if spec)
