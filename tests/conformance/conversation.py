"""What is said to an app, step by step, and all that can be seen of it from outside."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from google.genai import types

IDS = {"user_id": "u", "session_id": "s"}


class Conversation:
    """One session with a runner of either engine."""

    def __init__(self, runner: Any, run_config: Any) -> None:
        self.runner = runner
        self.run_config = run_config
        self.seen: list[Any] = []
        self.raised: list[tuple[int, Exception]] = []
        self._runs: list[str] = []

    async def start(self, state: dict[str, Any] | None) -> None:
        service = self.runner.session_service
        await service.create_session(app_name=self.runner.app_name, state=state, **IDS)

    async def session(self) -> Any:
        return await self.runner.session_service.get_session(app_name=self.runner.app_name, **IDS)

    async def take(self, step: Any) -> None:
        """Takes one step; an exception is noted together with where in the events it came."""
        kind = next(iter(step)) if isinstance(step, dict) else "text"
        try:
            await getattr(self, f"_{kind}")(step if isinstance(step, dict) else {"text": step})
        except Exception as error:
            self.raised.append((len(self.seen), error))

    async def _run(self, parts: list[types.Part] | None, **arguments: Any) -> None:
        message = types.Content(role="user", parts=parts) if parts else None
        run = self.runner.run_async(
            new_message=message, run_config=self.run_config, **IDS, **arguments
        )
        self._runs.append("")
        async for event in run:
            self._runs[-1] = event.invocation_id
            self.seen.append(event)

    async def _text(self, step: dict[str, Any]) -> None:
        arguments = {**step}
        await self._run([types.Part(text=arguments.pop("text"))], **arguments)

    async def _parts(self, step: dict[str, Any]) -> None:
        """Any parts, as google-genai writes them."""
        await self._run([types.Part.model_validate(part) for part in step["parts"]])

    async def _answer(self, step: dict[str, Any]) -> None:
        """Answers the last call of that name."""
        call = self._last_call(step["answer"])
        await self._respond(call, step["with"])

    async def _sign_in(self, step: dict[str, Any]) -> None:
        """Fills a credential into the last request for one."""
        call = self._last_call("adk_request_credential")
        config = copy.deepcopy((call.args or {})["authConfig"])
        given = config.setdefault("exchangedAuthCredential", {})
        for key, value in step["sign_in"].items():
            given[key] = {**given.get(key, {}), **value} if isinstance(value, dict) else value
        await self._respond(call, config)

    async def _resume(self, step: dict[str, Any]) -> None:
        """Takes up the run of the last event."""
        await self._run(None, invocation_id=self.seen[-1].invocation_id)

    async def _rewind(self, step: dict[str, Any]) -> None:
        """Takes back the turn of that number and all behind it."""
        await self.runner.rewind_async(
            rewind_before_invocation_id=self._runs[step["rewind"]], **IDS
        )

    async def _remember(self, step: dict[str, Any]) -> None:
        """Puts the session into the long-term memory."""
        await self.runner.memory_service.add_session_to_memory(await self.session())

    async def _respond(self, call: types.FunctionCall, response: dict[str, Any]) -> None:
        answer = types.FunctionResponse(id=call.id, name=call.name, response=response)
        await self._run([types.Part(function_response=answer)])

    def _last_call(self, name: str) -> types.FunctionCall:
        calls = [call for event in self.seen for call in event.get_function_calls()]
        found: types.FunctionCall = next(call for call in reversed(calls) if call.name == name)
        return found

    async def told(self, show: Callable[[Any], Any]) -> dict[str, Any]:
        """Everything that was yielded, raised and stored."""
        session = await self.session()
        return {
            "yielded": [show(event) for event in self.seen],
            "raised": [(at, type(error).__name__) for at, error in self.raised],
            "stored": [show(event) for event in session.events],
            "state": session.state,
        }
