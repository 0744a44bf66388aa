"""Models: the contract, the Gemini model, the offline models, and the registry of names."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.models.base_llm import BaseLlm as BaseLlm
    from adkconf.models.base_llm_connection import BaseLlmConnection as BaseLlmConnection
    from adkconf.models.echo import Echo as Echo
    from adkconf.models.google_llm import Gemini as Gemini
    from adkconf.models.llm_request import LlmRequest as LlmRequest
    from adkconf.models.llm_response import LlmResponse as LlmResponse
    from adkconf.models.registry import LLMRegistry as LLMRegistry
    from adkconf.models.scripted import Scripted as Scripted

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "BaseLlm": "adkconf.models.base_llm",
        "BaseLlmConnection": "adkconf.models.base_llm_connection",
        "Echo": "adkconf.models.echo",
        "Gemini": "adkconf.models.google_llm",
        "LLMRegistry": "adkconf.models.registry",
        "LlmRequest": "adkconf.models.llm_request",
        "LlmResponse": "adkconf.models.llm_response",
        "Scripted": "adkconf.models.scripted",
    },
)
