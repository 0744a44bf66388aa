"""Toolsets against an MCP server on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from google.adk.tools.mcp_tool.mcp_session_manager import StreamableHTTPConnectionParams as AdkHttp
from google.adk.tools.mcp_tool.mcp_toolset import McpToolset as AdkToolset

from adkconf.agents import LlmAgent
from adkconf.auth import AuthConfig, AuthCredential, AuthScheme
from adkconf.errors import NotFoundError, ServiceUnavailableError
from adkconf.models.llm_request import LlmRequest
from adkconf.runners import InMemoryRunner
from adkconf.tools.mcp_tool import (
    MCPToolset,
    McpToolset,
    SseConnectionParams,
    StreamableHTTPConnectionParams,
)
from tests.conftest import Replies, texts
from tests.tools.mcp_fixtures import Town, call, context, told, toolset

NAMES = ["add", "die", "fail", "pid", "slow"]
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}


@pytest.fixture(scope="module")
def open_town() -> Iterator[Town]:
    with Town().open() as town:
        yield town


@pytest.fixture
def town(open_town: Town) -> Town:
    open_town.seen.clear()
    return open_town


def http(town: Town, **options: Any) -> StreamableHTTPConnectionParams:
    return StreamableHTTPConnectionParams(url=town.url, **options)


async def test_tools_are_listed_by_name_without_those_of_the_framework(
    town: Town, caplog: pytest.LogCaptureFixture
):
    async with toolset(http(town)) as tools:
        assert [tool.name for tool in await tools.get_tools()] == NAMES
    assert "transfer_to_agent" in caplog.text


async def test_filter_sees_the_servers_names_and_the_model_those_with_the_prefix(town: Town):
    async with toolset(http(town), tool_filter=["add", "pid"], tool_name_prefix="town") as tools:
        found = await tools.selected_tools()
        names = ["town_add", "town_pid"]
        assert [tool.name for tool in found] == names
        assert [tool._get_declaration().name for tool in found] == names
        assert told(await call(tools, "town_add", a=1)) == "3"


@pytest.mark.parametrize(
    ("name", "args", "answer", "failed"),
    [
        ("add", {"a": 1, "b": 4}, "5", False),
        ("fail", {}, "no luck", True),
        ("add", {"a": "x"}, "a", True),
    ],
)
async def test_answer_is_mcps(town: Town, name: str, args: Any, answer: str, failed: bool):
    async with toolset(http(town)) as tools:
        found = await call(tools, name, **args)
    assert answer in told(found)
    assert found["isError"] is failed


async def test_declarations_and_answers_are_google_adks(town: Town):
    theirs = AdkToolset(connection_params=AdkHttp(url=town.url), use_mcp_resources=True)
    async with toolset(http(town), use_mcp_resources=True) as ours:
        pairs = list(zip(await ours.get_tools(), await theirs.get_tools(), strict=True))
        for mine, other in pairs[:-1]:
            assert mine._get_declaration() == other._get_declaration()
        assert pairs[-1][0].name == pairs[-1][1].name == "load_mcp_resource"
        assert (await ours.list_resources()) == (await theirs.list_resources()) == ["map"]
        assert await ours.get_resource_info("map") == await theirs.get_resource_info("map")
        for name, args in (("add", {"a": 1}), ("fail", {}), ("slow", {"seconds": 0})):
            (mine, other) = next(pair for pair in pairs if pair[0].name == name)
            at = await context()
            answer = await other._run_async_impl(args=args, tool_context=at, credential=None)
            here = await context()
            assert await mine.run_async(args=args, tool_context=here) == answer
            shown = [each.actions.render_ui_widgets or [{}] for each in (at, here)]
            assert dict(shown[0][0]) == dict(shown[1][0])
    await theirs.close()


async def test_app_of_a_tool_is_shown(town: Town):
    async with toolset(http(town)) as tools:
        slow = next(tool for tool in await tools.get_tools() if tool.name == "slow")
        at = await context()
        await slow.run_async(args={"seconds": 0}, tool_context=at)
    (widget,) = at.actions.render_ui_widgets or ()
    assert (widget.provider, widget.payload["resource_uri"]) == ("mcp", "ui://town/view")


@pytest.mark.parametrize("made", ["callback", "factory"])
async def test_progress_is_told(town: Town, made: str):
    heard = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    def make(tool_name: str, *, callback_context: Any = None, **kwargs: Any) -> Any:
        assert (tool_name, callback_context.user_id) == ("slow", "u")
        return hear

    callback = hear if made == "callback" else make
    async with toolset(http(town), progress_callback=callback) as tools:
        assert told(await call(tools, "slow", seconds=0.02)) == "done"
    assert heard == [(1, 2, "half")]


async def test_list_is_asked_for_once_in_a_run(town: Town):
    async with toolset(http(town)) as tools:
        await tools.get_tools(await context("one"))
        before = len(town.seen)
        await tools.get_tools(await context("one"))
        assert len(town.seen) == before
        await tools.get_tools(await context("two"))
        assert len(town.seen) > before


async def test_list_is_kept_as_long_as_said(town: Town):
    async with toolset(http(town), tool_list_cache_ttl_seconds=60) as tools:
        await tools.get_tools(await context("one"))
        before = len(town.seen)
        await tools.get_tools(await context("two"))
        assert len(town.seen) == before


async def test_each_users_headers_have_a_connection_of_their_own(town: Town):
    async def who(context: Any) -> dict[str, str]:
        return {"x-user": context.state["who"]}

    async with toolset(http(town, headers={"x-app": "1"}), header_provider=who) as tools:
        for name in ("ann", "bob"):
            await tools.get_tools(await context(who=name))
    assert {(seen.get("x-app"), seen.get("x-user")) for seen in town.seen} == {
        ("1", "ann"),
        ("1", "bob"),
    }
    assert len({seen.get("mcp-session-id") for seen in town.seen} - {None}) == 2


async def test_credential_goes_into_the_header_and_before_the_providers(town: Town):
    model = Replies(steps=[[("add", {"a": 1})], "done"])
    tools = [
        McpToolset(
            connection_params=http(town),
            auth_scheme=AuthConfig.model_validate({"authScheme": KEY}).auth_scheme,
            auth_credential=AuthCredential(auth_type="apiKey", api_key="k"),
            header_provider=lambda context: {"x-key": "other"},
        )
    ]
    runner = InMemoryRunner(agent=LlmAgent(name="root", model=model, tools=tools), app_name="a")
    events = await runner.run_debug("go", quiet=True)
    assert told(events[1].get_function_responses()[0].response) == "3"
    assert {seen["x-key"] for seen in town.seen} == {"k"}
    await runner.close()


async def test_key_in_the_query_is_refused(town: Town):
    scheme = AuthConfig.model_validate({"authScheme": {**KEY, "in": "query"}}).auth_scheme
    credential = AuthCredential(auth_type="apiKey", api_key="secret-key")
    options: dict[str, Any] = {"auth_scheme": scheme, "auth_credential": credential}
    async with toolset(http(town), **options) as tools:
        tools.get_auth_config().exchanged_auth_credential = credential
        with pytest.raises(ValueError, match="in: header") as caught:
            await tools.get_tools()
    assert "secret-key" not in str(caught.value)
    assert isinstance(scheme, AuthScheme)


async def test_person_is_asked_when_the_function_says_so(town: Town):
    async with toolset(http(town), require_confirmation=lambda a: a > 5) as tools:
        assert told(await call(tools, "add", a=1)) == "3"
        assert "confirmation" in (await call(tools, "add", a=6))["error"]


async def test_what_the_server_says_is_marked_in_requests(town: Town):
    async with toolset(http(town), tool_name_prefix="town") as tools:
        request = LlmRequest()
        for tool in await tools.selected_tools():
            await tool.process_llm_request(tool_context=await context(), llm_request=request)
    (declared,) = request.config.tools or ()
    assert [each.name for each in declared.function_declarations] == [f"town_{n}" for n in NAMES]
    assert all("UNTRUSTED" in each.description for each in declared.function_declarations)
    assert request.config.system_instruction.count("BEGIN_UNTRUSTED") == 1
    assert request.tools_dict.keys() == {f"town_{name}" for name in NAMES}


async def test_model_loads_resources(town: Town):
    model = Replies(steps=[[("load_mcp_resource", {"resource_names": ["map", "x"]})], "done"])
    tools = McpToolset(connection_params=http(town), use_mcp_resources=True)
    runner = InMemoryRunner(agent=LlmAgent(name="root", model=model, tools=[tools]), app_name="a")
    await runner.run_debug("go", quiet=True)
    first, second = model.requests
    assert '["map"]' in first.config.system_instruction
    assert texts(second.contents)[-1].count("left, then right") == 1
    with pytest.raises(NotFoundError, match="no resource 'x'"):
        await tools.read_resource("x")
    await runner.close()


async def test_restarted_server_is_greeted_again():
    town = Town()
    async with toolset(StreamableHTTPConnectionParams(url="http://127.0.0.1:1")) as tools:
        with town.open():
            tools.connection_params.url = town.url
            assert told(await call(tools, "add", a=1)) == "3"
            added = next(tool for tool in await tools.get_tools() if tool.name == "add")
        with town.open():
            answer = await added.run_async(args={"a": 2}, tool_context=await context())
            assert told(answer) == "4"


async def test_agent_goes_on_without_a_server_that_is_away(caplog: pytest.LogCaptureFixture):
    params = StreamableHTTPConnectionParams(url="http://me:pass@127.0.0.1:9/mcp?key=secret")
    model = Replies(steps=["I have no tools."])
    tools = McpToolset(connection_params=params)
    runner = InMemoryRunner(agent=LlmAgent(name="root", model=model, tools=[tools]), app_name="a")
    events = await runner.run_debug("go", quiet=True)
    assert texts([events[-1].content]) == ["model: I have no tools."]
    assert "127.0.0.1:9/mcp cannot be reached" in caplog.text
    assert not {"pass", "secret"} & set(caplog.text.replace("@", " ").split())
    with pytest.raises(ServiceUnavailableError, match="cannot be reached"):
        await tools.get_tools()
    await runner.close()


async def test_refusal_in_the_middle_of_a_call_is_its_answer(town: Town):
    async with toolset(http(town)) as tools:
        add = next(tool for tool in await tools.get_tools() if tool.name == "add")
        town.status = 403
        answer = await add.run_async(args={"a": 1}, tool_context=await context())
        assert answer["error"].startswith("add failed: ")
        town.status = None
        assert told(await call(tools, "add", a=1)) == "3"


async def test_cancelled_call_leaves_the_connection_alone(town: Town):
    async with toolset(http(town)) as tools:
        task = asyncio.create_task(call(tools, "slow", seconds=30))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert told(await call(tools, "add", a=1)) == "3"
    assert len({seen.get("mcp-session-id") for seen in town.seen} - {None}) == 1


async def test_older_transport_works_as_well():
    with Town(sse=True).open() as town:
        params = SseConnectionParams(url=town.url.replace("/mcp", "/sse"))
        async with toolset(params) as tools:
            assert told(await call(tools, "add", a=1)) == "3"


async def test_server_that_does_not_answer_is_given_up():
    async def only_listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(only_listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    params = StreamableHTTPConnectionParams(url=f"http://127.0.0.1:{port}", timeout=0.1)
    async with server, toolset(params) as tools:
        with pytest.raises(ServiceUnavailableError, match="within 0.1 seconds"):
            await tools.get_tools()
        await asyncio.sleep(0.05)


def test_older_name_is_deprecated():
    with pytest.warns(DeprecationWarning, match="McpToolset"):
        MCPToolset(connection_params=StreamableHTTPConnectionParams(url="http://x"))


def test_needs_to_know_the_server():
    with pytest.raises(ValueError, match="connection_params"):
        McpToolset(connection_params=None)
