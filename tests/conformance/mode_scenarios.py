"""What both engines are asked to do with agents in the modes `task` and `single_turn`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.genai import types
from pydantic import BaseModel

from tests.conformance.engines import Engine
from tests.conformance.scenarios import Scenario, Scene, weather

MODES: dict[str, Scenario] = {}

DONE = [("finish_task", {"result": "found"})]


class Question(BaseModel):
    city: str


class Answer(BaseModel):
    degrees: int


def mode(make: Scenario) -> Scenario:
    MODES[make.__name__] = make
    return make


def _helper(e: Engine, *steps: Any, name: str = "helper", **fields: Any) -> Any:
    return e.agent(
        name=name, description="Helps.", **{"mode": "task", **fields}, model=e.model(*steps)
    )


def _calls(name: str = "helper", request: str = "look") -> tuple[str, dict[str, Any]]:
    return name, {"request": request}


def _root(e: Engine, helpers: list[Any], *steps: Any, **fields: Any) -> Any:
    steps = steps or ([_calls()], "all done", "more")
    return e.agent(name="root", model=e.model(*steps), sub_agents=helpers, **fields)


def _tool(e: Engine, **options: Any) -> Any:
    return e.find("tools.function_tool", "FunctionTool")(weather, **options)


def _answer(name: str, response: dict[str, Any]) -> Callable[[list[Any]], types.Part]:
    def message(events: list[Any]) -> types.Part:
        calls = [call for event in events for call in event.get_function_calls()]
        call = [call for call in calls if call.name == name][-1]
        answer = types.FunctionResponse(id=call.id, name=call.name, response=response)
        return types.Part(function_response=answer)

    return message


def _long_running(e: Engine) -> Any:
    def ask(what: str) -> None:
        """Asks somebody."""

    return e.find("tools.long_running_tool", "LongRunningFunctionTool")(func=ask)


def _resumable(e: Engine) -> dict[str, Any]:
    config = e.find("apps.app", "ResumabilityConfig")(is_resumable=True)
    return {"resumability_config": config}


@mode
def task_in_one_turn(e: Engine) -> Scene:
    return Scene(_root(e, [_helper(e, DONE, output_key="result")]), ["go", "and now?"])


@mode
def task_over_several_turns(e: Engine) -> Scene:
    helper = _helper(e, "which city?", "which day?", DONE)
    return Scene(_root(e, [helper]), ["go", "Rome", "Monday", "thanks"])


@mode
def task_inside_of_a_task(e: Engine) -> Scene:
    inner = _helper(e, "sure?", DONE, name="inner")
    helper = _helper(e, [_calls("inner")], "which?", DONE, sub_agents=[inner])
    return Scene(_root(e, [helper]), ["go", "yes", "this", "thanks"])


@mode
def two_tasks_at_once_are_done_in_turn(e: Engine) -> Scene:
    one, two = (_helper(e, f"{name}?", DONE, name=name) for name in ("one", "two"))
    return Scene(_root(e, [one, two], [_calls("one"), _calls("two")], "all done"), ["go", "1", "2"])


@mode
def tasks_one_after_the_other(e: Engine) -> Scene:
    helper = _helper(e, "first?", DONE, DONE)
    return Scene(_root(e, [helper], [_calls()], [_calls(request="again")], "end"), ["go", "yes"])


@mode
def result_that_does_not_fit_is_tried_again(e: Engine) -> Scene:
    wrong, right = ([("finish_task", {"degrees": value})] for value in ("x", 7))
    helper = _helper(e, wrong, right, output_schema=Answer, output_key="answer")
    return Scene(_root(e, [helper]))


@mode
def result_of_a_schema_that_is_no_object(e: Engine) -> Scene:
    helper = _helper(e, [("finish_task", {"result": 7})], output_schema=int, output_key="answer")
    return Scene(_root(e, [helper]))


@mode
def task_with_an_input_schema(e: Engine) -> Scene:
    helper = _helper(e, DONE, input_schema=Question)
    return Scene(_root(e, [helper], [("helper", {"city": "Rome"})], "end"))


@mode
def tool_inside_of_a_task(e: Engine) -> Scene:
    helper = _helper(e, [("weather", {"city": "Rome"})], DONE, tools=[weather])
    return Scene(_root(e, [helper]))


@mode
def tool_beside_the_end_of_a_task(e: Engine) -> Scene:
    helper = _helper(e, "?", [("weather", {"city": "Rome"}), *DONE], tools=[_tool(e)])
    return Scene(_root(e, [helper]), ["go", "yes"])


@mode
def tool_beside_a_task(e: Engine) -> Scene:
    steps = [("weather", {"city": "Rome"}), _calls()], "all done"
    return Scene(_root(e, [_helper(e, "?", DONE)], *steps, tools=[_tool(e)]), ["go", "yes"])


@mode
def task_cannot_end_while_it_gives_one(e: Engine) -> Scene:
    inner = _helper(e, DONE, name="inner")
    helper = _helper(e, [_calls("inner"), *DONE], DONE, sub_agents=[inner])
    return Scene(_root(e, [helper]))


@mode
def tool_inside_of_a_task_asks_for_confirmation(e: Engine) -> Scene:
    tool = _tool(e, require_confirmation=True)
    helper = _helper(e, [("weather", {"city": "Rome"})], DONE, tools=[tool])
    yes = _answer("adk_request_confirmation", {"confirmed": True})
    return Scene(_root(e, [helper]), ["go", yes])


@mode
def long_running_tool_inside_of_a_task(e: Engine) -> Scene:
    helper = _helper(e, [("ask", {"what": "x"})], DONE, tools=[_long_running(e)])
    return Scene(_root(e, [helper]), ["go", _answer("ask", {"said": "y"}), "thanks"])


@mode
def failure_inside_of_a_task(e: Engine) -> Scene:
    helper = _helper(e, ValueError("boom"), "again?", DONE)
    return Scene(_root(e, [helper]), ["go", "try again", "yes"])


@mode
def streamed_task(e: Engine) -> Scene:
    helper = _helper(e, "which city do you mean?", DONE, output_key="answer")
    root = _root(e, [helper], [_calls()], "all is done")
    return Scene(root, ["go", "Rome"], run={"streaming_mode": "SSE"})


@mode
def resumable_task(e: Engine) -> Scene:
    helper = _helper(e, "which city?", DONE)
    return Scene(_root(e, [helper]), ["go", "Rome", "thanks"], app=_resumable(e))


@mode
def resumable_task_with_a_long_running_tool(e: Engine) -> Scene:
    helper = _helper(e, [("ask", {"what": "x"})], DONE, tools=[_long_running(e)])
    messages = ["go", _answer("ask", {"said": "y"}), "thanks"]
    return Scene(_root(e, [helper]), messages, app=_resumable(e))


@mode
def root_agent_with_a_task(e: Engine) -> Scene:
    model = e.model("which city?", [("weather", {"city": "Rome"})], DONE, "next")
    root = e.agent(name="root", mode="task", output_key="k", model=model, tools=[weather])
    return Scene(root, ["go", "Rome", "more"])


@mode
def agents_with_tasks_are_no_targets_of_transfers(e: Engine) -> Scene:
    transfer = [("transfer_to_agent", {"agent_name": "helper"})]
    return Scene(_root(e, [_helper(e, DONE)], transfer, "sorry"), ["go", "and now?"])


@mode
def single_turns_side_by_side(e: Engine) -> Scene:
    # One event at a time: which of the two is first is no matter.
    helper = _helper(e, "here", mode="single_turn", output_key="answer")
    return Scene(_root(e, [helper], [_calls(), _calls(request="too")], "end"), ["go", "and now?"])


@mode
def single_turn_with_schemas(e: Engine) -> Scene:
    helper = _helper(
        e,
        '{"degrees": 7}',
        mode="single_turn",
        input_schema=Question,
        output_schema=Answer,
        output_key="answer",
    )
    good, bad = [("helper", {"city": "Rome"})], [("helper", {"city": []})]
    return Scene(_root(e, [helper], good, bad, "end"))


@mode
def single_turn_with_a_tool(e: Engine) -> Scene:
    steps = [("weather", {"city": "Rome"})], "sunny"
    return Scene(_root(e, [_helper(e, *steps, mode="single_turn", tools=[weather])]))


@mode
def single_turn_that_fails(e: Engine) -> Scene:
    return Scene(_root(e, [_helper(e, ValueError("boom"), mode="single_turn")]), ["go", "so?"])


@mode
def single_turn_inside_of_a_task(e: Engine) -> Scene:
    inner = _helper(e, "here", name="inner", mode="single_turn")
    return Scene(_root(e, [_helper(e, [_calls("inner")], DONE, sub_agents=[inner])]))


@mode
def single_turn_with_a_long_running_tool(e: Engine) -> Scene:
    tools = [_long_running(e)]
    helper = _helper(e, [("ask", {"what": "x"})], "here", mode="single_turn", tools=tools)
    return Scene(_root(e, [helper]), ["go", _answer("ask", {"said": "y"}), "thanks"])


@mode
def single_turn_with_a_confirmation(e: Engine) -> Scene:
    tools = [_tool(e, require_confirmation=True)]
    steps = [("weather", {"city": "Rome"})], "sunny"
    helper = _helper(e, *steps, mode="single_turn", tools=tools)
    yes = _answer("adk_request_confirmation", {"confirmed": True})
    return Scene(_root(e, [helper]), ["go", yes])


@mode
def resumable_single_turn(e: Engine) -> Scene:
    helper = _helper(e, "here", mode="single_turn")
    return Scene(_root(e, [helper]), ["go", "and now?"], app=_resumable(e))


@mode
def streamed_single_turn(e: Engine) -> Scene:
    helper = _helper(e, "here it is", mode="single_turn")
    return Scene(_root(e, [helper]), run={"streaming_mode": "SSE"})


def _workflow(e: Engine, *nodes: Any) -> Any:
    return e.find("workflow", "Workflow")(name="flow", edges=[("START", *nodes)])


@mode
def task_at_the_start_of_a_workflow(e: Engine) -> Scene:
    helper = _helper(e, "which city?", DONE, output_key="answer")
    last = e.agent(name="last", model=e.model("the end"))
    return Scene(_workflow(e, helper, last), ["go", "Rome", "more"])


@mode
def task_at_the_end_of_a_workflow(e: Engine) -> Scene:
    first = e.agent(name="first", model=e.model("the start"))
    return Scene(_workflow(e, first, _helper(e, "which city?", DONE)), ["go", "Rome"])


@mode
def task_given_by_a_task_in_a_workflow(e: Engine) -> Scene:
    inner = _helper(e, "sure?", DONE, name="inner")
    helper = _helper(e, [_calls("inner")], DONE, sub_agents=[inner])
    last = e.agent(name="last", model=e.model("the end"))
    return Scene(_workflow(e, helper, last), ["go", "yes"])


@mode
def chat_in_a_workflow(e: Engine) -> Scene:
    talker = e.agent(name="talker", mode="chat", model=e.model("one", "two"))
    last = e.agent(name="last", model=e.model("the end"))
    return Scene(_workflow(e, talker, last), ["go", "and now?"])
