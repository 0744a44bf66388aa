"""Names of models that providers know, and the built-in model that serves each."""

from __future__ import annotations

import re

PROVIDERS = {
    "gemini": re.compile(
        r"gemini-.+|gemma-4.*|model-optimizer-.+|projects/.+/locations/.+/endpoints/.+"
        r"|projects/.+/locations/.+/publishers/google/models/gemini.+"
    ),
    "litellm": re.compile(
        r"(openai|azure|azure_ai|groq|anthropic|bedrock|ollama|ollama_chat|together_ai|vertex_ai"
        r"|mistral|deepseek|fireworks_ai|cohere|databricks|ai21)/.+"
    ),
}
