"""Sets of tools that need a credential before they can tell their tools."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LiveRequestQueue, LlmAgent
from adkconf.apps import App, ResumabilityConfig
from adkconf.auth import AuthConfig
from adkconf.auth.credential_service import (
    InMemoryCredentialService,
    SessionStateCredentialService,
)
from adkconf.errors import InputValidationError
from adkconf.runners import InMemoryRunner
from adkconf.tools import BaseToolset, FunctionTool
from tests.auth.conftest import Provider
from tests.auth.test_auth_flow import address_of, came_back, requests, sign_in
from tests.conftest import Replies, texts

BEARER = {"authScheme": {"type": "http", "scheme": "bearer"}}


class Mail(BaseToolset):
    """Tells its tools only with a token."""

    def __init__(self, config: AuthConfig) -> None:
        super().__init__()
        self.config = config
        self.seen: list[Any] = []

    def get_auth_config(self) -> AuthConfig:
        return self.config

    async def get_tools(self, readonly_context: Any = None) -> list[Any]:
        credential = readonly_context.get_credential(self.config.credential_key)
        token = credential.oauth2 or credential.http.credentials
        self.seen.append(getattr(token, "access_token", None) or token.token)

        def read() -> str:
            """Reads."""
            return "mail"

        return [FunctionTool(read)]


def runner(*tools: Any, resumable: bool = False) -> InMemoryRunner:
    model = Replies(steps=[[("read", {})], "done", "again"])
    agent = LlmAgent(name="root", model=model, tools=list(tools))
    resumability = ResumabilityConfig(is_resumable=resumable)
    return InMemoryRunner(app=App(name="app", root_agent=agent, resumability_config=resumability))


def answered(request: types.FunctionCall, response: Any) -> list[types.Part]:
    given = types.FunctionResponse(id=request.id, name=request.name, response=response)
    return [types.Part(function_response=given)]


@pytest.mark.parametrize("resumable", [False, True])
async def test_user_is_asked_before_the_tools_are_listed(resumable: bool) -> None:
    mail = Mail(AuthConfig.model_validate(BEARER))
    run = runner(mail, resumable=resumable)
    asked = await run.run_debug("go", quiet=True)
    (request,) = requests(asked)
    assert request.args["functionCallId"] == "_adk_toolset_auth_Mail"
    assert (mail.seen, run.app.root_agent.model.requests) == ([], [])
    events = await run.run_debug(answered(request, {"result": "their token"}), quiet=True)
    assert mail.seen == ["their token"] * 2
    assert texts([event.content for event in events if event.content])[-1] == "model: done"
    assert not requests(events)


async def test_model_hears_nothing_of_it() -> None:
    run = runner(Mail(AuthConfig.model_validate(BEARER)))
    (request,) = requests(await run.run_debug("go", quiet=True))
    await run.run_debug(answered(request, {"result": "their token"}), quiet=True)
    assert texts(run.app.root_agent.model.requests[0].contents) == ["user: go"]


async def test_two_sets_that_share_a_credential_ask_once() -> None:
    config = AuthConfig.model_validate(BEARER)
    run = runner(Mail(config), Mail(config))
    assert len(requests(await run.run_debug("go", quiet=True))) == 1


@pytest.mark.parametrize("service", [InMemoryCredentialService, SessionStateCredentialService])
async def test_saved_credential_serves_later_runs(provider: Provider, service: type) -> None:
    mail = Mail(sign_in(provider, clientSecret="hidden"))
    run = runner(mail)
    run.credential_service = service()
    (request,) = requests(await run.run_debug("go", quiet=True))
    back = came_back(request, provider.show(address_of(request)))
    await run.run_debug(answered(request, back), quiet=True)
    assert not requests(await run.run_debug("more", quiet=True))
    assert set(mail.seen) == {"at-1"}
    assert len(provider.requests) == 1


async def test_set_that_can_sign_in_by_itself_asks_nobody() -> None:
    raw = {
        "authType": "http",
        "http": {"scheme": "bearer", "credentials": {"token": "own token"}},
    }
    mail = Mail(AuthConfig.model_validate({**BEARER, "rawAuthCredential": raw}))
    assert not requests(await runner(mail).run_debug("go", quiet=True))
    assert set(mail.seen) == {"own token"}


async def test_broken_config_ends_the_run_with_an_error() -> None:
    scheme = {"type": "oauth2", "flows": {"authorizationCode": {}}}
    run = runner(Mail(AuthConfig.model_validate({"authScheme": scheme})))
    with pytest.raises(ValueError, match="the agent's client"):
        await run.run_debug("go", quiet=True)


async def test_live_conversation_cannot_ask() -> None:
    queue = LiveRequestQueue()
    run = InMemoryRunner(
        LlmAgent(name="root", model="echo", tools=[Mail(AuthConfig.model_validate(BEARER))])
    )
    ids = {"user_id": "u", "session_id": "s"}
    await run.session_service.create_session(app_name=run.app_name, **ids)
    with pytest.raises(InputValidationError, match="run_async before"):
        async for _ in run.run_live(**ids, live_request_queue=queue):
            pass
