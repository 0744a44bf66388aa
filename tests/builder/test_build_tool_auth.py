"""Credentials of tools as a file writes them, and that no output has them."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from adkconf.cli.entry import main

TOOLS = '''
def mail(credential) -> str:
    """Reads mail."""
    return credential.auth_type.value if credential else "nothing"
'''
APP = """
name: app
root_agent:
  model: {{scripted: [{{call: {{name: mail}}}}, {{text: done}}]}}
  tools:
    - AuthenticatedFunctionTool:
        func: ./tools.py:mail
        auth_scheme: {scheme}
        auth_credential: {credential}
"""
KEY = "{type: apiKey, in: header, name: X-Key}"
CODE = (
    "{type: oauth2, flows: {authorizationCode: "
    "{authorizationUrl: 'https://p.test/a', tokenUrl: 'https://p.test/t'}}}"
)
CLIENT = "{auth_type: oauth2, oauth2: {client_id: me, client_secret: '${GIVEN}'}}"
ACCOUNT = (
    "{auth_type: serviceAccount, "
    "service_account: {scopes: [x], service_account_credential: '${GIVEN}'}}"
)
BASIC = (
    "{auth_type: http, http: {scheme: basic, credentials: {username: me, password: '${GIVEN}'}}}"
)
SECRET = "s3cr3t-of-the-agent"


def app(scheme: str = KEY, credential: str = "{auth_type: apiKey, api_key: '${GIVEN}'}") -> str:
    return APP.format(scheme=scheme, credential=credential)


def answers(events: list[Any]) -> list[Any]:
    return [answer.response for event in events for answer in event.get_function_responses()]


async def test_tool_gets_the_credential_of_the_file(project: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIVEN", SECRET)
    project.write("tools.py", TOOLS)
    built = await project.build(app())
    events = await built.runner.run_debug("go", quiet=True)
    assert answers(events) == [{"result": "apiKey"}]
    assert SECRET not in repr(built.spec) + str(events)


async def test_user_is_asked_for_what_the_file_leaves_out(
    project: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GIVEN", SECRET)
    project.write("tools.py", TOOLS)
    text = app(CODE, CLIENT) + "        response_for_auth_required: {status: waiting}\n"
    events = await (await project.build(text)).runner.run_debug("go", quiet=True)
    assert [call.name for event in events for call in event.get_function_calls()] == [
        "mail",
        "adk_request_credential",
    ]
    assert answers(events) == [{"status": "waiting"}]
    assert SECRET not in str(events)


@pytest.mark.parametrize(
    ("text", "line", "code", "told"),
    [
        (app("{type: apikey, in: header, name: X}"), 8, "E204", "apikey"),
        (app("{type: apiKey, in: header}"), 8, "E202", "'name' is missing"),
        (app("{type: openIdConnect, scopes: [a]}"), 8, "E202", "openIdConnectUrl"),
        (app(KEY, "{auth_type: apiKey, api_kee: x}"), 9, "E201", "api_kee"),
        (app(CODE, "{auth_type: oauth2, oauth2: {client_secret: x}}"), 9, "E202", "client_id"),
        (app("{type: oauth2, flow: {}}"), 8, "E201", "flow"),
    ],
)
async def test_mistake_is_an_error_at_its_place(
    project: Any, text: str, line: int, code: str, told: str
):
    project.write("tools.py", TOOLS)
    found = (await project.problems(text))[0]
    assert (found.line, found.code, told in found.message) == (line, code, True)


@pytest.mark.parametrize("key", [SECRET, f'["{SECRET}"]'])
async def test_key_of_a_service_account_that_is_none_is_an_error_at_its_place(
    project: Any, monkeypatch: pytest.MonkeyPatch, key: str
):
    monkeypatch.setenv("GIVEN", key)
    project.write("tools.py", TOOLS)
    found = await project.problem(app(KEY, ACCOUNT))
    assert (found.line, "key file" in found.message) == (9, True)
    assert SECRET not in str(found)


async def test_key_file_of_a_service_account_is_read(project: Any, monkeypatch: pytest.MonkeyPatch):
    names = ("project_id", "private_key_id", "private_key", "client_email", "client_id")
    more = ("auth_uri", "token_uri", "auth_provider_x509_cert_url", "client_x509_cert_url")
    key = dict.fromkeys((*names, *more, "universe_domain"), "x")
    monkeypatch.setenv("GIVEN", json.dumps(key))
    project.write("tools.py", TOOLS)
    assert await project.build(app("{type: http, scheme: bearer}", ACCOUNT))


@pytest.mark.parametrize("command", ["validate", "show", "graph", "run"])
@pytest.mark.parametrize("credential", [None, CLIENT, BASIC])
@pytest.mark.parametrize("written", ["${GIVEN}", "x${GIVEN}", "${file:given.txt}"])
def test_no_command_shows_a_secret(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    command: str,
    credential: str | None,
    written: str,
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("GIVEN", SECRET)
    (tmp_path / "tools.py").write_text(TOOLS)
    (tmp_path / "given.txt").write_text(SECRET)
    text = app(CODE if credential == CLIENT else KEY, credential) if credential else app()
    (tmp_path / "app.yaml").write_text(text.replace("${GIVEN}", written))
    with pytest.raises(SystemExit) as ended:
        main([command, str(tmp_path / "app.yaml"), *(["go"] if command == "run" else [])])
    told = capsys.readouterr()
    assert not ended.value.code, told.err
    assert SECRET not in told.out + told.err + caplog.text


TOOLSET = '''
from adkconf.auth import AuthConfig, AuthCredential, AuthScheme
from adkconf.tools import BaseToolset, FunctionTool


class Mail(BaseToolset):
    def __init__(self, auth_scheme: AuthScheme, auth_credential: AuthCredential) -> None:
        super().__init__()
        self.config = AuthConfig(auth_scheme=auth_scheme, raw_auth_credential=auth_credential)

    def get_auth_config(self) -> AuthConfig:
        return self.config

    async def get_tools(self, readonly_context=None):
        found = readonly_context.get_credential(self.config.credential_key)

        def mail() -> str:
            """Reads mail."""
            return found.auth_type.value

        return [FunctionTool(mail)]
'''


async def test_toolset_of_the_project_gets_the_credential_of_the_file(
    project: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GIVEN", SECRET)
    project.write("tools.py", TOOLSET)
    text = app().replace("AuthenticatedFunctionTool", "./tools.py:Mail")
    built = await project.build(text.replace("        func: ./tools.py:mail\n", ""))
    events = await built.runner.run_debug("go", quiet=True)
    assert answers(events) == [{"result": "apiKey"}]
    assert SECRET not in str(events)
