"""Tools of OpenAPI documents, beside google-adk's, and against a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import yaml
from google.adk.tools.openapi_tool import OpenAPIToolset as AdkToolset

from adkconf.agents import LlmAgent
from adkconf.auth import AuthConfig, AuthCredential
from adkconf.errors import InputValidationError
from adkconf.runners import InMemoryRunner
from adkconf.tools.openapi_tool import OpenAPIToolset, RestApiTool
from tests.conftest import Replies
from tests.tools.mcp_fixtures import context
from tests.tools.openapi_documents import forms, petstore, secured

DOCUMENTS = [petstore(), forms(), secured()]


class Api:
    """Answers everything; what it answers tells what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status, self.body = 200, '{"ok": true}'


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Api, str]]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            names = ("content-type", "cookie", "x-trace", "x-key", "authorization", "x-run")
            headers = {name: self.headers[name] for name in names if self.headers[name]}
            body = self.rfile.read(length).decode()
            if "json" in headers.get("content-type", ""):
                body = json.loads(body or "null")
            api.asked.append({"line": f"{self.command} {self.path}", "body": body, **headers})
            self.send_response(api.status)
            self.send_header("content-length", str(len(api.body)))
            self.end_headers()
            self.wfile.write(api.body.encode())

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield api, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def api(served: tuple[Api, str]) -> Api:
    served[0].__init__()
    return served[0]


@pytest.fixture
def url(served: tuple[Api, str]) -> str:
    return served[1]


def toolset(document: dict[str, Any], **options: Any) -> OpenAPIToolset:
    return OpenAPIToolset(spec_dict=document, allow_private_network_access=True, **options)


async def call(tools: OpenAPIToolset, name: str, **args: Any) -> Any:
    found = {tool.name: tool for tool in await tools.selected_tools()}
    return await found[name].run_async(args=args, tool_context=await context())


@pytest.mark.parametrize("document", DOCUMENTS, ids=["petstore", "forms", "secured"])
@pytest.mark.parametrize("preserve", [False, True])
async def test_declarations_are_google_adks(document: dict[str, Any], preserve: bool):
    ours = await OpenAPIToolset(spec_dict=document, preserve_property_names=preserve).get_tools()
    theirs = await AdkToolset(spec_dict=document, preserve_property_names=preserve).get_tools()
    assert [tool.name for tool in ours] == [tool.name for tool in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        assert mine._get_declaration() == other._get_declaration()


LONG = "a_very_long_operation_name_that_goes_on_and_on_for_more_than"
CALLS = [
    (petstore, "list_pets", {"page_size": 3, "tags": ["a", "b"], "x_trace": 7, "param_from": "x"}),
    (petstore, "create_pet", {"pet_name": "Mia", "owner": {"firstName": "Jo"}}),
    (petstore, "get_pet_by_id", {"pet_id": "a/b c", "pet_id_0": 4}),
    (petstore, "pets_pet_id_delete", {"pet_id": "7", "pet_id_0": None, "session": True}),
    (
        petstore,
        "a_very_long_operation_name_that_goes_on_and_on_for_more_than",
        {"pet_id": "1", "array": [{"petName": "x"}]},
    ),
    (
        petstore,
        "a_very_long_operation_name_that_goes_on_and_on_for_more_th_2",
        {"pet_id": "1", "body": {"petName": "x"}},
    ),
    (forms, "send_form", {"user_name": "a b"}),
    (forms, "send_json", {"user_name": "ü"}),
    (forms, "send_any", {"body": [1, "x"]}),
]


@pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")  # theirs
@pytest.mark.parametrize(("make", "name", "args"), CALLS, ids=[call[1] for call in CALLS])
async def test_calls_are_google_adks(api: Api, url: str, make: Any, name: str, args: Any):
    theirs = AdkToolset(spec_dict=make(url), allow_private_network_access=True).get_tool(name)
    given = await call(toolset(make(url)), name, **args)
    assert given == {"ok": True} == await theirs.run_async(args=dict(args), tool_context=None)
    ours, other = api.asked
    assert ours == other


async def test_text_is_sent_and_answered_as_it_is(api: Api, url: str):
    api.body = "thanks"
    assert await call(toolset(forms(url)), "send_text", body="hello") == {"text": "thanks"}
    assert api.asked[0]["body"] == "hello"


@pytest.mark.parametrize("status", [404, 500])
async def test_refusal_is_the_answer(api: Api, url: str, status: int):
    api.status, api.body = status, "no such pet"
    answer = await call(toolset(petstore(url)), "get_pet_by_id", pet_id="1")
    assert f"status {status}: no such pet" in answer["error"]


@pytest.mark.parametrize("name", ["..", "a/../b", "."])
async def test_argument_leads_to_no_other_path(api: Api, url: str, name: str):
    answer = await call(toolset(petstore(url)), "get_pet_by_id", pet_id=name)
    assert "another path" in answer["error"]
    assert api.asked == []


async def test_missing_argument_of_the_path_is_told(url: str):
    assert "'pet_id' is missing" in (await call(toolset(petstore(url)), "get_pet_by_id"))["error"]


@pytest.mark.parametrize(
    "host",
    [
        "http://127.0.0.1:1",
        "http://localhost",
        "http://169.254.169.254",
        "http://[::ffff:10.0.0.1]",
        "http://metadata.internal",
    ],
)
async def test_hosts_of_the_own_network_are_refused(host: str):
    tools = OpenAPIToolset(spec_dict=petstore(host))
    answer = await call(tools, "get_pet_by_id", pet_id="1")
    assert "not of the public network" in answer["error"]


async def test_host_that_is_away_is_the_answer():
    answer = await call(toolset(petstore("http://127.0.0.1:9")), "get_pet_by_id", pet_id="1")
    assert answer["error"].startswith("get_pet_by_id failed: ")


@pytest.mark.parametrize(
    ("name", "line", "token"),
    [
        ("by_key", "GET /key?api_key=s3cret", None),
        ("by_token", "GET /bearer", "Bearer tok"),
        ("open", "GET /open", None),
        ("either", "GET /either", None),
    ],
)
async def test_each_operation_gets_the_credential_of_its_scheme(
    api: Api, url: str, name: str, line: str, token: str | None
):
    key = AuthCredential(auth_type="apiKey", api_key="s3cret")
    bearer = {"scheme": "bearer", "credentials": {"token": "tok"}}
    credential = AuthCredential(auth_type="http", http=bearer) if token else key
    await call(toolset(secured(url), auth_credential=credential), name)
    assert (api.asked[0]["line"], api.asked[0].get("authorization")) == (line, token)


async def test_user_is_asked_for_the_key_that_nobody_has_given(api: Api, url: str):
    model = Replies(steps=[[("by_key", {})], "done"])
    agent = LlmAgent(name="root", model=model, tools=[toolset(secured(url))])
    events = await InMemoryRunner(agent=agent, app_name="a").run_debug("go", quiet=True)
    names = [call.name for event in events for call in event.get_function_calls()]
    assert names == ["by_key", "adk_request_credential"]
    assert api.asked == []


async def test_scheme_of_the_toolset_takes_the_place_of_the_documents(api: Api, url: str):
    config = {"authScheme": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    scheme = AuthConfig.model_validate(config).auth_scheme
    key = AuthCredential(auth_type="apiKey", api_key="s3cret")
    tools = toolset(secured(url), auth_scheme=scheme, auth_credential=key)
    await call(tools, "by_token")
    assert (api.asked[0]["line"], api.asked[0]["x-key"]) == ("GET /bearer", "s3cret")


async def test_headers_prefix_and_filter_are_in_effect(api: Api, url: str):
    async def headers(context: Any) -> dict[str, str]:
        return {"X-Run": context.invocation_id}

    options: dict[str, Any] = {"tool_filter": ["list_pets"], "tool_name_prefix": "shop"}
    tools = toolset(petstore(url), header_provider=headers, **options)
    assert [tool.name for tool in await tools.selected_tools()] == ["shop_list_pets"]
    await call(tools, "shop_list_pets", x_trace=1)
    assert api.asked[0]["x-run"] == "run"


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_document_is_read_from_a_text(kind: str):
    text = json.dumps(petstore()) if kind == "json" else yaml.safe_dump(petstore())
    tools = OpenAPIToolset(spec_str=text, spec_str_type=kind)
    assert isinstance(tools.get_tool("list_pets"), RestApiTool)
    assert tools.get_tool("nothing") is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "needs spec_dict or spec_str"),
        ({"spec_str": "{"}, "is no JSON"),
        ({"spec_str": "[]"}, "not a mapping"),
        ({"spec_dict": {"swagger": "2.0"}}, "has no 'paths'"),
        ({"spec_dict": {"paths": {"/": {"$ref": "other.yaml#/x"}}}}, "leads out of"),
    ],
)
def test_what_is_no_document_is_an_error(options: dict[str, Any], told: str):
    with pytest.raises(InputValidationError, match=told):
        OpenAPIToolset(**options)
