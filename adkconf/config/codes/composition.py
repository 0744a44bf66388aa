"""Problems of files, profiles and overrides that belong together."""

from __future__ import annotations

from adkconf.config.codes.code import Code

CODES = (
    Code(
        "E401",
        "included file cannot be used",
        "A file that this one builds on, or that has an agent, is missing or outside of the "
        "project.",
        "sub_agents: [{config_path: researcher.yaml}]",
        "Check the path; it is relative to the file that names it.",
    ),
    Code(
        "E402",
        "files include each other",
        "A file leads back to itself.",
        "a.yaml: extends: b.yaml, b.yaml: extends: a.yaml",
        "Break the circle.",
    ),
    Code(
        "E403",
        "unknown profile",
        "The file has no profile of this name.",
        "adkconf validate app.yaml --profile prod",
        "Choose one of its profiles.",
    ),
    Code(
        "E404",
        "override cannot be applied",
        "`--set` needs `key.key=value`, and the way must lead through mappings.",
        "adkconf validate app.yaml --set server.port",
        "Write the whole path and a value.",
    ),
)
