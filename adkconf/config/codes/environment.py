"""Problems of variables and of files that stand for values."""

from __future__ import annotations

from adkconf.config.codes.code import Code

CODES = (
    Code(
        "E301",
        "variable not set",
        "`${NAME}` is not in the environment, nor in a file of `env.files`.",
        "model: ${MODEL}",
        "Set the variable, or give a default: `${MODEL:-gemini-2.5-flash}`.",
    ),
    Code(
        "E302",
        "malformed interpolation",
        "After `${` there is no name, an unknown operator, or no closing `}`.",
        "model: ${MODEL",
        "Write `${NAME}`, `${NAME:-default}`, `${NAME:?message}` or `${file:path}`; `$$` for `$`.",
    ),
    Code(
        "E303",
        "file for a value cannot be used",
        "The file of `${file:path}` is missing, outside of the project, too large or no text.",
        "instruction: ${file:prompt.txt}",
        "Check the path; it is relative to the file that names it.",
    ),
    Code(
        "E305",
        "environment file cannot be used",
        "A file of `env.files` is missing, or a line of it is not `NAME=value`.",
        "env: {files: [.env]}",
        "Create the file, or correct the line.",
    ),
)
