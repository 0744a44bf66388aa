"""Problems of keys and values."""

from __future__ import annotations

from adkconf.config.codes.code import Code

CODES = (
    Code(
        "E201",
        "unknown key",
        "The key has no meaning here, so it would have no effect.",
        "instuction: Be concise.",
        "Correct the spelling, or remove the key.",
        beyond="keys of a `null` in a profile, and keys of edges of workflows",
    ),
    Code(
        "E202",
        "missing key",
        "A key that must be there is not.",
        "root_agent: {model: echo}",
        "Add the key.",
        beyond="names of agents other than the root, `properties` of a `state_schema`, the ends of "
        "edges of workflows, and what the user says in a turn of a conversation test",
    ),
    Code(
        "E203",
        "wrong type",
        "The value is of another kind than expected, like a text instead of a number.",
        "server: {port: many}",
        "Write a value of the expected kind.",
        beyond="the names in `run.per_request`, and the nodes of edges of workflows",
    ),
    Code(
        "E204",
        "not one of the possible values",
        "The key takes one of a few values.",
        "engine: adk",
        "Write one of the values that the message names.",
        beyond="the mode of a root agent",
    ),
    Code(
        "E205",
        "value out of range",
        "The value is too small, too large, too short or too long.",
        "server: {port: 70000}",
        "Write a value within the range.",
    ),
    Code(
        "E206",
        "malformed value",
        "The text does not have the form that is needed.",
        "name: 1st-app",
        "Write it in the form that the message describes.",
        beyond="whether a JSON schema or a regular expression is one, and keys of tokens that "
        "anybody could have made",
    ),
    Code(
        "E207",
        "keys that do not go together",
        "One key excludes another, or needs it.",
        "compaction: {compaction_interval: 10}",
        "Add the key that is missing, or remove the other.",
        beyond="which of the ways to prove a token go together, maps in the middle of chains of "
        "workflows, and two messages in one turn of a conversation test",
    ),
)
