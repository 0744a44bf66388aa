"""Models of other providers, through LiteLLM; needs the extra `adkconf[litellm]`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pydantic import Field, PrivateAttr

from adkconf.errors import AdkconfError, MissingExtraError, ModelError
from adkconf.models.base_llm import BaseLlm
from adkconf.models.lite_llm_names import LITE_LLM_NAMES
from adkconf.models.lite_llm_request import completion_arguments, reasoning_effort
from adkconf.models.lite_llm_response import Answer
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse

# What a request or a run says, and no constructor.
_OF_REQUESTS = ("messages", "tools", "stream")
_SECRET_WORDS = ("key", "token", "secret", "password")
_MAX_DETAIL = 600


class LiteLLMClient:
    """Calls LiteLLM, which is imported at the first call: that takes seconds."""

    async def acompletion(self, model: str, messages: Any, tools: Any, **kwargs: Any) -> Any:
        """Returns a response, or with `stream` an async iterator of its pieces."""
        return await _litellm().acompletion(model=model, messages=messages, tools=tools, **kwargs)

    def reasons(self, model: str, provider: str | None) -> bool:
        """Tells whether a model can be told how hard to think."""
        litellm = _litellm()
        known = litellm.get_supported_openai_params(model=model, custom_llm_provider=provider)
        return "reasoning_effort" in (known or ())


class LiteLlm(BaseLlm):
    """A model by LiteLLM's name for it: `openai/gpt-4o`, `anthropic/claude-sonnet-4-5`.

    Keys are in the environment variables that LiteLLM knows, or in `api_key`. Further arguments
    go to LiteLLM's `acompletion` as they are; what a request says comes before them.

    Raises:
        MissingExtraError: LiteLLM is not installed.
    """

    llm_client: LiteLLMClient = Field(default_factory=LiteLLMClient, exclude=True)

    _more: dict[str, Any] = PrivateAttr(default_factory=dict)

    def __init__(self, model: str, **kwargs: Any) -> None:
        own = {"llm_client": kwargs.pop("llm_client")} if "llm_client" in kwargs else {}
        super().__init__(model=model, **own)
        if not own and find_spec("litellm") is None:
            raise MissingExtraError(f"model {model!r}", extra="litellm", package="litellm")
        self._more = {name: value for name, value in kwargs.items() if name not in _OF_REQUESTS}

    @classmethod
    def supported_models(cls) -> list[str]:
        """Returns the names that are served without being told to be LiteLLM's."""
        return list(LITE_LLM_NAMES)

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Answers one request.

        Raises:
            ModelError: the provider refuses, or cannot be reached.
            InputValidationError: the request has parts that cannot be sent.
        """
        model = llm_request.model or self.model
        thinking = llm_request.config.thinking_config
        answer = Answer(thoughts=thinking is None or thinking.include_thoughts is not False)
        with self._explained(model):
            arguments = self._arguments(llm_request, model)
            if not stream:
                response = await self.llm_client.acompletion(**arguments)
                list(answer.add(response.model_dump()))
                yield answer.whole(model)
                return
            options = {"stream": True, "stream_options": {"include_usage": True}}
            async with aclosing(_pieces(self.llm_client, {**arguments, **options})) as pieces:
                async for piece in pieces:
                    for shown in answer.add(piece):
                        yield shown
            yield answer.whole(model)

    def _arguments(self, request: LlmRequest, model: str) -> dict[str, Any]:
        said = completion_arguments(request, model)
        arguments = {"model": model, "tools": None, **self._more, **said}
        if "max_completion_tokens" in said:
            arguments.pop("max_tokens", None)
        if headers := said.get("extra_headers"):
            arguments["extra_headers"] = {**(self._more.get("extra_headers") or {}), **headers}
        effort = reasoning_effort(request.config)
        provider = self._more.get("custom_llm_provider")
        if effort is not None and self.llm_client.reasons(model, provider):
            arguments.pop("thinking", None)
            arguments["reasoning_effort"] = effort
        return arguments

    @contextmanager
    def _explained(self, model: str) -> Iterator[None]:
        """Turns failures of LiteLLM into ModelErrors that quote no key."""
        try:
            yield
        except (AdkconfError, GeneratorExit):
            raise
        except Exception as error:
            said = " ".join(str(getattr(error, "message", None) or error).split())
            for secret in self._secrets():
                said = said.replace(secret, "…")
            code = getattr(error, "status_code", None)
            raise ModelError(f"model {model!r}: {said[:_MAX_DETAIL]}", code=code) from None

    def _secrets(self) -> list[str]:
        return [
            value
            for name, value in self._more.items()
            if isinstance(value, str) and value and any(word in name for word in _SECRET_WORDS)
        ]


async def _pieces(client: LiteLLMClient, arguments: dict[str, Any]) -> AsyncGenerator[Any, None]:
    stream = await client.acompletion(**arguments)
    try:
        async for piece in stream:
            yield piece.model_dump()
    finally:
        if (close := getattr(stream, "aclose", None)) is not None:
            await close()


def _litellm() -> Any:
    return import_module("litellm")
