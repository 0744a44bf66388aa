"""Workflows that both engines are asked to run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from importlib import import_module
from typing import Any

from google.genai import types
from pydantic import BaseModel

from tests.conformance.engines import Engine
from tests.conformance.scenarios import Scene

WORKFLOWS: dict[str, Callable[[Engine], Scene]] = {}

# Below agents that are no model, google-adk gives all events the agent's path, and we their own.
OWN_PATHS = {"sequence_as_a_node", "parallel_agent_as_a_node"}


class Kit:
    """What a workflow is made of, in one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.event = engine.find("events.event", "Event")
        self.ask = engine.find("events.request_input", "RequestInput")
        self.model = engine.model
        self.agent = engine.agent
        self.START = engine.find("workflow", "START")
        self.DEFAULT_ROUTE = engine.find("workflow", "DEFAULT_ROUTE")
        self.Edge = engine.find("workflow", "Edge")
        self.FunctionNode = engine.find("workflow", "FunctionNode")
        self.JoinNode = engine.find("workflow", "JoinNode")
        self.RetryConfig = engine.find("workflow", "RetryConfig")
        self.node = engine.find("workflow", "node")
        self.graph = engine.find("workflow", "Workflow")

    def flow(self, *chains: Any, name: str = "wf", **fields: Any) -> Any:
        return self.graph(name=name, edges=[(self.START, *chain) for chain in chains], **fields)

    def retry(self, **fields: Any) -> Any:
        return self.RetryConfig(initial_delay=0.001, jitter=0, **fields)


Make = Callable[[Kit], Any]


def workflow(
    *messages: Any, resumable: bool | None = None, **fields: Any
) -> Callable[[Make], Make]:
    """Adds a scenario whose function returns the root; resumable ones are run both ways."""

    def add(make: Make) -> Make:
        for is_resumable in (False, True) if resumable is None else (resumable,):
            name = f"{make.__name__}{'_resumable' if is_resumable else ''}"
            WORKFLOWS[name] = _scenario(make, list(messages) or ["hi"], is_resumable, fields)
        return make

    return add


def _scenario(
    make: Make, messages: list[Any], is_resumable: bool, fields: dict[str, Any]
) -> Callable[[Engine], Scene]:
    def build(engine: Engine) -> Scene:
        config = engine.find("apps.app", "ResumabilityConfig")
        app = {"resumability_config": config(is_resumable=True)} if is_resumable else {}
        made = make(Kit(engine))
        root, plugins = made if isinstance(made, tuple) else (made, [])
        return Scene(root, messages, plugins=plugins, app=app, **fields)

    return build


def answer(question: str, value: Any) -> Callable[[list[Any]], types.Part]:
    """The user's answer to a question of that id, or to the last call of that name."""

    def part(seen: list[Any]) -> types.Part:
        calls = [call for event in seen for call in event.get_function_calls()]
        call = next(c for c in reversed(calls) if question in (c.id, c.name))
        response = value if isinstance(value, dict) else {"result": value}
        return types.Part(
            function_response=types.FunctionResponse(id=call.id, name=call.name, response=response)
        )

    return part


def plus(node_input: Any) -> str:
    said = node_input.parts[0].text if isinstance(node_input, types.Content) else node_input
    return f"{said}+"


def stars(node_input: str) -> str:
    return f"*{node_input}*"


def square(node_input: int) -> int:
    return node_input * node_input


def numbers() -> list[int]:
    return [1, 2, 3]


def nothing() -> None:
    return None


@workflow("hi", "again")
def chain(k: Kit) -> Any:
    return k.flow((plus, stars, k.node(plus, name="last")))


@workflow()
def fan_out_and_join(k: Kit) -> Any:
    def count(node_input: dict[str, Any]) -> int:
        return len(node_input)

    return k.flow(((plus, stars), k.JoinNode(name="join"), count))


@workflow()
def join_at_the_end(k: Kit) -> Any:
    return k.flow((plus, (stars, nothing), k.JoinNode(name="join")))


@workflow()
def join_with_start(k: Kit) -> Any:
    def last(node_input: dict[str, Any]) -> list[str]:
        return sorted(node_input)

    join = k.JoinNode(name="join")
    return k.flow((plus, join, last), (join,))


@workflow()
def node_behind_a_fan_out_runs_for_each(k: Kit) -> Any:
    def note(ctx, node_input: str) -> None:  # type: ignore[no-untyped-def]
        ctx.state["all"] = [*ctx.state.get("all", []), node_input]

    return k.flow(((plus, stars), note))


@workflow()
def two_last_nodes_and_one_output(k: Kit) -> Any:
    return k.flow((plus,), (nothing,))


@workflow()
def nothing_comes_out(k: Kit) -> Any:
    return k.flow((plus, nothing))


@workflow(resumable=False)
def at_most_two_at_a_time(k: Kit) -> Any:
    async def slow(node_input: Any) -> str:
        await asyncio.sleep(0.01)
        return "slow"

    nodes = tuple(k.node(slow, name=f"slow{i}") for i in range(4))
    return k.flow((nodes, k.JoinNode(name="join")), max_concurrency=2)


@workflow("a", "b", "other")
def routes(k: Kit) -> Any:
    def choose(node_input: str) -> Any:
        return k.event(route=node_input, output=f"chose {node_input}")

    other = k.node(plus, name="other")
    return k.flow((choose, {"a": plus, "b": (stars, nothing), k.DEFAULT_ROUTE: other}))


@workflow()
def no_route_fits(k: Kit) -> Any:
    def choose() -> Any:
        return k.event(route="nowhere")

    return k.flow((choose, {"a": plus}))


@workflow()
def numbers_and_lists_as_routes(k: Kit) -> Any:
    def choose() -> Any:
        return k.event(route=[1, True], output="x")

    first, second = k.node(plus, name="first"), k.node(nothing, name="second")
    choice = k.node(choose)
    edges = [
        (k.START, choice),
        k.Edge(from_node=choice, to_node=first, route=[1, 2]),
        k.Edge(from_node=choice, to_node=second, route=3),
    ]
    return k.graph(name="wf", edges=edges)


@workflow()
def route_and_output_of_the_context(k: Kit) -> Any:
    def choose(ctx) -> None:  # type: ignore[no-untyped-def]
        ctx.route = "a"
        ctx.output = "from the context"

    return k.flow((choose, {"a": plus, "b": stars}))


@workflow()
def loop_until_enough(k: Kit) -> Any:
    def count(ctx) -> Any:  # type: ignore[no-untyped-def]
        ctx.state["n"] = ctx.state.get("n", 0) + 1
        return k.event(route="more" if ctx.state["n"] < 3 else "done", output=ctx.state["n"])

    def work(node_input: int) -> int:
        return node_input * 10

    counter, worker = k.node(count), k.node(work)
    return k.graph(
        name="wf",
        edges=[(k.START, counter, {"more": worker, "done": plus}), (worker, counter)],
    )


@workflow("hi", "again")
def state_as_parameters(k: Kit) -> Any:
    def write(ctx, node_input: str) -> None:  # type: ignore[no-untyped-def]
        ctx.state["topic"] = node_input
        ctx.state["user:seen"] = True
        ctx.state["temp:x"] = 1

    def read(topic: str, missing: int = 7) -> str:
        return f"{topic} {missing}"

    return k.flow((write, read))


class Question(BaseModel):
    city: str
    days: int = 3


@workflow('{"city": "Rome"}')
def models_in_and_out(k: Kit) -> Any:
    def longer(node_input: Question) -> Question:
        return Question(city=node_input.city, days=node_input.days + 1)

    def show(node_input: Question) -> str:
        return f"{node_input.city} {node_input.days}"

    return k.flow((longer, show))


@workflow()
def generators(k: Kit) -> Any:
    def first(ctx) -> Generator[Any, None, None]:  # type: ignore[no-untyped-def]
        ctx.state["a"] = 1
        yield k.event(message="working")
        ctx.state["b"] = 2
        yield "done"

    async def second(node_input: str) -> AsyncGenerator[Any, None]:
        yield k.event(state={"c": 3})
        yield k.event(output=f"{node_input} twice")

    return k.flow((first, second))


@workflow()
def a_content_is_shown(k: Kit) -> Any:
    def show() -> types.Content:
        return types.Content(role="model", parts=[types.Part(text="look")])

    return k.flow((show, nothing))


@workflow()
def functions_save_files(k: Kit) -> Any:
    async def save(ctx) -> int:  # type: ignore[no-untyped-def]
        return await ctx.save_artifact("a.txt", types.Part(text="x"))  # type: ignore[no-any-return]

    return k.flow((save, plus))


@workflow()
def nested(k: Kit) -> Any:
    return k.flow((plus, k.flow((stars, plus), name="inner"), stars))


@workflow(resumable=False)
def nested_at_the_end_and_side_by_side(k: Kit) -> Any:
    one = k.flow((plus, stars), name="one")
    two = k.flow((stars,), name="two")
    return k.flow(((one, two), k.JoinNode(name="join")))


@workflow()
def nested_last(k: Kit) -> Any:
    return k.flow((plus, k.flow((stars, k.flow((plus,), name="deep")), name="inner")))


@workflow("hi", "more")
def models_in_a_row(k: Kit) -> Any:
    first = k.agent(name="first", model=k.model("one"), instruction="Do.")
    second = k.agent(name="second", model=k.model("two"), output_key="last")
    return k.flow((first, second, plus))


@workflow(resumable=False, run={"streaming_mode": "SSE"})
def streamed_models_in_a_row(k: Kit) -> Any:
    first = k.agent(name="first", model=k.model("one two"))
    return k.flow((first, k.agent(name="second", model=k.model("three four"), output_key="last")))


@workflow()
def models_side_by_side(k: Kit) -> Any:
    pair = tuple(k.agent(name=n, model=k.model(n), output_key=n) for n in ("a", "b"))
    return k.flow((pair, k.JoinNode(name="join")))


@workflow()
def model_with_a_tool(k: Kit) -> Any:
    def weather(city: str, tool_context) -> dict[str, str]:  # type: ignore[no-untyped-def]
        """Tells the weather."""
        tool_context.state["city"] = city
        return {"weather": "sunny"}

    model = k.model([("weather", {"city": "Rome"})], "sunny in Rome")
    return k.flow((k.agent(name="ag", model=model, tools=[weather]), plus))


@workflow()
def model_with_a_schema(k: Kit) -> Any:
    model = k.model('{"city": "Rome", "days": 2}')
    return k.flow(
        (k.agent(name="ag", model=model, output_schema=Question, output_key="q"), nothing)
    )


@workflow()
def model_gets_data(k: Kit) -> Any:
    def data() -> dict[str, Any]:
        return {"city": "Rome"}

    model = k.model("fine")
    agent = k.agent(name="ag", model=model)

    def seen(node_input: str) -> str:
        return " ".join(part.text for content in model.seen[0] for part in content.parts)

    return k.flow((data, agent, seen))


@workflow("hi", "more")
def models_see_only_their_input(k: Kit) -> Any:
    models = [k.model("one"), k.model("two")]
    agents = [k.agent(name=f"ag{i}", model=model) for i, model in enumerate(models)]

    def seen(node_input: str) -> list[str]:
        return [c.parts[0].text for model in models for request in model.seen for c in request]

    return k.flow((*agents, seen))


@workflow()
def failing_model(k: Kit) -> Any:
    return k.flow((k.agent(name="ag", model=k.model(RuntimeError("down"))), plus))


@workflow(resumable=False)
def agent_callbacks(k: Kit) -> Any:
    def before(callback_context: Any) -> Any:
        callback_context.state["before"] = True
        return types.Content(role="model", parts=[types.Part(text="not now")])

    return k.flow((k.agent(name="ag", model=k.model("no"), before_agent_callback=before), plus))


@workflow()
def agent_in_a_loop(k: Kit) -> Any:
    def judge(node_input: str) -> Any:
        return k.event(route="again" if node_input == "bad" else "good", output=node_input)

    writer, judging = k.agent(name="writer", model=k.model("bad", "fine")), k.node(judge)
    return k.graph(
        name="wf",
        edges=[(k.START, writer, judging, {"again": plus, "good": stars}), (plus, writer)],
    )


@workflow(resumable=False)
def sequence_as_a_node(k: Kit) -> Any:
    children = [k.agent(name=n, model=k.model(n), output_key=n) for n in ("a", "b")]
    sequence = k.engine.workflow("SequentialAgent", name="seq", sub_agents=children)
    return k.flow((sequence, nothing))


@workflow(resumable=False)
def parallel_agent_as_a_node(k: Kit) -> Any:
    children = [k.agent(name="a", model=k.model("a"), output_key="a")]
    parallel = k.engine.workflow("ParallelAgent", name="par", sub_agents=children)
    return k.flow((parallel, nothing))


@workflow()
def one_worker_for_each_item(k: Kit) -> Any:
    def total(node_input: list[int]) -> int:
        return sum(node_input)

    return k.flow((numbers, k.node(square, parallel_worker=True), total))


@workflow()
def few_workers(k: Kit) -> Any:
    worker = k.node(square, parallel_worker=True, max_parallel_workers=1)
    return k.flow((numbers, worker))


@workflow()
def worker_models(k: Kit) -> Any:
    agent = k.agent(name="ag", model=k.model("same"))
    return k.flow((numbers, k.node(agent, parallel_worker=True, max_parallel_workers=1)))


@workflow()
def a_worker_fails(k: Kit) -> Any:
    def picky(node_input: int) -> int:
        if node_input == 2:
            raise ValueError("not two")
        return node_input

    return k.flow((numbers, k.node(picky, parallel_worker=True, max_parallel_workers=1)))


@workflow()
def dynamic_nodes(k: Kit) -> Any:
    async def boss(ctx) -> int:  # type: ignore[no-untyped-def]
        four = await ctx.run_node(square, 2)
        return await ctx.run_node(square, four) + 1  # type: ignore[no-any-return]

    return k.flow((k.node(boss, rerun_on_resume=True), plus))


@workflow()
def dynamic_output(k: Kit) -> Any:
    async def boss(ctx) -> int:  # type: ignore[no-untyped-def]
        return await ctx.run_node(square, 3, use_as_output=True)  # type: ignore[no-any-return]

    return k.flow((k.node(boss, rerun_on_resume=True),))


@workflow()
def dynamic_run_ids_and_branches(k: Kit) -> Any:
    async def boss(ctx) -> int:  # type: ignore[no-untyped-def]
        first = await ctx.run_node(square, 3, run_id="first")
        return first + await ctx.run_node(square, 4, use_sub_branch=True)  # type: ignore[no-any-return]

    return k.flow((k.node(boss, rerun_on_resume=True),))


@workflow()
def dynamic_branches_of_ones_own(k: Kit) -> Any:
    async def boss(ctx) -> str:  # type: ignore[no-untyped-def]
        one = await ctx.run_node(stars, "a", override_branch="side")
        two = await ctx.run_node(stars, "b", override_branch="side", use_sub_branch=True)
        return f"{one} {two}"

    return k.flow((k.node(boss, rerun_on_resume=True), plus))


@workflow()
def a_dynamic_node_has_nothing_yet(k: Kit) -> Any:
    waiting = k.FunctionNode(func=nothing)
    waiting.wait_for_output = True

    async def boss(ctx) -> str:  # type: ignore[no-untyped-def]
        first = await ctx.run_node(waiting)
        await ctx.run_node(waiting, run_id="again", raise_on_wait=True)
        return f"not reached after {first}"

    return k.flow((k.node(boss, rerun_on_resume=True), plus))


@workflow()
def dynamic_model(k: Kit) -> Any:
    agent = k.agent(name="ag", model=k.model("one", "two"))

    async def boss(ctx) -> str:  # type: ignore[no-untyped-def]
        said = await ctx.run_node(agent, "go")
        return f"{said} {await ctx.run_node(agent, said)}"

    return k.flow((k.node(boss, rerun_on_resume=True),))


@workflow()
def dynamic_workflow(k: Kit) -> Any:
    inner = k.flow((plus, stars), name="inner")

    async def boss(ctx) -> str:  # type: ignore[no-untyped-def]
        return await ctx.run_node(inner, "x")  # type: ignore[no-any-return]

    return k.flow((k.node(boss, rerun_on_resume=True),))


@workflow()
def a_dynamic_failure_goes_up(k: Kit) -> Any:
    def fail() -> None:
        raise ValueError("no")

    async def boss(ctx) -> None:  # type: ignore[no-untyped-def]
        await ctx.run_node(fail)

    return k.flow((k.node(boss, rerun_on_resume=True), plus))


@workflow()
def a_dynamic_failure_is_caught(k: Kit) -> Any:
    def fail() -> None:
        raise ValueError("no")

    async def boss(ctx) -> str:  # type: ignore[no-untyped-def]
        try:
            await ctx.run_node(fail)
        except Exception as error:
            return f"caught {type(error).__name__} of {error.error}"  # type: ignore[attr-defined]
        return "?"

    return k.flow((k.node(boss, rerun_on_resume=True), plus))


@workflow()
def children_are_kept_over_a_retry(k: Kit) -> Any:
    tries: list[int] = []

    async def boss(ctx) -> int:  # type: ignore[no-untyped-def]
        nine = await ctx.run_node(square, 3)
        await ctx.run_node(flaky)
        return nine  # type: ignore[no-any-return]

    def flaky() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError(f"try {len(tries)}")
        return "ok"

    return k.flow((k.node(boss, rerun_on_resume=True, retry_config=k.retry()), plus))


def _fails(times: int, error: type[Exception] = ValueError) -> Callable[[], str]:
    tries: list[int] = []

    def flaky() -> str:
        tries.append(1)
        if len(tries) <= times:
            raise error(f"try {len(tries)}")
        return "ok"

    return flaky


@workflow()
def retried_until_it_works(k: Kit) -> Any:
    return k.flow((k.FunctionNode(func=_fails(2), retry_config=k.retry()), plus))


@workflow()
def retries_run_out(k: Kit) -> Any:
    return k.flow((k.FunctionNode(func=_fails(9), retry_config=k.retry(max_attempts=2)), plus))


@workflow()
def only_some_errors_are_retried(k: Kit) -> Any:
    retry = k.retry(exceptions=[KeyError, "LookupError"])
    good = k.FunctionNode(func=_fails(1, IndexError), name="good", retry_config=retry)
    bad = k.FunctionNode(func=_fails(1, TypeError), name="bad", retry_config=retry)
    return k.flow((good, bad))


@workflow()
def attempts_are_counted(k: Kit) -> Any:
    def flaky(ctx) -> int:  # type: ignore[no-untyped-def]
        if ctx.attempt_count < 3:
            raise ValueError("again")
        return ctx.attempt_count  # type: ignore[no-any-return]

    return k.flow((k.FunctionNode(func=flaky, retry_config=k.retry()),))


@workflow()
def a_nested_workflow_is_retried(k: Kit) -> Any:
    inner = k.flow((plus, _fails(1)), name="inner", retry_config=k.retry())
    return k.flow((inner, stars))


@workflow("hi", "again")
def a_failure_stops_the_others(k: Kit) -> Any:
    async def slow() -> str:
        await asyncio.sleep(30)
        return "never"

    def fail() -> None:
        raise ValueError("no")

    return k.flow((plus, (slow, fail), k.JoinNode(name="join")))


@workflow()
def too_slow(k: Kit) -> Any:
    async def slow() -> str:
        await asyncio.sleep(30)
        return "never"

    return k.flow((k.FunctionNode(func=slow, timeout=0.02), plus))


@workflow()
def too_slow_at_first(k: Kit) -> Any:
    async def slow(ctx) -> str:  # type: ignore[no-untyped-def]
        await asyncio.sleep(30 if ctx.attempt_count == 1 else 0)
        return "now"

    return k.flow((k.FunctionNode(func=slow, timeout=0.02, retry_config=k.retry()), plus))


@workflow()
def a_tool_as_a_node(k: Kit) -> Any:
    def add(x: int, tool_context, y: int = 2) -> dict[str, int]:  # type: ignore[no-untyped-def]
        """Adds."""
        tool_context.state["sum"] = x + y
        return {"sum": x + y}

    def source() -> dict[str, int]:
        return {"x": 4}

    tool = k.engine.find("tools.function_tool", "FunctionTool")(add)
    return k.flow((source, tool, nothing))


@workflow()
def a_tool_gets_one_value_and_state(k: Kit) -> Any:
    def join(text: str) -> str:
        """Joins."""
        return f"{text}!"

    def note(ctx) -> None:  # type: ignore[no-untyped-def]
        ctx.state["text"] = "from the state"

    tool = k.engine.find("tools.function_tool", "FunctionTool")
    return k.flow((tool(join), note, k.node(tool(join), name="again")))


@workflow(resumable=False)
def plugins_see_tools_and_agents_inside(k: Kit) -> Any:
    log = k.engine.log

    def noting(hook: str) -> Any:
        async def note(self: Any, **_: Any) -> None:
            log.append(hook)

        return note

    hooks = [
        f"{name}_callback"
        for name in (
            "on_user_message",
            "before_run",
            "after_run",
            "before_agent",
            "after_agent",
            "before_model",
            "after_model",
            "before_tool",
            "after_tool",
            "on_event",
            "on_agent_error",
            "on_run_error",
        )
    ]
    tool = k.engine.find("tools.function_tool", "FunctionTool")(weather_of)
    flow = k.flow((k.agent(name="ag", model=k.model("Rome")), tool))
    return flow, [k.engine.plugin({hook: noting(hook) for hook in hooks})]


def weather_of(city: str) -> str:
    """Tells the weather."""
    return f"sunny in {city}"


@workflow("hi", answer("q", 5))
def a_question(k: Kit) -> Any:
    def ask() -> Any:
        return k.ask(interrupt_id="q", message="How many?", payload={"a": 1}, response_schema=int)

    return k.flow((plus, ask, square))


@workflow("hi", answer("q", {"city": "Rome"}))
def a_question_for_a_model(k: Kit) -> Any:
    def ask() -> Any:
        return k.ask(interrupt_id="q", response_schema=Question)

    return k.flow((ask, nothing))


@workflow("hi", answer("q", "yes"))
def a_question_to_run_again(k: Kit) -> Any:
    def ask(ctx, node_input: str) -> Any:  # type: ignore[no-untyped-def]
        if "q" not in ctx.resume_inputs:
            return k.ask(interrupt_id="q", message="Sure?")
        return f"{node_input}: {ctx.resume_inputs['q']}"

    return k.flow((plus, k.node(ask, rerun_on_resume=True), stars))


@workflow("hi", answer("one", "1"), answer("two", "2"))
def two_questions(k: Kit) -> Any:
    def first() -> Any:
        return k.ask(interrupt_id="one")

    def second() -> Any:
        return k.ask(interrupt_id="two")

    return k.flow((first, second, nothing))


@workflow("hi", answer("one", "a"), answer("two", "b"))
def two_questions_at_once(k: Kit) -> Any:
    def first() -> Any:
        return k.ask(interrupt_id="one")

    def second() -> Any:
        return k.ask(interrupt_id="two")

    return k.flow(((first, second, plus), k.JoinNode(name="join"), nothing))


@workflow("hi", "text instead", answer("q", "yes"), resumable=False)
def text_instead_of_an_answer(k: Kit) -> Any:
    def ask() -> Any:
        return k.ask(interrupt_id="q")

    return k.flow((plus, ask, stars))


@workflow("hi", answer("q", "yes"))
def a_question_in_a_nested_workflow(k: Kit) -> Any:
    def ask() -> Any:
        return k.ask(interrupt_id="q")

    return k.flow((plus, k.flow((stars, ask, plus), name="inner"), stars))


@workflow("hi", answer("q", "yes"))
def a_question_of_a_dynamic_node(k: Kit) -> Any:
    def ask() -> Any:
        return k.ask(interrupt_id="q")

    async def boss(ctx) -> str:  # type: ignore[no-untyped-def]
        four = await ctx.run_node(square, 2)
        return f"{four} {await ctx.run_node(ask)}"

    return k.flow((k.node(boss, rerun_on_resume=True), plus))


@workflow("hi", answer("q", "no"), answer("q", "yes"))
def asked_again_in_a_loop(k: Kit) -> Any:
    def ask() -> Any:
        return k.ask(interrupt_id="q")

    def judge(node_input: str) -> Any:
        return k.event(route=node_input, output=node_input)

    asking, judging = k.node(ask), k.node(judge)
    return k.graph(name="wf", edges=[(k.START, asking, judging, {"yes": plus, "no": asking})])


@workflow("hi", answer("q", "yes"))
def a_question_behind_routes_and_models(k: Kit) -> Any:
    def choose(node_input: str) -> Any:
        return k.event(route="ask", output=node_input)

    def ask() -> Any:
        return k.ask(interrupt_id="q")

    writer = k.agent(name="writer", model=k.model("draft"))
    last = k.agent(name="last", model=k.model("final"))
    return k.graph(
        name="wf", edges=[(k.START, writer, choose, {"ask": ask, "skip": nothing}), (ask, last)]
    )


@workflow("hi", answer("wait", {"status": "done"}))
def a_long_running_tool_of_a_model(k: Kit) -> Any:
    def wait() -> None:
        """Waits."""

    long_running = k.engine.find("tools.long_running_tool", "LongRunningFunctionTool")
    model = k.model([("wait", {})], "it is done")
    agent = k.agent(name="ag", model=model, tools=[long_running(func=wait)])
    return k.flow((plus, agent, stars))


def _api_key(k: Kit) -> Any:
    found = k.engine.find("auth.auth_credential", "AuthCredential")
    kinds = k.engine.find("auth.auth_credential", "AuthCredentialTypes")
    schemes = (
        "adkconf.auth.auth_schemes" if k.engine.root == "adkconf" else "fastapi.openapi.models"
    )
    scheme = import_module(schemes).APIKey
    return k.engine.find("auth.auth_tool", "AuthConfig")(
        auth_scheme=scheme(**{"in": "header", "name": "X-Key"}),
        raw_auth_credential=found(auth_type=kinds.API_KEY, api_key="unset"),
        credential_key="key",
    )


def _key_of(k: Kit, config: Any, state: Any) -> Any:
    found = k.engine.find("auth.auth_handler", "AuthHandler")(config).get_auth_response(state)
    return found and found.api_key


@workflow("hi", answer("adk_request_credential", {"result": "secret"}), resumable=False)
def a_credential_for_a_node(k: Kit) -> Any:
    config = _api_key(k)

    def call(ctx, node_input: str) -> str:  # type: ignore[no-untyped-def]
        return f"{node_input} {_key_of(k, config, ctx.state)}"

    return k.flow((plus, k.node(call, auth_config=config, rerun_on_resume=True), stars))


@workflow("hi", answer("adk_request_credential", {"result": "secret"}), resumable=False)
def a_credential_for_a_tool_as_a_node(k: Kit) -> Any:
    config = _api_key(k)

    def call(tool_context) -> dict[str, Any]:  # type: ignore[no-untyped-def]
        """Calls."""
        if (key := _key_of(k, config, tool_context.state)) is None:
            tool_context.request_credential(config)
            return {"status": "asked"}
        return {"key": key}

    tool = k.engine.find("tools.function_tool", "FunctionTool")(call)
    return k.flow((nothing, tool))


@workflow(resumable=True)
def state_that_breaks_the_schema(k: Kit) -> Any:
    class Schema(BaseModel):
        x: int

    def write(ctx) -> None:  # type: ignore[no-untyped-def]
        ctx.state["app:x"] = "free"
        ctx.state["x"] = 1

    return k.flow((write, nothing), state_schema=Schema)
