"""What tools may ask the user for, planners, code executors and modes of agents."""

from __future__ import annotations

import copy
from typing import Any

from google.genai import types

from tests.conformance.engines import Engine
from tests.conformance.scenarios import Scene, scenario, weather

KEY_SCHEME = {"type": "apiKey", "in": "header", "name": "X-Key"}
OAUTH_SCHEME = {
    "type": "oauth2",
    "flows": {
        "authorizationCode": {
            "authorizationUrl": "https://provider.test/auth",
            "tokenUrl": "https://provider.test/token",
            "scopes": {"mail": "reads mail"},
        }
    },
}
CLIENT = {"clientId": "me", "clientSecret": "hidden", "redirectUri": "https://me.test/back"}


def _config(e: Engine, scheme: dict[str, Any], raw: dict[str, Any] | None) -> Any:
    data = {"authScheme": scheme, "rawAuthCredential": raw}
    return e.find("auth", "AuthConfig").model_validate(data)


def _fetcher(config: Any, name: str = "fetch") -> Any:
    def fetch(tool_context) -> Any:  # type: ignore[no-untyped-def]
        """Fetches with a credential."""
        credential = tool_context.get_auth_response(config)
        if credential is None:
            tool_context.request_credential(config)
            return {"status": "asked"}
        token = credential.oauth2 and credential.oauth2.access_token
        return {"used": credential.auth_type.value, "with": credential.api_key or token}

    fetch.__name__ = name
    return fetch


def _answer(credential: dict[str, Any]) -> Any:
    """A message that fills the credential into the last request for one."""

    def message(events: list[Any]) -> types.Part:
        call = [
            call
            for event in events
            for call in event.get_function_calls()
            if call.name == "adk_request_credential"
        ][-1]
        config = copy.deepcopy(call.args["authConfig"])
        given = config.setdefault("exchangedAuthCredential", {})
        given["authType"] = credential["authType"]
        for key, value in credential.items():
            given[key] = {**given.get(key, {}), **value} if isinstance(value, dict) else value
        response = types.FunctionResponse(id=call.id, name=call.name, response=config)
        return types.Part(function_response=response)

    return message


def _credential(e: Engine, scheme: Any, raw: Any, answer: dict[str, Any]) -> Scene:
    tool = _fetcher(_config(e, scheme, raw))
    root = e.agent(name="root", model=e.model([("fetch", {})], "done"), tools=[tool])
    return Scene(root, ["go", _answer(answer)])


@scenario
def credential_key_of_the_user(e: Engine) -> Scene:
    raw = {"authType": "apiKey", "apiKey": "hidden"}
    return _credential(e, KEY_SCHEME, raw, {"authType": "apiKey", "apiKey": "theirs"})


@scenario
def credential_of_a_sign_in(e: Engine) -> Scene:
    raw = {"authType": "oauth2", "oauth2": CLIENT}
    answer = {"authType": "oauth2", "oauth2": {"accessToken": "theirs"}}
    return _credential(e, OAUTH_SCHEME, raw, answer)


@scenario
def credential_of_a_public_client(e: Engine) -> Scene:
    raw = {"authType": "oauth2", "oauth2": {"clientId": "me"}}
    answer = {"authType": "oauth2", "oauth2": {"accessToken": "theirs"}}
    return _credential(e, OAUTH_SCHEME, raw, answer)


@scenario
def credential_of_openid_connect(e: Engine) -> Scene:
    scheme = {
        "type": "openIdConnect",
        "authorization_endpoint": "https://provider.test/auth",
        "token_endpoint": "https://provider.test/token",
        "scopes": ["openid", "mail"],
    }
    raw = {"authType": "openIdConnect", "oauth2": CLIENT}
    answer = {"authType": "openIdConnect", "oauth2": {"accessToken": "theirs"}}
    return _credential(e, scheme, raw, answer)


@scenario
def one_credential_for_two_calls(e: Engine) -> Scene:
    config = _config(e, KEY_SCHEME, None)
    tools = [_fetcher(config, name) for name in ("first", "second")]
    model = e.model([("first", {}), ("second", {})], "done")
    root = e.agent(name="root", model=model, tools=tools)
    return Scene(root, ["go", _answer({"authType": "apiKey", "apiKey": "theirs"})])


@scenario
def credential_asked_for_below_a_sequence(e: Engine) -> Scene:
    tool = _fetcher(_config(e, KEY_SCHEME, None))
    first = e.agent(name="first", model=e.model([("fetch", {})], "done"), tools=[tool])
    second = e.agent(name="second", model=e.model("after"))
    root = e.workflow("SequentialAgent", name="seq", sub_agents=[first, second])
    return Scene(root, ["go", _answer({"authType": "apiKey", "apiKey": "theirs"})])


@scenario
def confirmation_asked_for_below_a_sequence(e: Engine) -> Scene:
    tool = e.find("tools.function_tool", "FunctionTool")(weather, require_confirmation=True)
    model = e.model([("weather", {"city": "Rome"})], "done")
    first = e.agent(name="first", model=model, tools=[tool])
    second = e.agent(name="second", model=e.model("never"))
    return Scene(e.workflow("SequentialAgent", name="seq", sub_agents=[first, second]))


@scenario
def long_running_tool_below_a_loop(e: Engine) -> Scene:
    def ask(what: str) -> None:
        """Asks somebody."""

    tool = e.find("tools.long_running_tool", "LongRunningFunctionTool")(func=ask)
    first = e.agent(name="first", model=e.model([("ask", {"what": "x"})], "ok"), tools=[tool])
    second = e.agent(name="second", model=e.model("never"))
    return Scene(e.workflow("LoopAgent", name="loop", max_iterations=2, sub_agents=[first, second]))


def _says(*parts: Any) -> list[types.Part]:
    return [part if isinstance(part, types.Part) else types.Part(text=part) for part in parts]


PLANNED = [
    "/*PLANNING*/ 1. look /*REASONING*/ why",
    "/*ACTION*/",
    types.Part(function_call=types.FunctionCall(name="weather", args={"city": "Rome"})),
    types.Part(function_call=types.FunctionCall(name="weather", args={"city": "Oslo"})),
    "written too early",
]
ANSWERED = ["/*REASONING*/ it is", "/*REPLANNING*/ so /*FINAL_ANSWER*/ sunny"]


@scenario
def planned_by_instruction(e: Engine) -> Scene:
    planner = e.find("planners", "PlanReActPlanner")()
    model = e.model(_says(*PLANNED), _says(*ANSWERED), _says("plain"), _says("/*FINAL_ANSWER*/"))
    root = e.agent(name="root", model=model, tools=[weather], planner=planner, output_key="out")
    return Scene(root, ["hi", "more", "again"])


@scenario
def planned_by_instruction_and_streamed(e: Engine) -> Scene:
    planner = e.find("planners", "PlanReActPlanner")()
    model = e.model("/*PLANNING*/ one /*FINAL_ANSWER*/ two")
    return Scene(e.agent(name="root", model=model, planner=planner), run={"streaming_mode": "SSE"})


@scenario
def planned_by_the_models_thinking(e: Engine) -> Scene:
    config = types.ThinkingConfig(include_thoughts=True)
    planner = e.find("planners", "BuiltInPlanner")(thinking_config=config)

    def note(callback_context: Any, llm_request: Any) -> None:
        callback_context.state["thinks"] = llm_request.config.thinking_config.include_thoughts

    model = e.model(_says(types.Part(text="hm", thought=True), "answer"))
    root = e.agent(name="root", model=model, planner=planner, before_model_callback=note)
    return Scene(root)


@scenario
def planned_by_a_planner_of_ones_own(e: Engine) -> Scene:
    class Shouting(e.find("planners", "BasePlanner")):  # type: ignore[misc]
        def build_planning_instruction(self, readonly_context: Any, llm_request: Any) -> str:
            return f"Shout, {readonly_context.agent_name}."

        def process_planning_response(self, callback_context: Any, response_parts: Any) -> Any:
            return [types.Part(text=part.text.upper()) for part in response_parts]

    def note(callback_context: Any, llm_request: Any) -> None:
        told = str(llm_request.config.system_instruction)
        callback_context.state["told"] = "Shout, root." in told

    model = e.model("hello there")
    root = e.agent(name="root", model=model, planner=Shouting(), before_model_callback=note)
    return Scene(root, run={"streaming_mode": "SSE"})


def _executor(e: Engine, **fields: Any) -> Any:
    base = e.find("code_executors", "BaseCodeExecutor")
    result = e.find("code_executors.code_execution_utils", "CodeExecutionResult")
    file = e.find("code_executors.code_execution_utils", "File")

    class Executor(base):  # type: ignore[misc, valid-type]
        def execute_code(self, invocation_context: Any, code_execution_input: Any) -> Any:
            code = code_execution_input.code
            e.log.append(f"{code} {code_execution_input.execution_id}")
            if code.startswith("raise"):
                return result(stderr=f"{code}: no")
            if code.startswith("save"):
                return result(output_files=[file(name="a.txt", content=b"a")])
            return result(stdout=f"{code} -> 42")

    return Executor(**fields)


def _coding(e: Engine, *steps: Any, **fields: Any) -> Scene:
    def note(callback_context: Any, llm_request: Any) -> None:
        seen = [
            (c.role, [p.text.split("\n")[0] for p in c.parts if p.text])
            for c in llm_request.contents
        ]
        e.log.append(str(seen))

    root = e.agent(
        name="root",
        model=e.model(*steps),
        code_executor=_executor(e, **fields),
        before_model_callback=note,
        output_key="out",
    )
    return Scene(root, ["go", "more"])


@scenario
def code_in_an_answer(e: Engine) -> Scene:
    return _coding(e, "Let me see.\n```python\nprint(6)\n```\nIt is 7.", "It is 42.")


@scenario
def code_as_a_part_of_its_own(e: Engine) -> Scene:
    code = types.ExecutableCode(code="print(6)", language=types.Language.PYTHON)
    step = _says("Let me see.", types.Part(executable_code=code), "It is 7.")
    return _coding(e, step, "It is 42.")


@scenario
def code_that_keeps_failing(e: Engine) -> Scene:
    return _coding(e, "```tool_code\nraise 1\n```", error_retry_attempts=2)


@scenario
def code_that_fails_once(e: Engine) -> Scene:
    steps = ["raise 1", "print(1)", "raise 2", "print(2)", ""]
    return _coding(e, *[f"```python\n{step}\n```" if step else "done" for step in steps])


@scenario
def code_that_saves_files(e: Engine) -> Scene:
    return _coding(e, "```python\nsave\n```", "done", stateful=True)


@scenario
def code_between_marks_of_ones_own(e: Engine) -> Scene:
    marks = [("<run>", "</run>"), ("<do>", "</do>")]
    steps = ["a <do>two</do> b <run>one</run>", "<run></run> nothing", "open <run>"]
    return _coding(e, *steps, code_block_delimiters=marks)


@scenario
def code_behind_thoughts(e: Engine) -> Scene:
    thought = types.Part(text="```python\nhidden\n```", thought=True)
    return _coding(e, _says(thought, "```python\nshown\n```"), _says(thought, "done"))


@scenario
def code_under_a_planner(e: Engine) -> Scene:
    scene = _coding(e, "/*ACTION*/ so\n```python\nprint(1)\n```", "/*FINAL_ANSWER*/ done")
    scene.root.planner = e.find("planners", "PlanReActPlanner")()
    return scene


def _noting_contents(log: list[str]) -> Any:
    def note(callback_context: Any, llm_request: Any) -> None:
        seen = [(c.role, [p.text for p in c.parts if p.text]) for c in llm_request.contents]
        log.append(str(seen))

    return note


@scenario
def context_for_one_run(e: Engine) -> Scene:
    model = e.model("one", [("weather", {"city": "Rome"})], "two")
    note = _noting_contents(e.log)
    root = e.agent(name="root", model=model, tools=[weather], before_model_callback=note)
    context = [types.Content(role="user", parts=[types.Part(text="page 7")])]
    return Scene(root, ["first", "second"], run={"model_input_context": context})


@scenario
def context_for_one_run_beside_a_changing_instruction(e: Engine) -> Scene:
    # Each engine introduces a changing instruction in its own words.
    def note_roles(callback_context: Any, llm_request: Any) -> None:
        e.log.append(str([content.role for content in llm_request.contents]))

    root = e.agent(
        name="root",
        model=e.model("one"),
        static_instruction="Always.",
        instruction="Now.",
        before_model_callback=note_roles,
    )
    context = [types.Content(role="model", parts=[types.Part(text="page 7")])]
    return Scene(root, run={"model_input_context": context})
