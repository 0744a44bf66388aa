"""Live conversations with the model that echoes, and what a live run asks of its caller."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import (
    LiveRequest,
    LiveRequestQueue,
    LlmAgent,
    LoopAgent,
    ParallelAgent,
    RunConfig,
)
from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.apps.app import App
from adkconf.apps.resumability_config import ResumabilityConfig
from adkconf.code_executors import BaseCodeExecutor
from adkconf.code_executors.code_execution import CodeExecutionResult
from adkconf.plugins import BasePlugin, LoggingPlugin
from adkconf.runners import InMemoryRunner, Runner
from adkconf.sessions import DatabaseSessionService
from adkconf.workflow import Workflow
from tests.conftest import Replies, texts
from tests.live.conversation import Conversation, shown

TEXT = {"response_modalities": ["TEXT"]}
END = "root: turn_complete"


async def echoing(**fields: Any) -> Conversation:
    plugins = fields.pop("plugins", None)
    return await Conversation.start(LlmAgent(name="root", model="echo", **fields), plugins)


async def test_text_is_echoed_as_text() -> None:
    talk = await echoing()
    talk.say("hello you")
    assert shown(await talk.events(until=END, **TEXT)) == [
        "root: 'hello ' partial",
        "root: 'you' partial",
        "root: 'hello you'",
        END,
    ]
    assert shown(await talk.stored()) == ["user: 'hello you'", "root: 'hello you'", END]


async def test_without_modalities_the_model_speaks() -> None:
    talk = await echoing()
    talk.say("hello")
    assert shown(await talk.events(until=END)) == [
        "root: spoke 'hello' partial",
        "root: spoke 'hello'",
        END,
    ]


async def test_transcription_can_be_switched_off() -> None:
    talk = await echoing()
    talk.sound(b"\1")
    talk.queue.send_activity_end()
    events = await talk.events(
        until=END, input_audio_transcription=None, output_audio_transcription=None
    )
    assert shown(events) == ["root: <audio/pcm 1>", END]


async def test_a_turn_after_a_live_run_knows_what_was_said_aloud() -> None:
    talk = await echoing()
    talk.say("hello")
    await talk.events(until=END)
    model = Replies(steps=["Bye"])
    talk.runner.agent.model = model
    bye = types.Content(role="user", parts=[types.Part(text="bye")])
    async for _ in talk.runner.run_async(user_id="u", session_id="s", new_message=bye):
        pass
    assert texts(model.requests[0].contents) == ["user: hello", "model: hello", "user: bye"]


async def test_a_live_run_after_a_turn_gets_the_history() -> None:
    talk = await echoing()
    hello = types.Content(role="user", parts=[types.Part(text="hello")])
    async for _ in talk.runner.run_async(user_id="u", session_id="s", new_message=hello):
        pass
    answer = types.Part.from_function_response(name="f", response={"a": 1})
    talk.queue.send_content(types.Content(role="user", parts=[answer]))
    assert shown(await talk.events(until=END, **TEXT))[-2:] == ["root: 'f: {\"a\": 1}'", END]


async def test_a_flood_is_answered_and_stored_in_order_on_a_database(tmp_path: Path) -> None:
    agent = LlmAgent(name="root", model="echo")
    service = DatabaseSessionService(f"sqlite:///{tmp_path / 'x.db'}")
    runner = Runner(agent=agent, app_name="app", session_service=service)
    await service.create_session(app_name="app", user_id="u", session_id="s")
    talk = Conversation(runner)
    for number in range(50):
        talk.say(str(number))
    talk.say("end")
    events = await talk.events(until="root: 'end'", **TEXT)
    said = [line for line in shown(events) if "partial" not in line and "'" in line]
    assert said == [f"root: '{number}'" for number in [*range(50), "end"]]
    users = [line for line in shown(await talk.stored()) if line.startswith("user")]
    assert users == [f"user: '{number}'" for number in [*range(50), "end"]]
    await service.close()


async def test_output_key_holds_the_answer() -> None:
    talk = await echoing(output_key="answer")
    talk.say("hello")
    await talk.events(until=END, **TEXT)
    assert (await talk.session()).state["answer"] == "hello"


async def test_metadata_of_the_run_is_on_every_stored_event() -> None:
    talk = await echoing()
    talk.say("hello")
    await talk.events(until=END, custom_metadata={"a": 1}, **TEXT)
    assert {str(event.custom_metadata) for event in await talk.stored()} == {"{'a': 1}"}


class Hooks(BasePlugin):
    """Notes which hooks run."""

    def __init__(self) -> None:
        super().__init__("hooks")
        self.seen: list[str] = []

    async def before_run_callback(self, **_: Any) -> None:
        self.seen.append("before_run")

    async def before_agent_callback(self, **_: Any) -> None:
        self.seen.append("before_agent")

    async def before_model_callback(self, **_: Any) -> None:
        self.seen.append("before_model")

    async def on_event_callback(self, *, event: Any, **_: Any) -> None:
        self.seen.append("on_event")

    async def after_agent_callback(self, **_: Any) -> None:
        self.seen.append("after_agent")

    async def after_run_callback(self, **_: Any) -> None:
        self.seen.append("after_run")


async def test_hooks_run_in_order() -> None:
    hooks = Hooks()
    talk = await echoing(plugins=[hooks, LoggingPlugin()])
    talk.say("hello")
    await talk.events(until=END, **TEXT)
    assert hooks.seen == [
        *["before_run", "before_agent", "before_model"],
        *["on_event"] * 3,
        *["after_agent", "after_run"],
    ]


async def test_a_before_run_answer_ends_the_run() -> None:
    class Closed(BasePlugin):
        async def before_run_callback(self, **_: Any) -> types.Content:
            return types.Content(role="model", parts=[types.Part(text="We are closed")])

    talk = await echoing(plugins=[Closed("closed")])
    assert shown(await talk.events()) == ["model: 'We are closed'"]


async def test_a_resumable_app_talks_too() -> None:
    app = App(
        name="app",
        root_agent=LlmAgent(name="root", model="echo"),
        resumability_config=ResumabilityConfig(is_resumable=True),
    )
    runner = InMemoryRunner(app=app)
    await runner.session_service.create_session(app_name="app", user_id="u", session_id="s")
    talk = Conversation(runner)
    talk.say("hello")
    assert shown(await talk.events(until=END, **TEXT))[-1] == END


async def test_an_agent_of_ones_own_can_be_live() -> None:
    class Parrot(BaseAgent):
        async def _run_live_impl(self, ctx: InvocationContext) -> Any:
            assert ctx.live_request_queue is not None
            while not (request := await ctx.live_request_queue.get()).close:
                yield self._new_event(ctx, content=request.content)

    talk = await Conversation.start(Parrot(name="parrot"))
    talk.say("hello")
    talk.queue.close()
    assert shown(await talk.events()) == ["parrot: 'hello'"]


def step() -> str:
    return "done"


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (LoopAgent(name="root"), "agent 'root' has no live mode"),
        (ParallelAgent(name="root"), "agent 'root' has no live mode"),
        (Workflow(name="root", edges=[("START", step)]), "agent 'root' has no live mode"),
        (LlmAgent(name="root", model=Replies(steps=["x"])), "Live connection is not supported"),
    ],
)
async def test_what_has_no_live_mode_says_so(root: Any, message: str) -> None:
    runner = InMemoryRunner(node=root, app_name="app")
    await runner.session_service.create_session(app_name="app", user_id="u", session_id="s")
    talk = Conversation(runner)
    with pytest.raises(NotImplementedError, match=message):
        await talk.events()
    assert (await talk.stored())[-1].error_code == "NotImplementedError"


async def test_a_session_object_is_still_taken_with_a_warning() -> None:
    talk = await echoing()
    session = await talk.session()
    talk.queue.close()
    with pytest.warns(DeprecationWarning, match="session="):
        async for _ in talk.runner.run_live(live_request_queue=talk.queue, session=session):
            pass


@pytest.mark.parametrize(
    ("fields", "config", "message"),
    [
        ({"output_schema": str}, {}, "output_schema has no effect in live mode"),
        (
            {"sub_agents": [LlmAgent(name="child")]},
            {"input_audio_transcription": None},
            "will not know what was said aloud",
        ),
    ],
)
async def test_what_will_not_work_well_is_warned_of(
    fields: Any, config: Any, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    talk = await echoing(**fields)
    talk.queue.close()
    await talk.events(**config)
    assert message in caplog.text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"live_request_queue": None, "user_id": "u", "session_id": "s"}, "live_request_queue"),
        ({"live_request_queue": "queue", "user_id": "u"}, "user_id and session_id"),
        ({"live_request_queue": "queue", "user_id": "u", "session_id": "x"}, "Session not found"),
    ],
)
async def test_a_run_without_what_it_needs_is_refused(
    arguments: dict[str, Any], message: str
) -> None:
    talk = await echoing()
    if arguments["live_request_queue"]:
        arguments = {**arguments, "live_request_queue": talk.queue}
    with pytest.raises(ValueError, match=message):
        async for _ in talk.runner.run_live(**arguments):
            pass


def test_save_live_audio_is_the_old_name_of_save_live_blob() -> None:
    with pytest.warns(DeprecationWarning, match="save_live_blob"):
        assert RunConfig(save_live_audio=True).save_live_blob is True
    with pytest.warns(DeprecationWarning, match="save_live_blob"):
        assert RunConfig(save_live_audio=False).save_live_blob is False


def test_live_options_have_google_adks_defaults() -> None:
    config = RunConfig()
    assert config.output_audio_transcription == types.AudioTranscriptionConfig()
    assert config.input_audio_transcription == types.AudioTranscriptionConfig()
    assert config.response_modalities is None
    assert RunConfig(response_modalities=["TEXT"]).response_modalities == [types.Modality.TEXT]


def test_requests_read_the_json_that_clients_send() -> None:
    written = '{"blob": {"mime_type": "audio/pcm", "data": "AAE="}, "partial": true}'
    request = LiveRequest.model_validate_json(written)
    assert request.blob is not None
    assert request.blob.data == b"\0\1"
    assert LiveRequest.model_validate_json(request.model_dump_json()) == request


async def test_a_bounded_queue_makes_its_sender_wait() -> None:
    queue = LiveRequestQueue(maxsize=1)
    queue.send_audio_stream_end()
    with pytest.raises(asyncio.QueueFull):
        queue.close()
    assert not queue.closed
    waiting = asyncio.create_task(queue.put(LiveRequest(close=True)))
    assert (await queue.get()).audio_stream_end
    await waiting
    assert queue.closed


async def test_a_code_executor_that_cannot_work_live_is_refused() -> None:
    class Local(BaseCodeExecutor):
        def execute_code(self, invocation_context: Any, code_execution_input: Any) -> Any:
            return CodeExecutionResult(stdout="")

    talk = await echoing(code_executor=Local())
    with pytest.raises(ValueError, match="BuiltInCodeExecutor"):
        await talk.events()
