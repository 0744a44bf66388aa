"""Agents in the modes `task` and `single_turn`, beyond what google-adk does alike."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types
from pydantic import BaseModel

from adkconf.agents import LlmAgent
from adkconf.agents.live_request_queue import LiveRequestQueue
from adkconf.apps import App
from adkconf.apps.resumability_config import ResumabilityConfig
from adkconf.events import Event
from adkconf.models import Echo
from adkconf.runners import InMemoryRunner, Runner
from adkconf.sessions.database_session_service import DatabaseSessionService
from adkconf.sessions.in_memory_session_service import InMemorySessionService
from adkconf.sessions.session import Session
from adkconf.workflow import Workflow
from tests.conftest import Replies, says, texts

IDS = {"user_id": "u", "session_id": "s"}
DONE = [("finish_task", {"result": "found"})]


class Degrees(BaseModel):
    degrees: int


def agent(name: str, *steps: Any, **fields: Any) -> LlmAgent:
    return LlmAgent(name=name, model=Replies(steps=list(steps)), **fields)


def helper(*steps: Any, **fields: Any) -> LlmAgent:
    return agent("helper", *steps, **{"mode": "task", **fields})


def root_of(*helpers: LlmAgent, steps: tuple[Any, ...] = ()) -> LlmAgent:
    task = [("helper", {"request": "look"})]
    return agent("root", *(steps or (task, "all done")), sub_agents=list(helpers))


def prompts(of: LlmAgent, index: int = -1) -> list[str]:
    assert isinstance(of.model, Replies)
    return texts(of.model.requests[index].contents)


async def talk(runner: Runner, *messages: str) -> list[list[Event]]:
    turns = []
    for message in messages:
        run = runner.run_async(new_message=says(message, "user"), **IDS)
        turns.append([event async for event in run])
    return turns


async def started(root: Any, **app_fields: Any) -> InMemoryRunner:
    runner = InMemoryRunner(app=App(name="demo", root_agent=root, **app_fields))
    await runner.session_service.create_session(app_name="demo", **IDS)
    return runner


def words(events: list[Event]) -> list[str]:
    return [
        f"{event.author}: {part.text}" for event in events for part in parts(event) if part.text
    ]


def parts(event: Event) -> list[types.Part]:
    return (event.content.parts if event.content else None) or []


async def test_agent_of_a_task_sees_the_task_and_nothing_else() -> None:
    worker = helper("which city?", DONE)
    root = root_of(worker)
    await talk(await started(root), "my name is Ada", "Rome")
    assert prompts(worker) == ['user: {"request": "look"}', "model: which city?", "user: Rome"]
    assert "which city?" not in str(prompts(root))
    assert prompts(root)[-1] == "user: helper={'result': 'found'}"


async def test_task_at_the_root_begins_with_the_first_message() -> None:
    root = agent("root", "which city?", DONE, "hello", mode="task")
    runner = await started(root)
    await talk(runner, "weather please", "Rome")
    assert prompts(root) == ["user: weather please", "model: which city?", "user: Rome"]
    await talk(runner, "next")
    assert prompts(root) == ["user: next"]


async def test_second_task_of_one_place_can_take_several_turns_too() -> None:
    root = agent("root", "one?", DONE, "two?", DONE, mode="task")
    *_, last = await talk(await started(root), "go", "1", "go on", "2")
    assert last[-1].output == {"result": "found"}
    assert prompts(root) == ["user: go on", "model: two?", "user: 2"]


async def test_task_outlives_the_process(tmp_path: Any) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/sessions.db"
    for message, expected in (("go", "helper: which city?"), ("Rome", "root: all done")):
        service = DatabaseSessionService(url)
        root = root_of(helper("which city?") if message == "go" else helper(DONE))
        if message == "Rome":
            root.model = Replies(steps=["all done"])
        runner = Runner(
            app_name="demo", agent=root, session_service=service, auto_create_session=True
        )
        async with runner:
            (events,) = await talk(runner, message)
        await service.close()
        assert words(events)[-1] == expected


async def test_rewind_takes_a_task_back() -> None:
    root = root_of(helper("which city?"), steps=([("helper", {"request": "look"})], "as you like"))
    runner = await started(root)
    first, _ = await talk(runner, "go", "Rome")
    await runner.rewind_async(rewind_before_invocation_id=first[0].invocation_id, **IDS)
    (events,) = await talk(runner, "something else")
    assert words(events) == ["root: as you like"]
    assert events[0].isolation_scope is None


async def test_task_given_by_an_agent_that_was_handed_the_conversation_goes_on() -> None:
    middle = agent(
        "middle", [("helper", {"request": "x"})], "middle done", sub_agents=[helper("?", DONE)]
    )
    hand_over = [("transfer_to_agent", {"agent_name": "middle"})]
    _, second = await talk(await started(agent("root", hand_over, sub_agents=[middle])), "go", "y")
    assert words(second) == ["middle: middle done"]


async def test_conversation_handed_over_inside_of_a_task_stays_there() -> None:
    kid = agent("kid", "I am the kid")
    worker = helper([("transfer_to_agent", {"agent_name": "kid"})], DONE, sub_agents=[kid])
    first, second = await talk(await started(root_of(worker)), "go", "thanks")
    assert {event.isolation_scope for event in first if event.author in ("helper", "kid")} != {None}
    assert words(second) == ["root: all done"]


async def test_agent_of_a_task_cannot_hand_the_conversation_away() -> None:
    worker = helper([("transfer_to_agent", {"agent_name": "root"})], DONE)
    ((_, _, refused, *_),) = await talk(await started(root_of(worker)), "go")
    assert "no tool named 'transfer_to_agent'" in str(refused.get_function_responses()[0].response)


async def test_callbacks_run_once_around_each_turn() -> None:
    log: list[str] = []

    def note(what: str) -> Any:
        return lambda callback_context: log.append(f"{what} {callback_context.agent_name}")

    hooks = {"before_agent_callback": note("before"), "after_agent_callback": note("after")}
    root = root_of(helper(DONE, **hooks)).clone(hooks)
    await talk(await started(root), "go")
    assert log == ["before root", "before helper", "after helper", "after root"]


async def test_arguments_that_do_not_fit_give_no_task() -> None:
    steps = ([("helper", {"degrees": "cold"})], "sorry")
    worker = helper(DONE, input_schema=Degrees)
    (events,) = await talk(await started(root_of(worker, steps=steps)), "go")
    assert "its arguments do not fit" in str(events[1].get_function_responses()[0].response)
    assert words(events) == ["root: sorry"]


async def test_callback_can_answer_in_the_place_of_a_task() -> None:
    root = root_of(helper(DONE)).clone(
        {"before_tool_callback": lambda tool, args, tool_context: {"said": "no"}}
    )
    (events,) = await talk(await started(root), "go")
    assert [event.author for event in events] == ["root", "root", "root"]


async def test_result_with_a_json_schema_is_checked() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    worker = helper(
        [("finish_task", {"n": "x"})], [("finish_task", {"n": 1})], output_schema=schema
    )
    (events,) = await talk(await started(root_of(worker)), "go")
    assert [event.output for event in events if event.output] == [{"n": 1}]


async def test_plain_function_beside_a_task_is_answered_before_it() -> None:
    def add(a: int) -> int:
        return a + 1

    root = root_of(helper("?"), steps=([("add", {"a": 1}), ("helper", {"request": "x"})],))
    root.tools = [add]
    (events,) = await talk(await started(root), "go")
    assert [answer.response for answer in events[1].get_function_responses()] == [{"result": 2}]


async def test_side_by_side_single_turns_see_only_their_own_input() -> None:
    worker = helper("here", mode="single_turn", tools=[])
    both = [("helper", {"request": "one"}), ("helper", {"request": "two"})]
    await talk(await started(root_of(worker, steps=(both, "end"))), "go")
    assert sorted(prompts(worker, 0) + prompts(worker, 1)) == ["user: one", "user: two"]


async def test_resumable_workflow_waits_for_its_task() -> None:
    flow = Workflow(name="flow", edges=[("START", helper("which city?", DONE), agent("b", "end"))])
    config = ResumabilityConfig(is_resumable=True)
    first, second = await talk(await started(flow, resumability_config=config), "go", "Rome")
    assert not any(event.actions.end_of_agent and event.author == "flow" for event in first)
    assert words(second) == ["b: end"]
    assert second[-1].actions.end_of_agent


async def test_agent_in_a_workflow_waits_for_the_task_it_gave() -> None:
    worker = root_of(helper("which city?", DONE))
    flow = Workflow(name="flow", edges=[("START", worker, agent("b", "end"))])
    first, second = await talk(await started(flow), "go", "Rome")
    assert words(first) == ["helper: which city?"]
    assert words(second) == ["root: all done", "b: end"]


async def test_function_node_waits_for_the_task_that_it_runs() -> None:
    worker = helper("which city?", DONE)

    async def ask(ctx):  # type: ignore[no-untyped-def]
        return await ctx.run_node(worker, "look")

    from adkconf.workflow import node

    asking = node(ask, rerun_on_resume=True)
    flow = Workflow(name="flow", edges=[("START", asking)])
    first, second = await talk(await started(flow), "go", "Rome")
    assert words(first) == ["helper: which city?"]
    assert second[-1].output == {"result": "found"}


def test_agent_that_chats_stands_only_at_the_start_of_a_workflow() -> None:
    with pytest.raises(ValueError, match="'talker' is in mode 'chat'"):
        edges = [("START", agent("first", "x"), agent("talker", "x", mode="chat"))]
        Workflow(name="flow", edges=edges)


def test_root_with_a_single_turn_is_refused() -> None:
    with pytest.raises(ValueError, match="'root' is the root and has mode='single_turn'"):
        InMemoryRunner(agent("root", "x", mode="single_turn"))


class Counting(list[Event]):
    """A log that counts how many of its events are read."""

    read = 0

    def __getitem__(self, index: Any) -> Any:
        result = super().__getitem__(index)
        self.read += len(result) if isinstance(index, slice) else 1
        return result

    def __iter__(self) -> Any:
        for event in super().__iter__():
            self.read += 1
            yield event


class Watched(InMemorySessionService):
    """Remembers the log that runs share."""

    log: Counting | None = None

    async def load_for_run(self, **key: Any) -> Session | None:
        session = await super().load_for_run(**key)
        assert session is not None
        if self.log is None:
            self.log = Counting(session.events)
        # What was stored since is on the list that the service has.
        list.extend(self.log, list(session.events)[len(self.log) :])
        return Session.sharing(
            id=session.id,
            app_name=session.app_name,
            user_id=session.user_id,
            state=session.state,
            events=self.log,
            last_update_time=session.last_update_time,
            derived=session.derived,
        )

    async def append_event(self, session: Session, event: Event) -> Event:
        stored = await super().append_event(session, event)
        assert self.log is not None
        if not self.log or list.__getitem__(self.log, -1) is not stored:
            list.append(self.log, stored)
        return stored


@pytest.mark.parametrize("resumable", [False, True])
async def test_turn_of_a_task_reads_as_much_in_a_long_session(resumable: bool) -> None:
    counts = []
    for length in (10, 400):
        service = Watched()
        root = root_of(helper("a?", "b?", DONE), steps=([("helper", {"request": "x"})], "end"))
        config = ResumabilityConfig(is_resumable=resumable)
        app = App(name="demo", root_agent=root, resumability_config=config)
        runner = Runner(app=app, session_service=service)
        session = await service.create_session(app_name="demo", **IDS)
        for number in range(length):
            event = Event(author="user", invocation_id=f"old{number}", message=str(number))
            await InMemorySessionService.append_event(service, session, event)
        await talk(runner, "go")
        assert service.log is not None
        service.log.read = 0
        await talk(runner, "one", "two")
        counts.append(service.log.read)
    assert 0 < counts[0] == counts[1]


async def test_tasks_are_refused_in_live_conversations() -> None:
    from adkconf.agents.context import Context
    from adkconf.tools.sub_agent_tools import TaskAgentTool

    runner = await started(LlmAgent(name="root", model=Echo()))
    session = await runner.session_service.get_session(app_name="demo", **IDS)
    assert session is not None
    ctx = runner._context(session, None)  # type: ignore[arg-type]
    ctx.live_request_queue = LiveRequestQueue()
    answer = await TaskAgentTool(helper("x")).run_async(
        args={"request": "x"}, tool_context=Context(ctx)
    )
    assert "live" in answer["error"]


async def test_agent_without_a_past_still_sees_the_turn_of_its_call() -> None:
    root = root_of(helper("here", mode="single_turn")).clone({"include_contents": "none"})
    await talk(await started(root), "go")
    assert prompts(root) == ["user: go", "model: helper()", "user: helper={'result': 'here'}"]


async def test_agent_of_a_task_without_a_past_sees_the_task_and_its_turn() -> None:
    worker = helper("which city?", DONE, include_contents="none")
    await talk(await started(root_of(worker)), "go", "Rome")
    assert prompts(worker) == ['user: {"request": "look"}', "user: Rome"]


async def test_failed_single_turn_is_told_and_the_run_goes_on() -> None:
    root = root_of(helper(ValueError("boom"), mode="single_turn"))
    (events,) = await talk(await started(root), "go")
    failed, answer = events[1], events[2].get_function_responses()[0]
    assert (failed.author, failed.error_message) == ("helper", "boom")
    assert (answer.response, words(events)) == (
        {"error": "agent helper failed: boom"},
        ["root: all done"],
    )


@pytest.mark.parametrize("helpers", [[], [agent("helper", "I chat now")]])
async def test_message_is_not_lost_when_the_agent_of_the_task_is_no_more(
    helpers: list[LlmAgent],
) -> None:
    runner = await started(root_of(helper("which city?")))
    await talk(runner, "go")
    root = agent("root", "here I am", sub_agents=helpers)
    later = Runner(app_name="demo", agent=root, session_service=runner.session_service)
    await talk(later, "Rome")
    assert prompts((*helpers, root)[0])[-1] == "user: Rome"
