"""Names of models that no service answers to any more, or never did."""

from __future__ import annotations

import re
from collections.abc import Iterator

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.linting.subject import Subject
from adkconf.config.spec.component import ModelSpec
from adkconf.config.suggestion import nearest

# As google-adk's default is.
_CURRENT = "gemini-3.5-flash"
_RETIRED = re.compile(r"gemini-(?:1\.|2\.0-|exp-|pro$|pro-vision|ultra$).*")
_VERSIONED = re.compile(r"gemini-\d+(?:\.\d+)?-(?P<family>[a-z]+)(?:-.*)?")
_TURNED_ROUND = re.compile(
    r"gemini-(?P<family>flash-lite|flash|pro)-(?P<version>\d+(?:\.\d+)?)(?P<rest>.*)"
)
_FAMILIES = ("computer", "embedding", "exp", "flash", "image", "live", "nano", "pro", "ultra")


def outdated_models(subject: Subject) -> Iterator[Diagnostic]:
    """Yields models of Gemini that are switched off, and names that look like slips."""
    for model in subject.sections:
        if not isinstance(model, ModelSpec) or (model.kind, model.name) != ("builtin", "gemini"):
            continue
        name = str(model.args.get("model", ""))
        if fault := _fault(name):
            message, hint = fault
            steps = model.arg_steps("model") if model.called else ()
            yield model.diagnostic("W814", message, hint=hint, steps=steps, severity="warning")


def _fault(name: str) -> tuple[str, str] | None:
    if _RETIRED.fullmatch(name):
        return f"the model {name!r} was switched off", f"use a newer one, like {_CURRENT!r}"
    if turned := _TURNED_ROUND.fullmatch(name):
        usual = f"gemini-{turned['version']}-{turned['family']}{turned['rest']}"
        return f"no model is known to be called {name!r}", f"did you mean {usual!r}?"
    versioned = _VERSIONED.fullmatch(name)
    if versioned and (family := versioned["family"]) not in _FAMILIES:
        near = nearest(family, _FAMILIES, cutoff=0.75)
        if near is not None:
            usual = name[: versioned.start("family")] + near + name[versioned.end("family") :]
            return f"no model is known to be called {name!r}", f"did you mean {usual!r}?"
    return None
