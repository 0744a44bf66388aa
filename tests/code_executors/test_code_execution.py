"""Code in answers: run, shown to the model, given up on."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from google.genai import types
from pydantic import ValidationError

from adkconf.agents import LlmAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.apps import App, ResumabilityConfig
from adkconf.code_executors import BaseCodeExecutor, BuiltInCodeExecutor
from adkconf.code_executors.code_execution_utils import (
    CodeExecutionInput,
    CodeExecutionResult,
    File,
)
from adkconf.events import Event
from adkconf.models.llm_response import LlmResponse
from adkconf.runners import InMemoryRunner
from tests.conftest import Replies

CODE = "```python\n6 * 7\n```"
IDS = {"user_id": "debug_user_id", "session_id": "debug_session_id"}


class Executor(BaseCodeExecutor):
    result: CodeExecutionResult = CodeExecutionResult(stdout="42")
    given: list[CodeExecutionInput] = []

    def execute_code(
        self, invocation_context: InvocationContext, code_execution_input: CodeExecutionInput
    ) -> CodeExecutionResult:
        self.given.append(code_execution_input)
        return self.result


async def ask(executor: Any, *steps: Any, **agent: Any) -> tuple[list[Event], Replies]:
    model = Replies(steps=list(steps), **agent)
    runner = InMemoryRunner(LlmAgent(name="root", model=model, code_executor=executor))
    return await runner.run_debug("go", quiet=True), model


def outcome(event: Event) -> tuple[str, str]:
    result = event.content.parts[-1].code_execution_result
    return result.outcome.value, result.output


async def test_code_is_run_and_its_result_shown_to_the_model_as_text() -> None:
    executor = Executor(given=[])
    (code, result, answer), model = await ask(executor, f"Well\n{CODE}\n7?", "It is 42")
    assert [item.code for item in executor.given] == ["6 * 7"]
    assert [part.text for part in code.content.parts] == ["Well\n", None]
    assert outcome(result) == ("OUTCOME_OK", "42")
    assert answer.content.parts[0].text == "It is 42"
    shown = model.requests[1].contents
    assert [(c.role, c.parts[-1].text) for c in shown[1:]] == [
        ("model", "```tool_code\n6 * 7\n```"),
        ("user", "```tool_output\n42\n```"),
    ]


async def test_event_of_code_keeps_the_tokens_it_cost() -> None:
    usage = types.GenerateContentResponseUsageMetadata(total_token_count=9)
    content = types.Content(role="model", parts=[types.Part(text=CODE)])
    step = LlmResponse(content=content, usage_metadata=usage)
    (code, *_), _ = await ask(Executor(), step, "done")
    assert code.usage_metadata.total_token_count == 9


async def test_coroutine_functions_are_awaited() -> None:
    class Async(Executor):
        async def execute_code(self, invocation_context: Any, code_execution_input: Any) -> Any:
            await asyncio.sleep(0)
            return CodeExecutionResult(stdout="later")

    (_, result, _), _ = await ask(Async(), CODE, "done")
    assert outcome(result) == ("OUTCOME_OK", "later")


async def test_code_that_takes_too_long_has_failed() -> None:
    class Slow(Executor):
        def execute_code(self, invocation_context: Any, code_execution_input: Any) -> Any:
            time.sleep(0.2)

    (_, result, _), _ = await ask(Slow(timeout_seconds=0.01), CODE, "done")
    assert outcome(result) == ("OUTCOME_FAILED", "The code did not end within 0.01 seconds.")


async def test_executor_that_raises_ends_the_run_with_an_error_event() -> None:
    class Broken(Executor):
        def execute_code(self, invocation_context: Any, code_execution_input: Any) -> Any:
            raise RuntimeError("no sandbox")

    runner = InMemoryRunner(
        LlmAgent(name="root", model=Replies(steps=[CODE]), code_executor=Broken())
    )
    with pytest.raises(RuntimeError, match="no sandbox"):
        await runner.run_debug("go", quiet=True)
    session = await runner.session_service.get_session(app_name=runner.app_name, **IDS)
    assert session.events[-1].error_message == "no sandbox"


async def test_failing_code_is_given_up_on_and_run_again_in_the_next_run() -> None:
    executor = Executor(result=CodeExecutionResult(stderr="no"), error_retry_attempts=1, given=[])
    runner = InMemoryRunner(
        LlmAgent(name="root", model=Replies(steps=[CODE]), code_executor=executor)
    )
    events = await runner.run_debug(["go", "again"], quiet=True)
    assert len(executor.given) == 2
    assert [e.content.parts[0].text for e in events if e.is_final_response()][-1] == CODE


async def test_files_become_artifacts() -> None:
    files = [File("a.csv", b"1,2"), File("b.txt", "YWJj", "text/plain")]
    runner = InMemoryRunner(
        LlmAgent(
            name="root",
            model=Replies(steps=[CODE, "done"]),
            code_executor=Executor(result=CodeExecutionResult(stdout="ok", output_files=files)),
        )
    )
    _, result, _ = await runner.run_debug("go", quiet=True)
    assert result.actions.artifact_delta == {"a.csv": 0, "b.txt": 0}
    assert outcome(result)[1] == "ok\n\nSaved as artifacts: `a.csv`, `b.txt`"
    part = await runner.artifact_service.load_artifact(
        app_name=runner.app_name, filename="b.txt", **IDS
    )
    assert part.inline_data.data == b"abc"


@pytest.mark.parametrize(("stateful", "expected"), [(True, "debug_session_id"), (False, None)])
async def test_stateful_executors_get_one_environment_per_session(
    stateful: bool, expected: str | None
) -> None:
    executor = Executor(stateful=stateful, given=[])
    await ask(executor, CODE, "done")
    assert executor.given[0].execution_id == expected


async def test_code_without_a_result_is_run_when_the_run_is_resumed() -> None:
    class Dies(Executor):
        alive: bool = False

        def execute_code(self, invocation_context: Any, code_execution_input: Any) -> Any:
            if not self.alive:
                raise RuntimeError("killed")
            return self.result

    executor = Dies()
    root = LlmAgent(name="root", model=Replies(steps=[CODE, "done"]), code_executor=executor)
    config = ResumabilityConfig(is_resumable=True)
    runner = InMemoryRunner(app=App(name="app", root_agent=root, resumability_config=config))
    with pytest.raises(RuntimeError, match="killed"):
        await runner.run_debug("go", quiet=True)
    executor.alive = True
    session = await runner.session_service.get_session(app_name="app", **IDS)
    run_id = session.events[0].invocation_id
    events = [e async for e in runner.run_async(invocation_id=run_id, **IDS)]
    assert outcome(events[0]) == ("OUTCOME_OK", "42")
    assert events[1].content.parts[0].text == "done"


@pytest.mark.parametrize(
    "fields", [{"optimize_data_file": True}, {"error_retry_attempts": -1}, {"timeout_seconds": 0}]
)
def test_options_that_have_no_effect_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Executor(**fields)


async def test_gemini_is_told_that_it_may_run_code() -> None:
    _, model = await ask(BuiltInCodeExecutor(), "42", model="gemini-2.5-flash")
    assert model.requests[0].config.tools == [types.Tool(code_execution=types.ToolCodeExecution())]


async def test_code_that_gemini_ran_is_left_alone() -> None:
    parts = [
        types.Part(executable_code=types.ExecutableCode(code="1", language="PYTHON")),
        types.Part(code_execution_result=types.CodeExecutionResult(output="1")),
        types.Part(text=CODE),
    ]
    step = LlmResponse(content=types.Content(role="model", parts=parts))
    (event,), _ = await ask(BuiltInCodeExecutor(), step, model="gemini-2.5-flash")
    assert event.content.parts == parts


async def test_images_that_gemini_draws_become_artifacts() -> None:
    parts = [
        types.Part(inline_data=types.Blob(data=b"1", mime_type="image/png")),
        types.Part(inline_data=types.Blob(data=b"2", mime_type="image/png", display_name="b.png")),
    ]
    step = LlmResponse(content=types.Content(role="model", parts=parts))
    (event,), _ = await ask(BuiltInCodeExecutor(), step, model="gemini-2.5-flash")
    made, named = event.actions.artifact_delta
    assert named == "b.png"
    assert [part.text for part in event.content.parts] == [
        f"Saved as artifact: {made}",
        "Saved as artifact: b.png",
    ]


async def test_other_models_cannot_run_code() -> None:
    with pytest.raises(ValueError, match="works with Gemini models, not with 'replies'"):
        await ask(BuiltInCodeExecutor(), "x")
