"""Models of other providers as a file writes them; LiteLLM is not imported for it."""

from __future__ import annotations

from typing import Any

import pytest

from adkconf.builder.google_adk.models import AdoptedModel
from adkconf.config.loading import load
from adkconf.models.lite_llm import LiteLlm
from tests.builder.two_engines import ENGINES

APP = "name: app\nroot_agent:\n  {model}\n"
WRITTEN = {
    "model: openai/gpt-4o": {},
    "model: {litellm: openai/gpt-4o}": {},
    "model: {LiteLlm: {model: openai/gpt-4o, api_base: 'http://x', api_key: '${KEY}', "
    "options: {top_logprobs: 2}}}": {"api_base": "http://x", "api_key": "k", "top_logprobs": 2},
    "model_code: {name: adkconf.models.lite_llm.LiteLlm, args: {model: openai/gpt-4o}}\n"
    "trust: {imports: [adkconf.models.lite_llm]}": {},
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("engine", ENGINES)
async def test_each_way_to_write_it_makes_the_model(
    project: Any, monkeypatch: pytest.MonkeyPatch, written: str, engine: str
):
    monkeypatch.setenv("KEY", "k")
    built = await project.build(f"engine: {engine}\n" + APP.format(model=written))
    model = built.app.root_agent.model
    model = model.own if isinstance(model, AdoptedModel) else model
    assert isinstance(model, LiteLlm)
    assert (model.model, model._more) == ("openai/gpt-4o", WRITTEN[written])
    assert "k" not in str(built.spec.root_agent.model).split()


@pytest.mark.long  # google-adk's module takes a second of CPU time to import
async def test_google_adks_own_class_is_taken_by_its_engine(project: Any):
    code = "model_code: {name: google.adk.models.lite_llm.LiteLlm, args: {model: openai/gpt-4o}}"
    text = APP.format(model=code) + "trust: {imports: [google.adk.models.lite_llm]}\n"
    assert "import the same name from adkconf" in (await project.problem(text)).hint
    built = await project.build(f"engine: google-adk\n{text}")
    assert built.app.root_agent.model.model == "openai/gpt-4o"


@pytest.mark.parametrize("model", ["openai/gpt-4o", "{litellm: {model: ollama/x, timeout: 9}}"])
async def test_without_litellm_the_error_names_the_extra_and_the_line(
    project: Any, monkeypatch: pytest.MonkeyPatch, model: str
):
    monkeypatch.setattr("adkconf.models.lite_llm.find_spec", lambda name: None)
    app = project.write("app.yaml", APP.format(model=f"model: {model}"))
    assert load(app).diagnostics == ()
    found = await project.problem(app.read_text())
    assert (found.line, "pip install 'adkconf[litellm]'" in found.message) == (3, True)


@pytest.mark.parametrize(
    ("model", "code", "told"),
    [
        ("{litellm: {api_base: x}}", "E202", "'model' is missing"),
        ("{litellm: {model: openai/x, api_bse: y}}", "E201", "api_bse"),
        ("{litellm: {model: openai/x, timeout: 0}}", "E205", "0"),
    ],
)
async def test_mistake_is_an_error_at_its_place(project: Any, model: str, code: str, told: str):
    found = (await project.problems(APP.format(model=f"model: {model}")))[0]
    assert (found.line, found.code) == (3, code)
    assert told in found.message
