"""Names of the models that Gemini serves, as regular expressions of whole names."""

from __future__ import annotations

GEMINI_NAMES = (
    r"gemini-.*",
    r"gemma-4.*",
    r"model-optimizer-.*",
    r"projects/.+/locations/.+/endpoints/.+",
    r"projects/.+/locations/.+/publishers/google/models/gemini.+",
)
