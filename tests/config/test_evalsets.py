"""google-adk's evalsets, read as conversation tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.adk.evaluation.eval_set import EvalSet

from adkconf.config.loading import load

CALL = {"name": "search", "args": {"text": "museum"}}
PARTS = [{"text": "It", "thought": True}, {"text": "It opens at ten."}]


def evalset(intermediate: Any, **more: Any) -> dict[str, Any]:
    """What google-adk writes for a case, with its empty values."""
    turn = {
        "user_content": {"role": "user", "parts": [{"text": "When?"}]},
        "final_response": {"role": "model", "parts": PARTS},
        "intermediate_data": intermediate,
    }
    case = {"eval_id": "one", "conversation": [turn], **more}
    whole = EvalSet.model_validate({"eval_set_id": "town", "eval_cases": [case]})
    return json.loads(whole.model_dump_json(by_alias=True))


def loaded(directory: Path, content: Any):
    (directory / "town.evalset.json").write_text(json.dumps(content))
    app = "name: a\nroot_agent: {model: echo}\ntests: town.evalset.json\n"
    (directory / "app.yaml").write_text(app)
    return load(directory / "app.yaml", environ={})


@pytest.mark.parametrize(
    "intermediate",
    [
        {"tool_uses": [CALL]},
        {"invocation_events": [{"author": "a", "content": {"parts": [{"function_call": CALL}]}}]},
    ],
)
def test_a_case_is_a_test(tmp_path: Path, intermediate: Any):
    session = {"app_name": "a", "user_id": "ann", "state": {"city": "Rome"}}
    found = loaded(tmp_path, evalset(intermediate, session_input=session))
    assert found.diagnostics == ()
    (test,) = found.spec.tests
    assert (test.name, test.user_id, test.state) == ("one", "ann", {"city": "Rome"})
    expect = test.turns[0].expect
    assert expect.reply.response_match == "It opens at ten."
    assert [(call.name, call.args) for call in expect.calls] == [("search", {"text": "museum"})]


def test_what_a_case_leaves_out_is_not_expected(tmp_path: Path):
    (test,) = loaded(tmp_path, evalset(None)).spec.tests
    assert (test.user_id, test.turns[0].expect.calls) == ("user", None)


def test_a_case_without_a_written_conversation_is_told(tmp_path: Path):
    plan = {"starting_prompt": "Hi", "conversation_plan": "Ask."}
    content = evalset(None, conversation=None, conversation_scenario=plan)
    (problem,) = loaded(tmp_path, content).diagnostics
    assert (problem.file, problem.code) == (str(tmp_path / "town.evalset.json"), "E202")
