"""A tool asks for a credential, the user signs in, the tool runs again."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.apps import App
from adkconf.auth import AuthConfig
from adkconf.auth.credential_service import (
    BaseCredentialService,
    InMemoryCredentialService,
    SessionStateCredentialService,
)
from adkconf.events import Event
from adkconf.plugins import LoggingPlugin
from adkconf.runners import InMemoryRunner
from adkconf.tools import ToolContext
from tests.auth.conftest import Provider
from tests.conftest import Replies, texts

IDS = {"app_name": "InMemoryRunner", "user_id": "debug_user_id", "session_id": "debug_session_id"}
SECRETS = ("hidden", "good", "at-1", "rt-1")


def sign_in(provider: Provider, **client: Any) -> AuthConfig:
    flow = {"authorizationUrl": "https://p.test/auth?x=1", "tokenUrl": provider.url}
    oauth2 = {"clientId": "me", "redirectUri": "https://me.test/back", **client}
    return AuthConfig.model_validate(
        {
            "authScheme": {
                "type": "oauth2",
                "flows": {"authorizationCode": {**flow, "scopes": {"mail": "reads mail"}}},
            },
            "rawAuthCredential": {"authType": "oauth2", "oauth2": oauth2},
        }
    )


class Mailbox:
    """A tool that reads mail with whatever it was given, and remembers it."""

    def __init__(self, config: AuthConfig) -> None:
        self.config = config
        self.used: list[str | None] = []

    def read_mail(self, tool_context: ToolContext) -> dict[str, str]:
        """Reads mail."""
        credential = tool_context.get_auth_response(self.config)
        if credential is None:
            tool_context.request_credential(self.config)
            return {"status": "asked"}
        self.used.append(credential.oauth2 and credential.oauth2.access_token)
        return {"status": "read"}


class Talk:
    def __init__(self, *tools: Any, **runner: Any) -> None:
        steps = [[(tool.__name__, {}) for tool in tools], "done"]
        self.model = Replies(steps=steps)
        agent = LlmAgent(name="root", model=self.model, tools=list(tools))
        self.runner = InMemoryRunner(agent, **runner)

    async def begin(self) -> types.FunctionCall:
        events = await self.runner.run_debug("go", quiet=True)
        (request,) = requests(events)
        return request

    async def answer(self, request: types.FunctionCall, response: Any) -> list[Event]:
        given = types.FunctionResponse(id=request.id, name=request.name, response=response)
        return await self.runner.run_debug([types.Part(function_response=given)], quiet=True)

    async def stored(self) -> str:
        session = await self.runner.session_service.get_session(**IDS)
        return session.model_dump_json()


def requests(events: list[Event]) -> list[types.FunctionCall]:
    calls = [call for event in events for call in event.get_function_calls()]
    return [call for call in calls if call.name == "adk_request_credential"]


def came_back(request: types.FunctionCall, address: str, **more: Any) -> dict[str, Any]:
    config = request.args["authConfig"]
    exchanged = config["exchangedAuthCredential"]
    oauth2 = {**exchanged["oauth2"], "authResponseUri": address, **more}
    return {**config, "exchangedAuthCredential": {**exchanged, "oauth2": oauth2}}


def address_of(request: types.FunctionCall) -> str:
    return request.args["authConfig"]["exchangedAuthCredential"]["oauth2"]["authUri"]


@pytest.mark.parametrize(
    "client",
    [
        {"clientSecret": "hidden"},
        {"clientSecret": "hidden", "codeChallengeMethod": "S256"},
        {"clientSecret": "hidden", "codeVerifier": "v" * 43, "codeChallengeMethod": "S256"},
        {},
    ],
    ids=["secret", "secret and PKCE", "own verifier", "public"],
)
async def test_code_becomes_a_token_and_nothing_secret_is_stored(
    provider: Provider, client: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mailbox = Mailbox(sign_in(provider, **client))
    talk = Talk(mailbox.read_mail, plugins=None)
    request = await talk.begin()
    events = await talk.answer(request, came_back(request, provider.show(address_of(request))))
    assert mailbox.used == ["at-1"]
    assert events[-1].content.parts[0].text == "done"
    assert provider.requests[0]["redirect_uri"] == "https://me.test/back"
    assert bool(provider.clients[0]) is bool(client)
    told = await talk.stored() + caplog.text
    assert not [secret for secret in (*SECRETS, "v" * 43) if secret in told]


async def test_model_sees_only_the_result() -> None:
    config = AuthConfig.model_validate({"authScheme": {"type": "http", "scheme": "bearer"}})
    mailbox = Mailbox(config)
    talk = Talk(mailbox.read_mail)
    await talk.answer(await talk.begin(), {"result": "bare token"})
    assert texts(talk.model.requests[-1].contents) == [
        "user: go",
        "model: read_mail()",
        "user: read_mail={'status': 'read'}",
    ]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"authResponseUri": "https://me.test/back?code=good&state=forged"},
        {"state": "forged"},
        {"state": None, "authResponseUri": "https://me.test/back?code=good"},
        {"authResponseUri": "https://me.test/back?code=bad&state={state}"},
        {"authResponseUri": None, "authCode": "bad"},
    ],
    ids=["forged address", "forged state", "no state", "bad code in address", "bad code"],
)
async def test_sign_in_that_fails_is_asked_for_again(
    provider: Provider, spoilt: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    mailbox = Mailbox(sign_in(provider, clientSecret="hidden"))
    talk = Talk(mailbox.read_mail)
    request = await talk.begin()
    answer = came_back(request, provider.show(address_of(request)))
    oauth2 = answer["exchangedAuthCredential"]["oauth2"]
    spoilt = {k: v and v.replace("{state}", oauth2["state"]) for k, v in spoilt.items()}
    oauth2.update(spoilt)
    events = await talk.answer(request, answer)
    assert mailbox.used == []
    (again,) = requests(events)
    assert again.id != request.id
    assert "good" not in caplog.text
    await talk.answer(again, came_back(again, provider.show(address_of(again))))
    assert mailbox.used == ["at-1"]


@pytest.mark.parametrize("junk", [{}, {"authScheme": 7}, {"exchangedAuthCredential": {"a": 1}}])
async def test_answer_without_a_credential_is_none(junk: dict[str, Any]) -> None:
    mailbox = Mailbox(AuthConfig.model_validate({"authScheme": {"type": "http", "scheme": "x"}}))
    talk = Talk(mailbox.read_mail)
    assert requests(await talk.answer(await talk.begin(), junk))


async def test_client_cannot_choose_another_oauth_client(provider: Provider) -> None:
    mailbox = Mailbox(sign_in(provider, clientSecret="hidden"))
    talk = Talk(mailbox.read_mail)
    request = await talk.begin()
    back = provider.show(address_of(request))
    forged = {"clientId": "evil", "clientSecret": "evil", "codeVerifier": "evil"}
    await talk.answer(request, came_back(request, back, **forged))
    assert "evil" not in str(provider.requests) + str(provider.clients)
    assert mailbox.used == ["at-1"]


async def test_token_that_the_client_got_by_itself_is_used_as_it_is(provider: Provider) -> None:
    mailbox = Mailbox(sign_in(provider, clientSecret="hidden"))
    talk = Talk(mailbox.read_mail)
    request = await talk.begin()
    await talk.answer(request, came_back(request, "", authResponseUri=None, accessToken="own"))
    assert mailbox.used == ["own"]
    assert provider.requests == []


async def test_unreachable_provider_is_asked_again(provider: Provider) -> None:
    mailbox = Mailbox(sign_in(Provider(url="http://127.0.0.1:9/token"), clientSecret="hidden"))
    talk = Talk(mailbox.read_mail)
    request = await talk.begin()
    again = await talk.answer(request, came_back(request, provider.show(address_of(request))))
    assert requests(again)


async def test_plugins_do_not_see_the_credential(
    provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    mailbox = Mailbox(sign_in(provider, clientSecret="hidden"))
    model = Replies(steps=[[("read_mail", {})], "done"])
    agent = LlmAgent(name="root", model=model, tools=[mailbox.read_mail])
    talk = Talk(mailbox.read_mail)
    talk.runner = InMemoryRunner(
        app=App(name="InMemoryRunner", root_agent=agent, plugins=[LoggingPlugin()])
    )
    request = await talk.begin()
    await talk.answer(request, came_back(request, provider.show(address_of(request))))
    assert mailbox.used == ["at-1"]
    assert not [secret for secret in SECRETS if secret in capsys.readouterr().out]


class SavingMailbox(Mailbox):
    async def read_mail(self, tool_context: ToolContext) -> dict[str, str]:
        """Reads mail."""
        credential = await tool_context.load_credential(self.config)
        if credential is None and (credential := tool_context.get_auth_response(self.config)):
            given = self.config.model_copy(update={"exchanged_auth_credential": credential})
            await tool_context.save_credential(given)
        if credential is None:
            tool_context.request_credential(self.config)
            return {"status": "asked"}
        self.used.append(credential.oauth2.access_token)
        assert credential.oauth2.client_secret == "hidden"
        return {"status": "read"}


@pytest.mark.parametrize("service", [InMemoryCredentialService, SessionStateCredentialService])
async def test_saved_credentials_serve_later_runs(
    provider: Provider, service: type[BaseCredentialService]
) -> None:
    mailbox = SavingMailbox(sign_in(provider, clientSecret="hidden"))
    talk = Talk(mailbox.read_mail)
    talk.runner.credential_service = service()
    request = await talk.begin()
    await talk.answer(request, came_back(request, provider.show(address_of(request))))
    assert not requests(await talk.runner.run_debug("again", quiet=True))
    assert mailbox.used == ["at-1", "at-1"]
    assert len(provider.requests) == 1
    assert "hidden" not in await talk.stored()


async def test_credentials_of_one_user_are_not_another_users(provider: Provider) -> None:
    mailbox = SavingMailbox(sign_in(provider, clientSecret="hidden"))
    talk = Talk(mailbox.read_mail)
    talk.runner.credential_service = InMemoryCredentialService()
    request = await talk.begin()
    await talk.answer(request, came_back(request, provider.show(address_of(request))))
    assert requests(await talk.runner.run_debug("go", user_id="other", quiet=True))


async def test_something_else_under_the_key_is_no_credential(provider: Provider) -> None:
    config = sign_in(provider)
    talk = Talk(SavingMailbox(config).read_mail)
    talk.runner.credential_service = SessionStateCredentialService()
    service = talk.runner.session_service
    await service.create_session(**IDS, state={config.credential_key: 7})
    assert await talk.begin()


@pytest.mark.parametrize("method", ["load_credential", "save_credential"])
async def test_without_a_service_the_tool_is_told_so(provider: Provider, method: str) -> None:
    config = sign_in(provider)

    async def use(tool_context: ToolContext) -> None:
        """Uses."""
        await getattr(tool_context, method)(config)

    with pytest.raises(ValueError, match="Credential service is not initialized"):
        await Talk(use).runner.run_debug("go", quiet=True)


async def test_callbacks_cannot_ask(provider: Provider) -> None:
    def ask(callback_context: Any) -> None:
        callback_context.request_credential(sign_in(provider))

    agent = LlmAgent(name="root", model=Replies(steps=["x"]), before_agent_callback=ask)
    with pytest.raises(ValueError, match="only be called inside a tool call"):
        await InMemoryRunner(agent).run_debug("go", quiet=True)


async def test_answers_to_requests_that_were_never_made_are_refused(provider: Provider) -> None:
    talk = Talk(Mailbox(sign_in(provider)).read_mail)
    await talk.begin()
    other = types.FunctionCall(id="made-up", name="adk_request_credential")
    with pytest.raises(ValueError, match="made-up"):
        await talk.answer(other, {"result": "hidden"})
    assert "hidden" not in await talk.stored()
