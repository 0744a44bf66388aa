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
