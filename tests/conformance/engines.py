"""The two engines behind one face, and what is left of their events to compare."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from google.genai import types

ENGINES = ("adkconf", "google.adk")


@dataclass
class Engine:
    """Names of one engine, looked up where google-adk's users look them up."""

    root: str
    log: list[str] = field(default_factory=list)

    def find(self, module: str, name: str) -> Any:
        return getattr(import_module(f"{self.root}.{module}"), name)

    def agent(self, **fields: Any) -> Any:
        return self.find("agents.llm_agent", "LlmAgent")(**fields)

    def workflow(self, kind: str, **fields: Any) -> Any:
        return self.find("agents", kind)(**fields)

    def model(self, *steps: Any) -> Any:
        """A model written once for both: a text, calls, parts, or an exception per step."""
        base = self.find("models.base_llm", "BaseLlm")
        response = self.find("models.llm_response", "LlmResponse")

        class Replies(base):  # type: ignore[misc, valid-type]
            model: str = "replies"
            at: int = 0
            seen: list[Any] = []

            async def generate_content_async(
                self, llm_request: Any, stream: bool = False
            ) -> AsyncGenerator[Any, None]:
                self.seen.append(list(llm_request.contents))
                step = steps[self.at % len(steps)]
                self.at += 1
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, str):
                    for word in step.split(" ") if stream else ():
                        yield response(content=_says(word), partial=True)
                    yield response(content=_says(step), finish_reason=types.FinishReason.STOP)
                    return
                yield response(content=_content(step), finish_reason=types.FinishReason.STOP)

        return Replies(seen=[])

    def run_config(self, **fields: Any) -> Any:
        if mode := fields.pop("streaming_mode", None):
            modes = self.find("agents.run_config", "StreamingMode")
            fields["streaming_mode"] = getattr(modes, mode)
        return self.find("agents.run_config", "RunConfig")(**fields)

    def plugin(self, hooks: dict[str, Any]) -> Any:
        base = self.find("plugins.base_plugin", "BasePlugin")
        return type("Hooks", (base,), dict(hooks))(name="hooks")

    def runner(self, root: Any, plugins: list[Any], **app_fields: Any) -> Any:
        app_class = self.find("apps.app", "App")
        app = app_class(name="demo", root_agent=root, plugins=plugins, **app_fields)
        return self.find("runners", "InMemoryRunner")(app=app)


def _says(text: str) -> types.Content:
    return types.Content(role="model", parts=[types.Part(text=text)])


def _content(step: list[Any]) -> types.Content:
    if all(isinstance(item, types.Part) for item in step):
        return types.Content(role="model", parts=copy.deepcopy(step))
    parts = [
        types.Part(function_call=types.FunctionCall(name=name, args=args)) for name, args in step
    ]
    return types.Content(role="model", parts=parts)


class Names:
    """Replaces random ids by their order of appearance."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, kind: str, value: str | None) -> str | None:
        if value is None:
            return None
        return self._known.setdefault(value, f"{kind}{len(self._known)}")


def plain(event: Any, names: Names) -> dict[str, Any]:
    """An event as JSON without what cannot agree: ids, times, and either side's own words."""
    data: dict[str, Any] = json.loads(event.model_dump_json(by_alias=True, exclude_none=True))
    del data["timestamp"]
    data["id"] = names("event", data["id"])
    data["invocationId"] = names("run", data["invocationId"])
    # google-adk leaves the path empty below agents that are not models or workflows.
    data.pop("nodeInfo")
    wanted = data["actions"]["requestedToolConfirmations"]
    data["actions"]["requestedToolConfirmations"] = {
        names("call", call_id): {**item, "hint": "…"} for call_id, item in wanted.items()
    }
    wanted = data["actions"]["requestedAuthConfigs"]
    data["actions"]["requestedAuthConfigs"] = {
        names("call", call_id): _one_sign_in(item) for call_id, item in wanted.items()
    }
    data["actions"]["stateDelta"] = without_notes(data["actions"]["stateDelta"])
    # No client sees it: with which version of the app a run was paused, which google-adk forgets.
    metadata = data.pop("customMetadata", {})
    if shown := {k: v for k, v in metadata.items() if not k.startswith("__adk_internal_app")}:
        data["customMetadata"] = shown
    if data.get("partial"):
        # google-adk's fragments share one object with the whole and show its later changes.
        del data["actions"]
    for part in data.get("content", {}).get("parts", ()):
        _mask(part, names)
    if "longRunningToolIds" in data:
        # They are a set; the calls have their order, and names, from the content.
        data["longRunningToolIds"] = sorted(names("call", i) for i in data["longRunningToolIds"])
    return data


def _mask(part: dict[str, Any], names: Names) -> None:
    for key in ("functionCall", "functionResponse"):
        if key in part:
            part[key]["id"] = names("call", part[key]["id"])
            asked = part[key].get("args", {})
            if "toolConfirmation" in asked:
                asked["toolConfirmation"]["hint"] = "…"
                call = asked["originalFunctionCall"]
                call["id"] = names("call", call["id"])
            if "authConfig" in asked:
                asked["functionCallId"] = names("call", asked["functionCallId"])
                asked["authConfig"] = _one_sign_in(asked["authConfig"])
                asked.pop("message", None)
    if done := part.get("codeExecutionResult"):
        done["output"] = _ANNOUNCED.sub("", done["output"]).strip()
    if answer := part.get("functionResponse"):
        own_words = set(answer["response"]) == {"error"}
        # Credentials are not stored here.
        if own_words or answer["name"] in ("set_model_response", "adk_request_credential"):
            answer["response"] = "…"


_ANNOUNCED = re.compile(r"^(Code execution result:|Saved artifacts:|Saved as artifacts:)\s")


def without_notes(state: dict[str, Any]) -> dict[str, Any]:
    """State without what google-adk's code execution notes there for itself."""
    return {key: value for key, value in state.items() if key != "_code_execution_context"}


def _one_sign_in(config: dict[str, Any]) -> dict[str, Any]:
    """A request for a credential without what is random in it."""
    oauth2 = config.get("exchangedAuthCredential", {}).get("oauth2", {})
    for key in ("state", "authUri"):
        if key in oauth2:
            oauth2[key] = "…"
    # google-adk tells the client its secret of PKCE.
    oauth2.pop("codeVerifier", None)
    return config
