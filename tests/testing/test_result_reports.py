"""The results of tests in each format."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from adkconf.testing.outcome import Results
from adkconf.testing.report import FORMATS, render_results

TESTS = """
- {name: good, turns: [{message: Hi, expect: {reply: Hi}}]}
- {name: bad <&>, turns: [{message: Hi, expect: {reply: Ho, author: y}}]}
- {name: never, turns: [{message: Hi}]}
"""


@pytest.fixture
async def results(trial) -> Results:
    app = "name: a\nroot_agent: {name: x, model: echo}"
    return await trial(TESTS, app=app, fail_fast=True)


async def test_text_has_the_tests_the_places_and_a_summary(results):
    text = render_results(results, "text")
    assert text.startswith("passed good (0.")
    assert "\nFAILED bad <&> (" in text
    assert '\nerror[E901]: expected "Ho", got "Hi"\n --> app.yaml:5:57\n' in text
    assert text.splitlines()[-1].startswith("1 failed, 1 passed, 1 not run in ")


async def test_json_has_all_tests_with_their_failures(results):
    report = json.loads(render_results(results, "json"))
    assert [report[key] for key in ("app", "passed", "failed", "not_run")] == ["a", 1, 1, 1]
    assert [test["outcome"] for test in report["tests"]] == ["passed", "failed", "not_run"]
    assert [item["code"] for item in report["tests"][1]["failures"]] == ["E901", "E903"]


async def test_junit_has_a_case_for_each_test(results):
    root = ElementTree.fromstring(render_results(results, "junit"))
    (suite,) = root
    counts = {key: suite.get(key) for key in ("name", "tests", "failures", "skipped", "errors")}
    assert list(counts.values()) == ["a", "3", "1", "1", "0"]
    good, bad, never = suite
    assert (good.get("name"), good.get("file"), good.get("line"), len(good)) == (
        *("good", "app.yaml", "4"),
        0,
    )
    assert bad[0].get("message") == 'expected "Ho", got "Hi" (and 1 more)'
    assert "app.yaml:5:57" in (bad[0].text or "")
    assert never[0].tag == "skipped"


async def test_github_gets_what_failed(results):
    lines = render_results(results, "github").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["::error file=app.yaml"] * 2


HOSTILE = """
from adkconf.models import BaseLlm, LlmResponse
from google.genai import types

class Hostile(BaseLlm):
    model: str = "hostile"

    async def generate_content_async(self, llm_request, stream=False):
        yield LlmResponse(content=types.ModelContent("\\x1b[31m]]>\\x9b\\0\\ud800"))
"""


@pytest.mark.parametrize("format", FORMATS)
async def test_what_a_model_says_steers_no_terminal_and_breaks_no_xml(trial, tmp_path, format):
    (tmp_path / "hostile.py").write_text(HOSTILE)
    test = "{name: t, models: {clerk: ./hostile.py:Hostile}, turns: [{message: Hi, expect: %s}]}"
    text = render_results(await trial("- " + test % "{reply: Ho}"), format)
    assert not {"\x1b", "\0"} & set(text)
    if format == "junit":
        ElementTree.fromstring(text.encode("utf-8", "backslashreplace"))
