"""Problems that show when the app is built."""

from __future__ import annotations

from adkconf.config.codes.code import Code

CODES = (
    Code(
        "E701",
        "not supported here",
        "The language has the key, the engine in use does not support it.",
        "plugins: [cloud_trace]  # with `engine: google-adk`",
        "Leave it out, or use another engine.",
    ),
    Code(
        "E702",
        "import failed",
        "Importing a module raised.",
        "tools: [./tools.py:search]  # tools.py raises",
        "Correct the module; the message tells what it raised.",
    ),
    Code(
        "E703",
        "not usable as what it stands for",
        "The Python object is of another kind than needed.",
        "plugins: [./audit.py:a_number]",
        "Refer to an object, a class or a function of the right kind.",
    ),
    Code(
        "E704",
        "component could not be made",
        "The constructor or factory of a component raised.",
        "plugins: [./audit.py:AuditPlugin: {level: full}]",
        "See what it raised; correct its arguments.",
    ),
    Code(
        "E705",
        "service could not be opened",
        "A database, a directory or another resource could not be opened.",
        "services: {session: postgresql://nowhere/db}",
        "Check the URI, and that the server runs.",
    ),
)
