"""`{placeholders}` of instructions that nothing in the app provides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.linting.subject import Subject
from adkconf.config.span import Span
from adkconf.config.spec.agent import AgentSpec, LlmAgentSpec, WorkflowSpec
from adkconf.config.spec.component import ComponentSpec
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section
from adkconf.config.suggestion import nearest

_PLACEHOLDER = re.compile(r"\{+\s*((?:(?:app|user|temp):)?[A-Za-z_]\w*)\s*\}+", re.ASCII)
# Others may have set these long before the app runs.
_LASTING = ("app:", "user:")
_NEAR = 0.8
# More than a text of a person has.
_MAX_IN_TEXT = 100
_INSTRUCTIONS = ("instruction", "global_instruction")


@dataclass(frozen=True)
class _Use:
    """A placeholder: the key it names, and where it is."""

    key: str
    at: Span
    path: str


def unknown_placeholders(subject: Subject) -> Iterator[Diagnostic]:
    """Yields placeholders that fail unless a client sets their keys.

    Where Python may write to the state, only those that look like slips of a known key.
    """
    written = {
        agent.output_key: agent for _, agent in subject.llm_agents if agent.output_key is not None
    }
    python = _has_python(subject)
    for agent, use in _uses(subject):
        writer = written.get(use.key)
        if writer is not None and (writer is not agent or python):
            continue
        near = nearest(use.key, written.keys() - {use.key}, cutoff=_NEAR)
        if near is not None and not _occurs_in_python(use.key, subject):
            yield _unknown(use, f"did you mean '{{{near}}}'?")
        elif not python and not use.key.startswith(_LASTING):
            yield _unknown(use, f"write '{{{use.key}?}}' if it may be missing", own=bool(writer))


def _unknown(use: _Use, hint: str, *, own: bool = False) -> Diagnostic:
    who = "only this agent itself" if own else "nothing in the app"
    message = f"{who} writes {use.key!r} to the state: the run fails unless the client has set it"
    return diagnostic(use.at, "W809", message, hint=hint, path=use.path, severity="warning")


def _uses(subject: Subject) -> Iterator[tuple[LlmAgentSpec | None, _Use]]:
    for _, agent in subject.llm_agents:
        for key in _INSTRUCTIONS:
            for use in _in_text(agent, (key,), getattr(agent, key), subject):
                yield agent, use
    for plugin in subject.app.plugins:
        if (plugin.kind, plugin.name) == ("builtin", "global_instruction"):
            text = str(plugin.args.get("global_instruction", ""))
            for use in _in_text(plugin, plugin.arg_steps("global_instruction"), text, subject):
                yield None, use


def _in_text(
    section: Section, steps: tuple[str | int, ...], text: str, subject: Subject
) -> Iterator[_Use]:
    first = {match[1]: match for match in islice(_PLACEHOLDER.finditer(text), _MAX_IN_TEXT)}
    if not first:
        return
    at = section.span_of(*steps)
    path = section.diagnostic("W809", "", steps=steps).path
    for found in first.values():
        yield _Use(found[1], _place(found[0], at, subject), path)


def _place(text: str, at: Span, subject: Subject) -> Span:
    """Returns where a text is within a value; all of the value if it is written in another way."""
    lines = subject.sources.get(at.file, "").splitlines()
    for number in range(at.line, min(at.end_line, len(lines)) + 1):
        begin = at.column - 1 if number == at.line else 0
        if (index := lines[number - 1].find(text, begin)) >= 0:
            return Span(at.file, number, index + 1, number, index + 1 + len(text))
    return at


def _has_python(subject: Subject) -> bool:
    """Tells whether the app has code that may write to the state; schemas have none."""
    schemas = {
        id(schema)
        for placed in subject.agents
        if isinstance(placed.agent, (AgentSpec, WorkflowSpec))
        for name in ("input_schema", "output_schema")
        if isinstance(schema := getattr(placed.agent, name, None), PythonRef)
    }
    if any(id(ref) not in schemas for ref in subject.references):
        return True
    return any(
        isinstance(section, ComponentSpec) and section.kind == "entry_point"
        for section in subject.sections
    )


def _occurs_in_python(key: str, subject: Subject) -> bool:
    word = re.compile(rf"\b{re.escape(key)}\b")
    return any(word.search(text) for name, text in subject.sources.items() if name.endswith(".py"))
