"""Which class serves a model of a given name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from importlib import import_module

from adkconf.errors import InputValidationError
from adkconf.models.base_llm import BaseLlm
from adkconf.models.gemini_names import GEMINI_NAMES
from adkconf.models.lite_llm_names import LITE_LLM_NAMES

_ECHO = "adkconf.models.echo:Echo"
_GEMINI = "adkconf.models.google_llm:Gemini"
_LITE_LLM = "adkconf.models.lite_llm:LiteLlm"

# Pattern of whole names -> class, or where it is: a class is imported when first needed.
_classes: dict[str, type[BaseLlm] | str] = {
    "echo": _ECHO,
    **dict.fromkeys(LITE_LLM_NAMES, _LITE_LLM),
    **dict.fromkeys(GEMINI_NAMES, _GEMINI),
}

_UNSUPPORTED_FAMILIES = {
    r"claude-.*": "Anthropic's models",
    r"(gpt|chatgpt)-.*|o\d+(-.*)?": "OpenAI's models",
    r"gemma-.*": "Gemma models before version 4",
    r"apigee/.*": "models behind Apigee",
    r"[\w.-]+/.+": "models of other providers",
}

_FAMILIES = ("echo", "gemini", "gemma", "model")
_SUPPORTED = (
    "echo, gemini-*, gemma-4*, Vertex AI endpoints (projects/*/locations/*/…), and through LiteLLM "
    "openai/*, anthropic/* and others"
)


class LLMRegistry:
    """Finds the class of a model by its name; of several that match, the latest registered."""

    @staticmethod
    def new_llm(model: str) -> BaseLlm:
        """Makes the model of this name.

        Raises:
            InputValidationError: no class serves it.
        """
        return LLMRegistry.resolve(model)(model=model)

    @staticmethod
    def resolve(model: str) -> type[BaseLlm]:
        """Returns the class that serves the model.

        Raises:
            InputValidationError: no class serves it.
        """
        for pattern in reversed(_classes):
            if re.fullmatch(pattern, model):
                return _load(pattern)
        raise InputValidationError(_explain_unknown(model))

    @staticmethod
    def register(llm_cls: type[BaseLlm]) -> None:
        """Lets a class serve the models that its `supported_models` patterns match.

        Raises:
            InputValidationError: it has no patterns, or one is no regular expression.
        """
        patterns = llm_cls.supported_models()
        if not patterns:
            raise InputValidationError(
                f"{llm_cls.__name__}.supported_models() returns no pattern; "
                "return the regular expressions of the names it serves"
            )
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise InputValidationError(
                    f"{llm_cls.__name__}.supported_models() returns {pattern!r}, "
                    f"which is no regular expression: {error}"
                ) from error
        for pattern in patterns:
            _classes.pop(pattern, None)
            _classes[pattern] = llm_cls


def _load(pattern: str) -> type[BaseLlm]:
    entry = _classes[pattern]
    if isinstance(entry, str):
        module, _, name = entry.partition(":")
        entry = getattr(import_module(module), name)
        _classes[pattern] = entry
    return entry


def _explain_unknown(model: str) -> str:
    if model == "scripted":
        return (
            "the model 'scripted' needs its steps: in YAML `model: {scripted: [{text: Hi}]}`, "
            "in Python `model=Scripted(steps=[{'text': 'Hi'}])`"
        )
    if suggestion := _similar(model):
        return f"unknown model {model!r}; did you mean {suggestion!r}?"
    for pattern, family in _UNSUPPORTED_FAMILIES.items():
        if re.fullmatch(pattern, model):
            problem = f"this version does not support {family}, such as {model!r}"
            break
    else:
        problem = f"unknown model {model!r}"
    return (
        f"{problem}. Supported by name: {_SUPPORTED}. For any other, write a subclass of "
        "BaseLlm and use it as the agent's model, or register it with LLMRegistry.register"
    )


def _similar(model: str) -> str | None:
    """Returns the name with its family spelt right, if that makes it a supported one."""
    family, dash, rest = model.lower().partition("-")
    for candidate in get_close_matches(family, _FAMILIES, n=2, cutoff=0.7):
        name = f"{candidate}{dash}{rest}"
        if name != model and any(re.fullmatch(pattern, name) for pattern in _classes):
            return name
    return None
