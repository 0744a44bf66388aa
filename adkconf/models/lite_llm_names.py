"""The names of models that LiteLLM serves."""

from __future__ import annotations

_PREFIXES = (
    "openai",
    "azure",
    "azure_ai",
    "groq",
    "anthropic",
    "bedrock",
    "ollama",
    "ollama_chat",
    "together_ai",
    "vertex_ai",
    "mistral",
    "deepseek",
    "fireworks_ai",
    "cohere",
    "databricks",
    "ai21",
)
LITE_LLM_NAMES = tuple(f"{prefix}/.*" for prefix in _PREFIXES)
