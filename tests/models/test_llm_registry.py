from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncGenerator

import pytest

from adkconf.agents import LlmAgent
from adkconf.errors import InputValidationError
from adkconf.models import BaseLlm, Echo, Gemini, LLMRegistry, LlmRequest, LlmResponse, registry


class Parrot(BaseLlm):
    @classmethod
    def supported_models(cls) -> list[str]:
        return [r"parrot-\d+", r"gemini-parrot"]

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        yield LlmResponse()


@pytest.fixture(autouse=True)
def _registry_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_classes", dict(registry._classes))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("echo", Echo),
        ("gemini-2.5-flash", Gemini),
        ("gemma-4-31b-it", Gemini),
        ("model-optimizer-exp-04-09", Gemini),
        ("projects/p/locations/eu/endpoints/1", Gemini),
        ("projects/p/locations/eu/publishers/google/models/gemini-2.5-pro", Gemini),
    ],
)
def test_a_name_finds_its_class(name: str, expected: type[BaseLlm]) -> None:
    made = LLMRegistry.new_llm(name)
    assert type(made) is expected
    assert made.model == name


def test_an_agent_takes_a_model_by_its_name() -> None:
    assert isinstance(LlmAgent(name="a", model="echo").canonical_model, Echo)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gemni-2.5-flash", "did you mean 'gemini-2.5-flash'"),
        ("Echo", "did you mean 'echo'"),
        ("GEMINI-2.5-pro", "did you mean 'gemini-2.5-pro'"),
        ("claude-sonnet-4", "does not support Anthropic's models, such as 'claude-sonnet-4'"),
        ("gpt-4o", "does not support OpenAI's models"),
        ("gemma-3-27b-it", "does not support Gemma models before version 4"),
        ("other/gpt-4o", "does not support models of other providers"),
        ("nonsense", "unknown model 'nonsense'. Supported by name: echo, gemini-*"),
        ("", "unknown model ''"),
        ("scripted", "'scripted' needs its steps"),
        ("echo ", "did you mean 'echo'"),
    ],
)
def test_an_unknown_name_is_explained(name: str, told: str) -> None:
    with pytest.raises(InputValidationError, match=".*") as caught:
        LLMRegistry.resolve(name)
    assert told in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_a_class_registered_later_takes_the_names_it_matches() -> None:
    LLMRegistry.register(Parrot)
    assert LLMRegistry.resolve("parrot-7") is Parrot
    assert LLMRegistry.resolve("gemini-parrot") is Parrot
    assert LLMRegistry.resolve("gemini-2.5-flash") is Gemini


def test_registering_patterns_again_replaces_their_class() -> None:
    class Crow(Parrot):
        pass

    LLMRegistry.register(Parrot)
    LLMRegistry.register(Crow)
    assert LLMRegistry.resolve("parrot-7") is Crow


@pytest.mark.parametrize(
    ("patterns", "told"), [([], "returns no pattern"), (["ok", "(broken"], "no regular expression")]
)
def test_a_class_without_usable_patterns_is_refused_as_a_whole(
    patterns: list[str], told: str
) -> None:
    class Owl(Parrot):
        @classmethod
        def supported_models(cls) -> list[str]:
            return patterns

    with pytest.raises(InputValidationError, match=told):
        LLMRegistry.register(Owl)
    with pytest.raises(InputValidationError):
        LLMRegistry.resolve("ok")


def test_the_registry_imports_no_model_before_it_is_needed() -> None:
    code = (
        "import sys; from adkconf.models import LLMRegistry; LLMRegistry.new_llm('echo');"
        "sys.exit('adkconf.models.google_llm' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
