"""Conversation tests, run against real apps."""

from __future__ import annotations

from pathlib import Path
from string import Template

import pytest

from adkconf.config.loading import load
from adkconf.errors import BuildError
from adkconf.testing.outcome import Results
from adkconf.testing.trial import run_tests

ADDS = "[{call: {name: add_item, args: {item: bread}}}, {text: I added bread.}]"


def told(results: Results) -> list[tuple[str, str]]:
    return [(failure.code, failure.path) for failure in results.failures]


def one(turns: str, *, script: str = ADDS) -> str:
    return f"- name: t\n  models: {{clerk: {{scripted: {script}}}}}\n  turns:\n{turns}"


async def test_what_comes_as_expected_passes(trial):
    turn = """
          - message: Add bread
            expect:
              reply: {equals: I added bread., contains: [added, bread], not_contains: milk,
                matches: ^I.*bread, response_match: I have added bread}
              calls: [{name: add_item, args: {item: bread}}]
              state: {items: [bread], milk: null}
              author: clerk
              agents: [clerk]
              model_calls: 2
              waits_for: []
              artifacts: []
    """
    assert told(await trial(one(turn))) == []


async def test_all_that_is_not_as_expected_is_told_at_its_place(trial):
    turn = """
          - message: Add bread
            expect:
              reply: {equals: Done., contains: [I, milk], not_contains: bread, matches: ^You,
                response_match: No}
              calls: [{name: add_item, args: {item: milk}}, pay]
              state: {items: [milk], paid: 5}
              author: poet
              agents: [clerk, poet]
              model_calls: 1
              waits_for: [pay]
              artifacts: [list.txt]
              error: X
    """
    expected = [
        ("E907", "error", "the turn ended well"),
        ("E901", "reply.equals", 'expected "Done.", got "I added bread."'),
        ("E901", "reply.contains[1]", 'with "milk" in it'),
        ("E901", "reply.not_contains", 'without "bread"'),
        ("E901", "reply.matches", 'matches "^You"'),
        ("E901", "reply.response_match", "0.00 < 0.8"),
        ("E902", "calls[0].args.item", 'item of add_item to be "milk", got "bread"'),
        ("E902", "calls[1]", "a call of pay here, but it was not made"),
        ("E903", "author", "expected the last answer of poet, got that of clerk"),
        ("E903", "agents", "the agents clerk, poet, got clerk"),
        ("E904", "state.items[0]", 'expected "milk" in the state as items[0], got "bread"'),
        ("E904", "state.paid", "as paid, got nothing"),
        ("E905", "artifacts[0]", "artifact 'list.txt'; artifacts: none"),
        ("E906", "model_calls", "expected 1 answers of models, got 2"),
        ("E908", "waits_for", "expected to wait for pay, got none"),
    ]
    results = await trial(one(turn))
    places = [(code, f"tests[0].turns[0].expect.{path}") for code, path, _ in expected]
    assert told(results) == places
    for failure, (_, _, text) in zip(results.failures, expected, strict=True):
        assert text in failure.message


async def test_a_failure_points_into_the_yaml(trial):
    turn = "  - message: Add bread\n    expect:\n      state:\n        items: [milk]\n"
    (failure,) = (await trial(one(turn, script="[{text: No.}]"))).failures
    assert (failure.file, failure.line, failure.column) == ("app.yaml", 21, 16)


async def test_a_model_that_needs_a_network_is_not_asked(trial):
    results = await trial("- name: t\n  turns: [{message: Hello}, {message: Again}]")
    (failure,) = results.failures
    assert (failure.code, failure.path) == ("E910", "tests[0].turns[0].message")
    assert "models: {clerk:" in failure.hint
    assert "--live" in failure.hint


@pytest.mark.parametrize("model", ["gemini-2.5-pro", "{gemini: gemini-2.5-pro}"])
async def test_nor_is_one_that_the_test_names(trial, model: str):
    results = await trial(f"- name: t\n  models: {{clerk: {model}}}\n  turns: [{{message: Hello}}]")
    assert [failure.code for failure in results.failures] == ["E910"]


@pytest.mark.parametrize("name", ["clerk", "gemini-2.5-flash"])
async def test_models_are_replaced_by_agent_or_by_model(trial, name: str):
    results = await trial(
        f"- name: t\n  models: {{{name}: echo}}\n"
        "  turns: [{message: Hello, expect: {reply: Hello, model_calls: 1}}]"
    )
    assert told(results) == []


async def test_models_are_replaced_by_their_names_in_the_app(trial):
    app = (
        "name: a\nmodels: {big: gemini-2.5-pro}\n"
        "root_agent: {name: x, model: big, sub_agents: [{name: y, model: big}]}"
    )
    test = "- name: t\n  models: {big: echo}\n  turns: [{message: Hi, expect: {reply: Hi}}]"
    assert told(await trial(test, app=app)) == []


async def test_a_name_that_stands_for_nothing_is_an_error(trial):
    with pytest.raises(BuildError) as caught:
        await trial("- name: t\n  models: {clark: echo}\n  turns: [{message: Hi}]")
    (problem,) = [item for item in caught.value.diagnostics if item.severity == "error"]
    assert (problem.code, problem.hint) == ("E603", "did you mean 'clerk'?")


async def test_agents_written_in_python_get_stand_ins_too(trial, tmp_path: Path):
    (tmp_path / "agent.py").write_text(
        "from adkconf.agents import LlmAgent\nfrom adkconf.tools import AgentTool\n"
        "inner = LlmAgent(name='inner', model='gemini-2.5-pro')\n"
        "root = LlmAgent(name='root', model='gemini-2.5-flash', tools=[AgentTool(inner)])\n"
    )
    script = "[{call: {name: inner, args: {request: Hi}}}, {text: Done.}]"
    results = await trial(
        f"""
        - name: both
          models: {{root: {{scripted: {script}}}, inner: echo}}
          turns: [{{message: Hi, expect: {{reply: Done., calls: [inner]}}}}]
        - name: one
          models: {{root: {{scripted: {script}}}}}
          turns: [{{message: Hi}}]
        """,
        app="name: a\nroot_agent: ./agent.py:root",
    )
    assert told(results) == [("E910", "tests[1].turns[0].message")]


async def test_a_model_of_the_tests_own_is_only_imported_for_them(trial, tmp_path: Path):
    (tmp_path / "fake.py").write_text(
        "from adkconf.models import BaseLlm, LlmResponse\nfrom google.genai import types\n"
        "class Fake(BaseLlm):\n"
        "    model: str = 'fake'\n"
        "    async def generate_content_async(self, llm_request, stream=False):\n"
        "        yield LlmResponse(content=types.ModelContent('I am a fake.'))\n"
    )
    turns = "turns: [{message: Hi, expect: {reply: I am a fake.}}]"
    test = f"- {{name: t, models: {{%s: ./fake.py:Fake}}, {turns}}}"
    assert told(await trial(test % "clerk")) == []
    app = "name: a\nmodels: {big: gemini-2.5-pro}\nroot_agent: {name: x, model: big}"
    assert told(await trial(test % "big", app=app)) == []


async def test_the_stores_of_the_app_are_not_touched(trial, tmp_path: Path):
    app = "name: a\nroot_agent: {name: x, model: echo}\nservices: {session: sqlite:///a.db}"
    assert told(await trial("- name: t\n  turns: [{message: Hi}]", app=app)) == []
    assert not (tmp_path / "a.db").exists()


async def test_each_test_starts_with_a_state_of_its_own(trial):
    test = """
        - name: $name
          user_id: ann
          state: {items: [$item], "user:city": Rome}
          models: {clerk: {scripted: [{call: {name: add_item, args: {item: x}}}, {text: a}]}}
          turns: [{message: Hi, expect: {state: {items: [$item, x], "user:city": Rome}}}]
    """
    names = {"one": "milk", "two": "tea"}
    both = "".join(Template(test).substitute(name=name, item=names[name]) for name in names)
    assert told(await trial(both)) == []


@pytest.mark.parametrize(("said", "paid"), [("true", "5"), ("{confirmed: true, name: pay}", "5")])
async def test_a_confirmation_lets_the_tool_run(trial, said: str, paid: str):
    turns = f"""
          - {{message: Pay, expect: {{waits_for: [pay], calls: [pay]}}}}
          - {{confirm: {said}, expect: {{state: {{paid: {paid}}}, waits_for: [], reply: Done.}}}}
    """
    script = "[{call: {name: pay, args: {amount: 5}}}, {text: Done.}]"
    assert told(await trial(one(turns, script=script))) == []


async def test_a_refusal_keeps_it_from_running(trial):
    turns = """
          - message: Pay
          - {confirm: false, expect: {state: {paid: null}, waits_for: []}}
          - {confirm: true}
    """
    script = "[{call: {name: pay, args: {amount: 5}}}, {text: Done.}]"
    assert told(await trial(one(turns, script=script))) == [("E908", "tests[0].turns[2].confirm")]


async def test_a_long_running_tool_gets_its_answer(trial):
    turns = """
          - {message: May I?, expect: {waits_for: [approve]}}
          - {answers: [{name: approve, response: {ok: true}}], expect: {reply: You may.}}
          - {answers: [{name: approve, response: {ok: true}}]}
    """
    script = "[{call: {name: approve}}, {text: Wait.}, {text: You may.}]"
    results = await trial(one(turns, script=script))
    assert told(results) == [("E908", "tests[0].turns[2].answers")]


async def test_a_turn_that_fails_ends_the_test_unless_that_is_expected(trial):
    turns = "  - {message: Hi%s}\n  - {message: Hi, expect: {reply: Done.}}\n"
    script = "[{call: {name: fail}}, {text: Done.}]"
    (failure,) = (await trial(one(turns % "", script=script))).failures
    assert (failure.code, failure.path) == ("E907", "tests[0].turns[0].message")
    assert "ConnectionError: the shop is closed" in failure.message
    expected = ", expect: {error: ConnectionError}"
    assert told(await trial(one(turns % expected, script=script))) == []


async def test_another_error_than_expected_is_told(trial):
    turns = "  - {message: Hi, expect: {error: RUN_TIMEOUT}}\n"
    results = await trial(one(turns, script="[{error: {message: no, code: BUSY}}]"))
    assert results.failures[0].message == "expected the error RUN_TIMEOUT, got BUSY: no"


async def test_a_turn_has_a_time_limit(trial):
    turns = "  - {message: Hi}\n  timeout_seconds: 0.05"
    results = await trial(one(turns, script="[{text: Late., delay: 20}]"))
    assert told(results) == [("E909", "tests[0].turns[0].message")]


async def test_files_are_compared_by_their_text(trial):
    turns = """
          - {message: Save, expect: {artifacts: {list.txt: {contains: bread}}}}
          - {message: Hi, expect: {artifacts: {list.txt: tea}}}
    """
    script = "[{call: {name: save}}, {text: Saved.}, {text: Hi.}]"
    results = await trial(one(turns, script=script))
    assert told(results) == [("E905", "tests[0].turns[1].expect.artifacts.list.txt")]


async def test_a_message_may_have_parts(trial):
    turn = "  - {message: [Look, {inline_data: {mime_type: image/png, data: aGk=}}], %s}\n"
    test = f"- name: t\n  models: {{clerk: echo}}\n  turns:\n{turn}"
    assert told(await trial(test % "expect: {reply: {contains: image/png}}")) == []
    wrong = test.replace("inline_data: {mime_type", "inline: {mime_type")
    assert [code for code, _ in told(await trial(wrong % "expect: {}"))] == ["E505"]


async def test_handovers_are_calls_and_change_the_author(trial):
    expect = "{calls: [transfer_to_agent], author: poet, agents: [clerk, poet]}"
    turns = f"  - {{message: A poem, expect: {expect}}}"
    script = "[{call: {name: transfer_to_agent, args: {agent_name: poet}}}, {text: Roses.}]"
    assert told(await trial(one(turns, script=script))) == []


async def test_fail_fast_leaves_the_rest_out(trial):
    tests = "".join(f"- {{name: t{number}, turns: [{{message: Hi}}]}}\n" for number in range(3))
    results = await trial(tests, fail_fast=True)
    assert len(results.outcomes) == 1
    assert [test.name for test in results.not_run] == ["t1", "t2"]


async def test_an_evalset_of_google_adk_is_run(trial, tmp_path: Path):
    (tmp_path / "shop.evalset.json").write_text(
        '{"eval_set_id": "s", "eval_cases": [{"eval_id": "adds", "conversation": [{'
        '"user_content": {"parts": [{"text": "Add bread"}], "role": "user"},'
        '"final_response": {"parts": [{"text": "I added the bread."}], "role": "model"},'
        '"intermediate_data": {"tool_uses": [{"name": "add_item", "args": {"item": "tea"}}]}}],'
        '"session_input": {"app_name": "shop", "user_id": "u", "state": {}}}]}'
    )
    agent = f"{{name: clerk, model: {{scripted: {ADDS}}}, tools: [./tools.py:add_item]}}"
    results = await trial("- shop.evalset.json", app=f"name: shop\nroot_agent: {agent}")
    assert [(found.file, found.code) for found in results.failures] == [
        ("shop.evalset.json", "E902")
    ]


async def test_the_second_engine_is_tested_alike(trial):
    app = "name: a\nengine: google-adk\nroot_agent: {name: x, model: gemini-2.5-flash}"
    results = await trial(
        """
        - {name: a, models: {x: echo}, turns: [{message: Hi, expect: {reply: Hi, model_calls: 1}}]}
        - {name: b, turns: [{message: Hi}]}
        """,
        app=app,
    )
    assert told(results) == [("E910", "tests[1].turns[0].message")]


@pytest.mark.parametrize(
    "models", ["{}", "{gemini-2.5-pro: echo}", "{gemini-2.5-pro: gemini-2.5-flash}"]
)
async def test_summaries_need_no_network_either(trial, models: str):
    app = (
        "name: a\nroot_agent: {name: x, model: echo}\n"
        "compaction: {compaction_interval: 1, overlap_size: 0, summarizer: {model: gemini-2.5-pro}}"
    )
    turns = "[{message: Hi}, {message: Hi, expect: {reply: Hi}}]"
    assert told(await trial(f"- {{name: a, models: {models}, turns: {turns}}}", app=app)) == []


async def test_the_tests_of_a_file_are_of_the_chosen_profile(tmp_path: Path):
    (tmp_path / "app.yaml").write_text(
        "name: a\nroot_agent: {name: x, model: echo}\n"
        "profiles: {p: {tests: [{name: t, turns: [{message: Hi, expect: {reply: Ho}}]}]}}\n"
    )
    loaded = load(tmp_path / "app.yaml", profile="p")
    assert [item.code for item in (await run_tests(loaded, loaded.spec.tests)).failures] == ["E901"]


async def test_a_tool_gets_the_credential_that_the_user_gives(trial):
    (scheme, asked) = ("{type: apiKey, in: header, name: X-Key}", "adk_request_credential")
    app = f"""
name: a
root_agent:
  name: x
  model: {{scripted: [{{call: {{name: mail}}}}, {{text: Done.}}]}}
  tools: [AuthenticatedFunctionTool: {{func: ./tools.py:mail, auth_scheme: {scheme}}}]
"""
    given = "{exchangedAuthCredential: {authType: apiKey, apiKey: secret}}"
    test = f"""
        - name: t
          turns:
            - {{message: Mail?, expect: {{waits_for: [mail], calls: [mail]}}}}
            - {{answers: [{{name: mail, response: {given}}}], expect: {{state: {{key: apiKey}}}}}}
            - {{answers: [{{name: {asked}, response: {given}}}]}}
    """
    assert told(await trial(test, app=app)) == [("E908", "tests[0].turns[2].answers")]


async def test_live_asks_the_model_after_all(trial):
    there = "{api_key: x}, base_url: 'http://127.0.0.1:1', retry_options: {attempts: 1}"
    app = f"name: a\nroot_agent: {{name: x, model: {{gemini: {{client_kwargs: {there}}}}}}}"
    (failure,) = (await trial("- {name: t, turns: [{message: Hi}]}", app=app, live=True)).failures
    assert failure.code == "E907"
    assert "127.0.0.1" in failure.message
