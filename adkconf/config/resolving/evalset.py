"""google-adk's evalsets as conversation tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic.alias_generators import to_camel

from adkconf.config.nodes import Entry, Mapping, Node, Scalar, Sequence
from adkconf.config.problems import Problems


def is_evalset(tree: Mapping) -> bool:
    """Tells whether a file is an evalset."""
    return _entry(tree, "eval_cases") is not None


def conversations_of(tree: Mapping, problems: Problems) -> tuple[Node, ...]:
    """Returns a test for each case, all of it in its place.

    Tools must be called as in the case; the last answer must be like the one in the case. Cases
    without a conversation that is written down have nobody who says something, and are noted.
    """
    cases = _get(tree, "eval_cases")
    if not isinstance(cases, Sequence):
        assert cases is not None
        problems.add(cases.span, "E203", "'eval_cases' is no list")
        return ()
    return tuple(
        test for case in cases.items if (test := _conversation(case, problems)) is not None
    )


def _conversation(case: Node, problems: Problems) -> Node | None:
    invocations = _entry(case, "conversation")
    if invocations is None or not isinstance(invocations.node, Sequence):
        message = "the case has no conversation"
        hint = "only cases whose messages are written down can be run; put others in another file"
        problems.add(case.span, "E202", message, hint=hint)
        return None
    entries = {}
    turns = Sequence(invocations.node.span, tuple(_turn(item) for item in invocations.node.items))
    entries["turns"] = Entry(invocations.key_span, turns)
    _keep(entries, "name", _entry(case, "eval_id"))
    session = _get(case, "session_input")
    _keep(entries, "user_id", _entry(session, "user_id"))
    _keep(entries, "state", _entry(session, "state"))
    return Mapping(case.span, entries)


def _turn(invocation: Node) -> Node:
    entries: dict[str, Entry] = {}
    expect: dict[str, Entry] = {}
    _keep(entries, "message", _entry(_get(invocation, "user_content"), "parts"))
    final = _entry(invocation, "final_response")
    if final is not None and (text := _text(final.node)):
        match = Entry(final.key_span, Scalar(final.node.span, text, text))
        expect["reply"] = Entry(final.key_span, Mapping(final.node.span, {"response_match": match}))
    if (calls := _calls(_get(invocation, "intermediate_data"))) is not None:
        expect["calls"] = calls
    if expect:
        at = invocation.span
        entries["expect"] = Entry(at, Mapping(at, expect))
    return Mapping(invocation.span, entries)


def _calls(intermediate: Node | None) -> Entry | None:
    """Returns the calls of a turn: they stand in a list, or in the contents of events."""
    entry = _entry(intermediate, "tool_uses") or _entry(intermediate, "invocation_events")
    if entry is None or not isinstance(entry.node, Sequence):
        return None
    calls = entry.node.items
    if _entry(intermediate, "tool_uses") is None:
        parts = (_get(_get(event, "content"), "parts") for event in calls)
        found = (_get(part, "function_call") for part in _items(parts))
        calls = tuple(call for call in found if isinstance(call, Mapping))
    items = tuple(_call(call) for call in calls)
    return Entry(entry.key_span, Sequence(entry.node.span, items))


def _items(lists: Iterable[Node | None]) -> Iterator[Node]:
    return (item for node in lists if isinstance(node, Sequence) for item in node.items)


def _call(call: Node) -> Node:
    entries: dict[str, Entry] = {}
    for key in ("name", "args"):
        _keep(entries, key, _entry(call, key))
    return Mapping(call.span, entries)


def _text(content: Node) -> str:
    """Returns the texts of a content's parts, thoughts left out."""
    parts = _items([_get(content, "parts")])
    texts = [_get(part, "text") for part in parts if not _is_thought(part)]
    return "\n".join(text.text for text in texts if isinstance(text, Scalar) and text.value)


def _is_thought(part: Node) -> bool:
    thought = _get(part, "thought")
    return isinstance(thought, Scalar) and thought.value is True


def _keep(entries: dict[str, Entry], key: str, entry: Entry | None) -> None:
    """Adds an entry unless it is missing or null, as google-adk writes what is not there."""
    if entry is not None and not (isinstance(entry.node, Scalar) and entry.node.value is None):
        entries[key] = entry


def _get(node: Node | None, key: str) -> Node | None:
    entry = _entry(node, key)
    return entry.node if entry is not None else None


def _entry(node: Node | None, key: str) -> Entry | None:
    """Returns an entry by its name in snake case or, as google-adk writes some, in camel case."""
    if not isinstance(node, Mapping):
        return None
    return node.entries.get(key) or node.entries.get(to_camel(key))
