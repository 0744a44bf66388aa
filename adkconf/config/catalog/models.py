"""The built-in models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from adkconf.config.spec.component import Builtin, Catalog
from adkconf.config.spec.secret import Secret
from adkconf.config.spec.section import Section


class ScriptedCallArguments(Section):
    """A function call that the model makes."""

    name: str = Field(min_length=1)
    """The function."""
    args: dict[str, Any] = {}
    """Its arguments."""


class ScriptedErrorArguments(Section):
    """A failure of the model."""

    message: str
    """What it says."""
    code: str | int | None = None
    """The model's own error code."""


class ScriptedStepArguments(Section):
    """One answer, or one failure."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    text: str | None = None
    """What the model says."""
    thought: str | None = None
    """What it thinks before."""
    call: ScriptedCallArguments | None = None
    """A function call."""
    calls: list[ScriptedCallArguments] | None = Field(default=None, min_length=1)
    """Several function calls at once."""
    error: str | ScriptedErrorArguments | None = None
    """The call of the model fails with this message."""
    delay: float = Field(default=0, ge=0)
    """Seconds that pass before."""


class ScriptedArguments(Section):
    """Plays its steps in order for each session, and starts over at the end."""

    steps: list[ScriptedStepArguments] = Field(min_length=1)
    """The answers."""


class GeminiArguments(Section):
    """A model of the Gemini API, or of Vertex AI."""

    model: str = Field(default="gemini-2.5-flash", min_length=1)
    """The model's name."""
    base_url: str | None = None
    """Where the API is, if not at Google's address."""
    api_version: str | None = None
    """The version of the API."""
    client_kwargs: dict[str, Any] | None = None
    """Arguments of `google.genai.Client`, like `vertexai`, `project` and `location`."""
    speech_config: dict[str, Any] | None = None
    """The voice, where a request has none."""
    retry_options: dict[str, Any] | None = None
    """When failed calls are made again, in google-genai's names: `attempts`, `initial_delay`…"""


class LiteLlmArguments(Section):
    """A model of another provider, through LiteLLM; needs the extra `adkconf[litellm]`.

    Keys are found in the environment variables that LiteLLM knows, like `OPENAI_API_KEY`.
    """

    model: str = Field(min_length=1, examples=["openai/gpt-4o"])
    """LiteLLM's name of the model: the provider, `/`, and the provider's name of it."""
    api_base: str | None = None
    """Where the API is, if not at the provider's address."""
    api_key: Secret | None = None
    """The key, if not in the environment."""
    api_version: str | None = None
    """The version of the API."""
    custom_llm_provider: str | None = None
    """Whose words the API speaks, where the name does not tell: `openai`."""
    timeout: float | None = Field(default=None, gt=0)
    """Seconds for an answer."""
    num_retries: int | None = Field(default=None, ge=0)
    """How often a call that failed is made again."""
    drop_params: bool | None = None
    """Leave out what a provider does not take, instead of failing."""
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = None
    """How hard the model thinks, where a request does not say it."""
    extra_headers: dict[str, str] | None = None
    """HTTP headers for the provider."""
    options: dict[str, Any] | None = None
    """Any other arguments of LiteLLM's `completion`."""


MODELS = Catalog.of(
    "model",
    Builtin("echo", "Answers with the user's own text; needs no key and no network."),
    Builtin(
        "scripted",
        "Plays answers that are written down; needs no key and no network.",
        ScriptedArguments,
        main="steps",
    ),
    Builtin(
        "litellm",
        "A model of another provider, through LiteLLM.",
        LiteLlmArguments,
        main="model",
        aliases=("LiteLlm",),
    ),
    Builtin("gemini", "A model of Google's.", GeminiArguments, main="model"),
)
