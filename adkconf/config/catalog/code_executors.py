"""The built-in code executors, under google-adk's names."""

from __future__ import annotations

from adkconf.config.spec.component import Builtin, Catalog

CODE_EXECUTORS = Catalog.of(
    "code_executor", Builtin("BuiltInCodeExecutor", "Gemini runs the code that it writes.")
)
