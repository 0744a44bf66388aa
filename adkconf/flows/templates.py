"""`{placeholders}` in instructions, filled from state and artifacts."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from adkconf.agents.context import Context

_PLACEHOLDER = re.compile(r"\{+([^{}]*)\}+")
_STATE_KEY = re.compile(r"(?:(?:app|user|temp):)?[A-Za-z_]\w*", re.ASCII)
_ARTIFACT = "artifact."


async def fill_template(template: str, context: Context) -> str:
    """Replaces `{key}`, `{app:key}`, `{user:key}`, `{temp:key}` and `{artifact.name}`.

    A `?` at the end makes a placeholder optional: it becomes empty when there is nothing. Braces
    around anything else (JSON, code) stay as they are.

    Raises:
        KeyError: the state has no such key, or the session no such artifact.
    """
    return await _replace(template, lambda match: _value(match, context))


async def _value(match: re.Match[str], context: Context) -> str:
    name = match[1].strip()
    optional = name.endswith("?")
    name = name.removesuffix("?")
    if name.startswith(_ARTIFACT):
        return await _artifact(name.removeprefix(_ARTIFACT), optional, context)
    if not _STATE_KEY.fullmatch(name):
        return match[0]
    if name in context.session.state:
        value = context.session.state[name]
        return "" if value is None else str(value)
    if optional:
        return ""
    raise KeyError(
        f"Context variable not found: `{name}`. The instruction of agent {context.agent_name!r} "
        f"names it, but the session's state has no such key; write {{{name}?}} if it may be absent"
    )


async def _artifact(name: str, optional: bool, context: Context) -> str:
    part = await context.load_artifact(name)
    if part is None:
        if optional:
            return ""
        raise KeyError(
            f"Artifact {name!r} not found; write {{artifact.{name}?}} if it may be absent"
        )
    return part.text if part.text is not None else str(part)


async def _replace(text: str, value: Callable[[re.Match[str]], Awaitable[str]]) -> str:
    pieces: list[str] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        pieces += [text[end : match.start()], await value(match)]
        end = match.end()
    return "".join([*pieces, text[end:]])
