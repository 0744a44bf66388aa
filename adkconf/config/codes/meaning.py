"""Problems of parts that do not go together."""

from __future__ import annotations

from adkconf.config.codes.code import Code

CODES = (
    Code(
        "E601",
        "name that cannot be used",
        "An agent's name is an identifier, and `user` is reserved.",
        "root_agent: {name: my agent}",
        "Use letters, digits and underscores; start with a letter.",
    ),
    Code(
        "E602",
        "two agents or tests of the same name",
        "Agents are told apart by their names, and so are conversation tests.",
        "sub_agents: [{name: a}, {name: a}]",
        "Rename one of them.",
    ),
    Code(
        "E603",
        "unknown model",
        "No provider serves a model of this name, and it is not under `models`.",
        "model: gemni-2.5-flash",
        "Correct the name, or add it to `models`.",
    ),
    Code(
        "E604",
        "workflow that cannot be run",
        "The edges between the nodes make no sound graph: a node cannot be reached, a circle has "
        "no way out, two edges are the same.",
        "edges: [[START, a, b], [b, a]]",
        "Change the edges as the message says.",
    ),
)
