"""Nodes are functions too: of their input, and of state keys by their parameters' names."""

from __future__ import annotations

from google.genai import types

from adkconf.events import Event


def sort(node_input: types.Content) -> Event:
    """Chooses the way and hands the letter on."""
    letter = " ".join(part.text or "" for part in node_input.parts or ())
    is_complaint = any(word in letter for word in ("not", "broken", "wrong"))
    return Event(route="complaint" if is_complaint else "other", output=letter)


def thank(node_input: str) -> Event:
    """Answers all other letters."""
    return Event(message=types.ModelContent(f"Thank you for writing: {node_input}"))
