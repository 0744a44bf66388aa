"""Tools that get their credential ready for use."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.auth import AuthConfig, AuthCredential
from adkconf.auth.credential_service import InMemoryCredentialService
from adkconf.runners import InMemoryRunner
from adkconf.tools import AuthenticatedFunctionTool, BaseAuthenticatedTool, ToolContext
from tests.auth.conftest import Provider, tool_context
from tests.auth.test_auth_flow import address_of, came_back, requests, sign_in
from tests.auth.test_toolset_auth import BEARER, answered
from tests.conftest import Replies


def read(folder: str, credential: AuthCredential, tool_context: ToolContext) -> str:
    """Reads a folder."""
    assert tool_context.function_call_id
    token = credential.oauth2 and credential.oauth2.access_token
    return f"{folder} with {token or credential.http.credentials.token}"


class Read(BaseAuthenticatedTool):
    def _get_declaration(self) -> types.FunctionDeclaration:
        return types.FunctionDeclaration(name=self.name, description=self.description)

    async def _run_async_impl(self, *, args: Any, tool_context: Any, credential: Any) -> Any:
        return read("inbox", credential, tool_context)


def function_tool(config: AuthConfig, **more: Any) -> Any:
    return AuthenticatedFunctionTool(func=read, auth_config=config, **more)


def class_tool(config: AuthConfig, **more: Any) -> Any:
    return Read(name="read", description="Reads.", auth_config=config, **more)


def answers(events: list[Any]) -> list[Any]:
    return [answer.response for event in events for answer in event.get_function_responses()]


@pytest.mark.parametrize("make", [function_tool, class_tool])
async def test_user_signs_in_once_and_the_tool_gets_the_token(provider: Provider, make: Any):
    tool = make(sign_in(provider, clientSecret="hidden"))
    call = [("read", {"folder": "inbox"})]
    model = Replies(steps=[call, "done", call, "x"])
    run = InMemoryRunner(LlmAgent(name="root", model=model, tools=[tool]))
    run.credential_service = InMemoryCredentialService()
    asked = await run.run_debug("go", quiet=True)
    assert answers(asked) == [{"result": "Pending User Authorization."}]
    (request,) = requests(asked)
    back = came_back(request, provider.show(address_of(request)))
    assert answers(await run.run_debug(answered(request, back), quiet=True)) == [
        {"result": "inbox with at-1"}
    ]
    assert answers(await run.run_debug("again", quiet=True)) == [{"result": "inbox with at-1"}]
    assert len(provider.requests) == 1


def test_model_is_not_told_of_the_credential():
    declaration = function_tool(AuthConfig.model_validate(BEARER))._get_declaration()
    assert list(declaration.parameters_json_schema["properties"]) == ["folder"]


async def test_model_cannot_choose_the_credential():
    token = {"scheme": "bearer", "credentials": {"token": "own"}}
    raw = {"authType": "http", "http": token}
    tool = function_tool(AuthConfig.model_validate({**BEARER, "rawAuthCredential": raw}))
    args = {"folder": "inbox", "credential": "forged"}
    assert await tool.run_async(args=args, tool_context=tool_context()) == "inbox with own"


@pytest.mark.parametrize("make", [function_tool, class_tool])
async def test_answer_while_the_user_is_asked_can_be_chosen(make: Any):
    tool = make(AuthConfig.model_validate(BEARER), response_for_auth_required={"wait": True})
    context = tool_context()
    assert await tool.run_async(args={}, tool_context=context) == {"wait": True}
    assert list(context.actions.requested_auth_configs) == ["call-1"]


async def test_without_a_config_the_credential_is_none():
    def tell(credential: Any = 1) -> bool:
        """Tells."""
        return credential is None

    tool = AuthenticatedFunctionTool(func=tell)
    assert await tool.run_async(args={}, tool_context=tool_context()) is True
