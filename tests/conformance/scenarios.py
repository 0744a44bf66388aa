"""What both engines are asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from google.genai import types
from pydantic import BaseModel

from tests.conformance.engines import Engine


@dataclass
class Scene:
    """A root agent with the messages it gets."""

    root: Any
    messages: list[Any] = field(default_factory=lambda: ["hi"])
    plugins: list[Any] = field(default_factory=list)
    run: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)
    app: dict[str, Any] = field(default_factory=dict)


Scenario = Callable[[Engine], Scene]
SCENARIOS: dict[str, Scenario] = {}


def scenario(make: Scenario) -> Scenario:
    SCENARIOS[make.__name__] = make
    return make


def weather(city: str, days: int = 3) -> dict[str, Any]:
    """Tells the weather."""
    return {"city": city, "days": days}


def boom() -> str:
    """Fails."""
    raise RuntimeError("boom!")


@scenario
def text_with_output_key(e: Engine) -> Scene:
    return Scene(e.agent(name="root", model=e.model("hello there"), output_key="out"), ["hi", "yo"])


@scenario
def streamed_text(e: Engine) -> Scene:
    root = e.agent(name="root", model=e.model("hello there world"), output_key="out")
    return Scene(root, run={"streaming_mode": "SSE"})


@scenario
def one_tool(e: Engine) -> Scene:
    model = e.model([("weather", {"city": "Rome"})], "sunny")
    return Scene(e.agent(name="root", model=model, tools=[weather]))


@scenario
def streamed_tool(e: Engine) -> Scene:
    model = e.model([("weather", {"city": "Rome"})], "sunny and warm")
    return Scene(e.agent(name="root", model=model, tools=[weather]), run={"streaming_mode": "SSE"})


@scenario
def parallel_tools(e: Engine) -> Scene:
    async def note(key: str, tool_context) -> str:  # type: ignore[no-untyped-def]
        """Notes a key."""
        tool_context.state[key] = key
        return key

    model = e.model([("note", {"key": "a"}), ("note", {"key": "b"})], "done")
    return Scene(e.agent(name="root", model=model, tools=[note]))


@scenario
def unknown_tool(e: Engine) -> Scene:
    return Scene(e.agent(name="root", model=e.model([("nope", {})], "ok"), tools=[weather]))


@scenario
def missing_argument(e: Engine) -> Scene:
    return Scene(e.agent(name="root", model=e.model([("weather", {})], "ok"), tools=[weather]))


@scenario
def failing_tool(e: Engine) -> Scene:
    return Scene(e.agent(name="root", model=e.model([("boom", {})], "ok"), tools=[boom]))


@scenario
def failing_model_then_again(e: Engine) -> Scene:
    return Scene(e.agent(name="root", model=e.model(RuntimeError("down"), "up")), ["hi", "again"])


@scenario
def too_many_model_calls(e: Engine) -> Scene:
    model = e.model([("weather", {"city": "Rome"})])
    return Scene(e.agent(name="root", model=model, tools=[weather]), run={"max_llm_calls": 2})


@scenario
def transfer_stays_with_the_sub_agent(e: Engine) -> Scene:
    model = e.model([("transfer_to_agent", {"agent_name": "sub"})], "from sub", "sub again")
    sub = e.agent(name="sub", description="the sub", model=model)
    return Scene(e.agent(name="root", model=model, sub_agents=[sub]), ["hi", "more"])


@scenario
def transfer_there_and_back(e: Engine) -> Scene:
    model = e.model(
        [("transfer_to_agent", {"agent_name": "sub"})],
        [("transfer_to_agent", {"agent_name": "root"})],
        "root again",
        "still root",
    )
    sub = e.agent(name="sub", description="the sub", model=model)
    return Scene(e.agent(name="root", model=model, sub_agents=[sub]), ["hi", "more"])


@scenario
def transfer_not_back_when_disallowed(e: Engine) -> Scene:
    model = e.model([("transfer_to_agent", {"agent_name": "sub"})], "from sub", "root again")
    sub = e.agent(name="sub", model=model, disallow_transfer_to_parent=True)
    return Scene(e.agent(name="root", model=model, sub_agents=[sub]), ["hi", "more"])


@scenario
def sequence_hands_state_on(e: Engine) -> Scene:
    model = e.model("one", "two")
    children = [
        e.agent(name="a", model=model, output_key="first"),
        e.agent(name="b", model=model, instruction="Got {first}", output_key="second"),
    ]
    return Scene(e.workflow("SequentialAgent", name="seq", sub_agents=children), ["hi", "more"])


@scenario
def parallel_branches(e: Engine) -> Scene:
    children = [e.agent(name=n, model=e.model(n), output_key=n) for n in ("a", "b")]
    return Scene(e.workflow("ParallelAgent", name="par", sub_agents=children))


@scenario
def loop_to_its_limit(e: Engine) -> Scene:
    children = [e.agent(name=n, model=e.model(n)) for n in ("a", "b")]
    return Scene(e.workflow("LoopAgent", name="loop", max_iterations=2, sub_agents=children))


@scenario
def loop_left_by_escalation(e: Engine) -> Scene:
    def leave(tool_context) -> dict[str, Any]:  # type: ignore[no-untyped-def]
        """Leaves."""
        tool_context.actions.escalate = True
        tool_context.actions.skip_summarization = True
        return {}

    a = e.agent(name="a", model=e.model("go", [("leave", {})]), tools=[leave])
    b = e.agent(name="b", model=e.model("b"))
    return Scene(e.workflow("LoopAgent", name="loop", max_iterations=5, sub_agents=[a, b]))


@scenario
def nested_workflows(e: Engine) -> Scene:
    pair = [e.agent(name=n, model=e.model(n)) for n in ("a", "b")]
    inner = e.workflow("ParallelAgent", name="par", sub_agents=pair)
    last = e.agent(name="last", model=e.model("end"))
    return Scene(e.workflow("SequentialAgent", name="seq", sub_agents=[inner, last]))


@scenario
def agent_callbacks_answer(e: Engine) -> Scene:
    def before(callback_context: Any) -> Any:
        callback_context.state["seen"] = True
        return types.Content(role="model", parts=[types.Part(text="not now")])

    return Scene(e.agent(name="root", model=e.model("no"), before_agent_callback=before))


@scenario
def agent_callbacks_add(e: Engine) -> Scene:
    def before(callback_context: Any) -> None:
        callback_context.state["before"] = 1

    def after(callback_context: Any) -> Any:
        return types.Content(role="model", parts=[types.Part(text="and bye")])

    return Scene(
        e.agent(
            name="root",
            model=e.model("hello"),
            before_agent_callback=[before],
            after_agent_callback=after,
        )
    )


@scenario
def model_callbacks(e: Engine) -> Scene:
    response = e.find("models.llm_response", "LlmResponse")

    def before(callback_context: Any, llm_request: Any) -> Any:
        callback_context.state["asked"] = len(llm_request.contents)
        if len(llm_request.contents) > 1:
            return response(content=types.Content(parts=[types.Part(text="cached")]))
        return None

    def after(callback_context: Any, llm_response: Any) -> None:
        callback_context.state["answered"] = True

    root = e.agent(
        name="root",
        model=e.model("hello"),
        before_model_callback=before,
        after_model_callback=[after],
    )
    return Scene(root, ["hi", "again"])


@scenario
def model_error_callback(e: Engine) -> Scene:
    response = e.find("models.llm_response", "LlmResponse")

    def mend(callback_context: Any, llm_request: Any, error: Exception) -> Any:
        return response(content=types.Content(parts=[types.Part(text=f"mended {error}")]))

    model = e.model(RuntimeError("down"))
    return Scene(e.agent(name="root", model=model, on_model_error_callback=mend))


@scenario
def tool_callbacks(e: Engine) -> Scene:
    def before(tool: Any, args: dict[str, Any], tool_context: Any) -> Any:
        tool_context.state["tool"] = tool.name
        return {"early": args} if args.get("city") == "Rome" else None

    def after(tool: Any, args: Any, tool_context: Any, tool_response: Any) -> Any:
        return {**tool_response, "after": True}

    model = e.model([("weather", {"city": "Rome"}), ("weather", {"city": "Oslo"})], "done")
    return Scene(
        e.agent(
            name="root",
            model=model,
            tools=[weather],
            before_tool_callback=before,
            after_tool_callback=after,
        )
    )


@scenario
def long_running_tool(e: Engine) -> Scene:
    long_running = e.find("tools.long_running_tool", "LongRunningFunctionTool")

    def ask(what: str) -> dict[str, str]:
        """Asks."""
        return {"status": "pending", "what": what}

    model = e.model([("ask", {"what": "money"})], "please wait", "other")
    return Scene(e.agent(name="root", model=model, tools=[long_running(func=ask)]), ["hi", "well?"])


@scenario
def artifacts(e: Engine) -> Scene:
    async def save(tool_context) -> int:  # type: ignore[no-untyped-def]
        """Saves twice."""
        part = types.Part(text="one")
        await tool_context.save_artifact("a.txt", part)
        return await tool_context.save_artifact("a.txt", part)  # type: ignore[no-any-return]

    return Scene(e.agent(name="root", model=e.model([("save", {})], "saved"), tools=[save]))


@scenario
def state_scopes(e: Engine) -> Scene:
    def write(tool_context) -> str:  # type: ignore[no-untyped-def]
        """Writes to every scope."""
        for prefix in ("", "user:", "app:", "temp:"):
            tool_context.state[f"{prefix}k"] = prefix or "session"
        return "written"

    root = e.agent(
        name="root",
        model=e.model([("write", {})], "done"),
        tools=[write],
        instruction="{k?} {user:k?} {app:k?} {temp:k?}",
    )
    return Scene(root, ["hi", "more"])


@scenario
def agent_as_a_tool(e: Engine) -> Scene:
    agent_tool = e.find("tools.agent_tool", "AgentTool")
    inner = e.agent(name="inner", model=e.model("inner says"), output_key="from_inner")
    model = e.model([("inner", {"request": "tell"})], "outer says")
    return Scene(e.agent(name="root", model=model, tools=[agent_tool(agent=inner)]))


class Out(BaseModel):
    city: str
    days: int | None = None


@scenario
def output_schema(e: Engine) -> Scene:
    model = e.model('{"city": "Rome"}')
    return Scene(e.agent(name="root", model=model, output_schema=Out, output_key="out"))


@scenario
def state_delta_and_metadata(e: Engine) -> Scene:
    root = e.agent(name="root", model=e.model("hello"))
    return Scene(
        root,
        run={"custom_metadata": {"trace": "t"}},
        arguments={"state_delta": {"k": 1, "temp:t": 2}, "yield_user_message": True},
    )


@scenario
def plugin_answers_before_the_run(e: Engine) -> Scene:
    async def before_run_callback(self: Any, *, invocation_context: Any) -> Any:
        return types.Content(role="model", parts=[types.Part(text="closed")])

    plugin = e.plugin({"before_run_callback": before_run_callback})
    return Scene(e.agent(name="root", model=e.model("no")), plugins=[plugin])


@scenario
def plugin_changes_message_and_event(e: Engine) -> Scene:
    async def on_user_message_callback(
        self: Any, *, invocation_context: Any, user_message: Any
    ) -> Any:
        return types.Content(role="user", parts=[types.Part(text="changed")])

    async def on_event_callback(self: Any, *, invocation_context: Any, event: Any) -> Any:
        return type(event)(author="nobody", custom_metadata={"seen": True})

    plugin = e.plugin(
        {
            "on_user_message_callback": on_user_message_callback,
            "on_event_callback": on_event_callback,
        }
    )
    return Scene(e.agent(name="root", model=e.model("hello")), plugins=[plugin])


def _noting(log: list[str], hook: str, label: str = "plugin") -> Any:
    async def note(self: Any = None, **_: Any) -> None:
        log.append(f"{label} {hook}")

    return note


@scenario
def order_of_all_hooks(e: Engine) -> Scene:
    hooks = [
        f"{name}_callback"
        for name in [
            "on_user_message",
            "before_run",
            "after_run",
            "on_event",
            "before_agent",
            "after_agent",
            "before_model",
            "after_model",
            "before_tool",
            "after_tool",
            "on_tool_error",
            "on_model_error",
        ]
    ]
    own = {
        f"{name}_callback": _noting(e.log, name, "agent")
        for name in [
            "before_agent",
            "after_agent",
            "before_model",
            "after_model",
            "before_tool",
            "after_tool",
        ]
    }
    model = e.model([("weather", {"city": "Rome"})], "sunny")
    root = e.agent(name="root", model=model, tools=[weather], **own)
    return Scene(root, plugins=[e.plugin({hook: _noting(e.log, hook) for hook in hooks})])


@scenario
def order_of_error_hooks(e: Engine) -> Scene:
    hooks = [
        f"{name}_callback"
        for name in [
            "on_tool_error",
            "on_model_error",
            "on_agent_error",
            "on_run_error",
            "after_run",
        ]
    ]
    root = e.agent(name="root", model=e.model([("boom", {})]), tools=[boom])
    return Scene(root, plugins=[e.plugin({hook: _noting(e.log, hook) for hook in hooks})])


def _nothing_yet(what: str) -> None:
    """Asks somebody."""


def _resumable(e: Engine) -> Any:
    return e.find("apps.app", "ResumabilityConfig")(is_resumable=True)


@scenario
def checkpoints_of_workflows(e: Engine) -> Scene:
    loop = e.workflow(
        "LoopAgent",
        name="loop",
        max_iterations=2,
        sub_agents=[e.agent(name="a", model=e.model("a"))],
    )
    par = e.workflow(
        "ParallelAgent", name="par", sub_agents=[e.agent(name="b", model=e.model("b"))]
    )
    root = e.workflow("SequentialAgent", name="seq", sub_agents=[loop, par])
    return Scene(root, app={"resumability_config": _resumable(e)})


@scenario
def pause_at_a_long_running_tool(e: Engine) -> Scene:
    tool = e.find("tools.long_running_tool", "LongRunningFunctionTool")(func=_nothing_yet)
    first = e.agent(name="a", model=e.model([("_nothing_yet", {"what": "x"})]), tools=[tool])
    second = e.agent(name="b", model=e.model("never"))
    root = e.workflow("SequentialAgent", name="seq", sub_agents=[first, second])
    return Scene(root, app={"resumability_config": _resumable(e)})


@scenario
def transfer_leaves_checkpoints(e: Engine) -> Scene:
    model = e.model([("transfer_to_agent", {"agent_name": "sub"})], "from sub")
    sub = e.agent(name="sub", model=model, before_agent_callback=_noting(e.log, "before", "sub"))
    # google-adk skips the after-agent callback of an agent that hands over; here it runs.
    root = e.agent(
        name="root",
        model=model,
        sub_agents=[sub],
        before_agent_callback=_noting(e.log, "before", "root"),
    )
    return Scene(root, app={"resumability_config": _resumable(e)})


def _pay(amount: int) -> dict[str, int]:
    """Pays."""
    return {"paid": amount}


def _decide(confirmed: bool) -> Any:
    def answer(events: list[Any]) -> types.Part:
        (call,) = [
            call
            for event in events
            for call in event.get_function_calls()
            if call.name == "adk_request_confirmation"
        ]
        response = types.FunctionResponse(
            id=call.id, name=call.name, response={"confirmed": confirmed}
        )
        return types.Part(function_response=response)

    return answer


def _confirmation(e: Engine, confirmed: bool) -> Scene:
    tool = e.find("tools.function_tool", "FunctionTool")(_pay, require_confirmation=True)
    model = e.model([("_pay", {"amount": 3})], "done")
    return Scene(e.agent(name="root", model=model, tools=[tool]), ["hi", _decide(confirmed)])


@scenario
def confirmed_tool(e: Engine) -> Scene:
    return _confirmation(e, True)


@scenario
def rejected_tool(e: Engine) -> Scene:
    return _confirmation(e, False)


@scenario
def output_schema_beside_tools(e: Engine) -> Scene:
    model = e.model(
        [("weather", {"city": "Rome"})], [("set_model_response", {"city": "Rome", "days": 2})]
    )
    root = e.agent(name="root", model=model, tools=[weather], output_schema=Out, output_key="out")
    return Scene(root)


def _status(what: str) -> dict[str, str]:
    """Asks somebody."""
    return {"status": "pending"}


def _sequence_with_a_status(e: Engine, **app: Any) -> Scene:
    tool = e.find("tools.long_running_tool", "LongRunningFunctionTool")(func=_status)
    first = e.agent(name="a", model=e.model([("_status", {"what": "x"})], "wait"), tools=[tool])
    second = e.agent(name="b", model=e.model("never"))
    root = e.workflow("SequentialAgent", name="seq", sub_agents=[first, second])
    return Scene(root, app=app)


@scenario
def first_answer_of_a_long_running_tool(e: Engine) -> Scene:
    return _sequence_with_a_status(e)


@scenario
def first_answer_of_a_long_running_tool_in_a_resumable_app(e: Engine) -> Scene:
    return _sequence_with_a_status(e, resumability_config=_resumable(e))
