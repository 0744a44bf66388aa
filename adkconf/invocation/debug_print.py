"""Events as lines for somebody trying an agent out."""

from __future__ import annotations

import json

from google.genai import types

from adkconf.events.event import Event


def print_event(event: Event, *, verbose: bool = False) -> None:
    """Prints what the author said; with `verbose` also calls, results and files."""
    parts = (event.content.parts if event.content else None) or ()
    text = "".join(part.text for part in parts if part.text and not part.thought)
    if text and not event.partial:
        print(f"{event.author} > {text}")
    if event.error_code:
        print(f"{event.author} ! {event.error_code}: {event.error_message}")
    if verbose:
        for part in parts:
            if line := _detail(part):
                print(f"{event.author} > {line}")


def _detail(part: types.Part) -> str:
    if call := part.function_call:
        return f"[calls {call.name} {json.dumps(call.args, ensure_ascii=False, default=str)}]"
    if answer := part.function_response:
        text = json.dumps(answer.response, ensure_ascii=False, default=str)
        return f"[{answer.name} returned {text}]"
    if blob := part.inline_data:
        return f"[file {blob.display_name or ''} {blob.mime_type}]"
    return ""
