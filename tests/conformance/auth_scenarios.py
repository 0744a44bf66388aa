"""Credentials that tools and sets of tools get from the flow."""

from __future__ import annotations

from typing import Any

from google.genai import types

from tests.conformance.agent_scenarios import CLIENT, KEY_SCHEME, OAUTH_SCHEME, _answer, _config
from tests.conformance.engines import Engine
from tests.conformance.scenarios import Scene, _decide, scenario, weather

THEIRS = {"authType": "apiKey", "apiKey": "theirs"}
SIGNED_IN = {"authType": "oauth2", "oauth2": {"accessToken": "theirs"}}


def _with_key(credential) -> str:  # type: ignore[no-untyped-def]
    """Fetches with a key."""
    return str(credential.api_key or credential.oauth2.access_token)


def _function_tool(e: Engine, scheme: Any, raw: Any, **more: Any) -> Any:
    make = e.find("tools.authenticated_function_tool", "AuthenticatedFunctionTool")
    _with_key.__name__ = "fetch"
    return make(func=_with_key, auth_config=_config(e, scheme, raw), **more)


def _toolset(e: Engine, scheme: Any, raw: Any) -> Any:
    config = _config(e, scheme, raw)
    base: Any = e.find("tools.base_toolset", "BaseToolset")
    function_tool: Any = e.find("tools.function_tool", "FunctionTool")

    class Fetching(base):  # type: ignore[misc]
        def get_auth_config(self) -> Any:
            return config

        async def get_tools(self, readonly_context: Any = None) -> list[Any]:
            found = readonly_context.get_credential(config.credential_key)
            token = found.api_key or found.oauth2.access_token

            def fetch() -> str:
                """Fetches."""
                return str(token)

            return [function_tool(fetch)]

    return Fetching()


def _root(e: Engine, *tools: Any) -> Any:
    return e.agent(name="root", model=e.model([("fetch", {})], "done", "more"), tools=list(tools))


@scenario
def tool_with_the_key_of_the_agent(e: Engine) -> Scene:
    raw = {"authType": "apiKey", "apiKey": "own"}
    return Scene(_root(e, _function_tool(e, KEY_SCHEME, raw)))


@scenario
def tool_with_a_key_of_the_user(e: Engine) -> Scene:
    return Scene(_root(e, _function_tool(e, KEY_SCHEME, None)), ["go", _answer(THEIRS)])


@scenario
def tool_with_a_sign_in(e: Engine) -> Scene:
    raw = {"authType": "oauth2", "oauth2": CLIENT}
    tool = _function_tool(e, OAUTH_SCHEME, raw, response_for_auth_required={"status": "waits"})
    return Scene(_root(e, tool), ["go", _answer(SIGNED_IN)])


@scenario
def toolset_with_the_key_of_the_agent(e: Engine) -> Scene:
    raw = {"authType": "apiKey", "apiKey": "own"}
    return Scene(_root(e, _toolset(e, KEY_SCHEME, raw)))


@scenario
def toolset_with_a_key_of_the_user(e: Engine) -> Scene:
    return Scene(_root(e, _toolset(e, KEY_SCHEME, None)), ["go", _answer(THEIRS)])


@scenario
def toolset_with_a_sign_in(e: Engine) -> Scene:
    raw = {"authType": "oauth2", "oauth2": CLIENT}
    return Scene(_root(e, _toolset(e, OAUTH_SCHEME, raw)), ["go", _answer(SIGNED_IN)])


@scenario
def toolset_beside_a_tool_asks_first(e: Engine) -> Scene:
    return Scene(_root(e, weather, _toolset(e, KEY_SCHEME, None)), ["go", _answer(THEIRS), "go"])


@scenario
def confirmed_call_beside_a_settled_one(e: Engine) -> Scene:
    tool = e.find("tools.function_tool", "FunctionTool")(weather, require_confirmation=True)

    def settled() -> str:
        """Is done at once."""
        return "settled"

    model = e.model([("settled", {}), ("weather", {"city": "Rome"})], "waits", "done")
    return Scene(e.agent(name="root", model=model, tools=[settled, tool]), ["go", _decide(True)])


@scenario
def confirmed_call_beside_a_credential(e: Engine) -> Scene:
    tool = e.find("tools.function_tool", "FunctionTool")(weather, require_confirmation=True)
    fetch = _function_tool(e, KEY_SCHEME, None)
    model = e.model([("fetch", {}), ("weather", {"city": "Rome"})], "waits", "done", "more")
    root = e.agent(name="root", model=model, tools=[fetch, tool])
    return Scene(root, ["go", _decide(True), _answer(THEIRS)])


def _decide_one(index: int) -> Any:
    """A message that confirms one of the calls that were asked about."""

    def message(events: list[Any]) -> types.Part:
        call = [
            call
            for event in events
            for call in event.get_function_calls()
            if call.name == "adk_request_confirmation"
        ][index]
        response = types.FunctionResponse(id=call.id, name=call.name, response={"confirmed": True})
        return types.Part(function_response=response)

    return message


@scenario
def calls_confirmed_one_after_the_other(e: Engine) -> Scene:
    tool = e.find("tools.function_tool", "FunctionTool")(weather, require_confirmation=True)
    calls = [("weather", {"city": "Rome"}), ("weather", {"city": "Oslo"})]
    root = e.agent(name="root", model=e.model(calls, "one", "two", "three"), tools=[tool])
    return Scene(root, ["go", _decide_one(1), _decide_one(0)])
