"""Toolsets with an MCP server that is a process.

Each start of a server takes a second of CPU time; a reload is in tests/builder/test_build_mcp.py.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from adkconf.errors import ServiceUnavailableError
from tests.tools.mcp_fixtures import alive, call, context, process, told, toolset


@pytest.mark.long
async def test_process_serves_until_it_is_closed_and_is_started_again_if_it_dies(tmp_path: Path):
    with (tmp_path / "log").open("w") as log:
        async with toolset(process(), errlog=log) as tools:
            first = int(told(await call(tools, "pid")))
            assert int(told(await call(tools, "pid"))) == first
            assert "failed" in (await call(tools, "die"))["error"]
            second = int(told(await call(tools, "pid")))
            assert (alive(first), alive(second)) == (False, True)
            task = asyncio.create_task(call(tools, "slow", seconds=30))
            await asyncio.sleep(0.1)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert int(told(await call(tools, "pid"))) == second
        assert not alive(second)
    assert (tmp_path / "log").read_text().count("the town opens") == 2


@pytest.mark.stress
async def test_process_that_is_killed_between_calls_is_replaced():
    async with toolset(process()) as tools:
        tool = next(tool for tool in await tools.get_tools() if tool.name == "pid")
        for _ in range(3):
            found = int(told(await tool.run_async(args={}, tool_context=await context())))
            os.kill(found, 9)
            await asyncio.sleep(0.3)


@pytest.mark.parametrize("command", ["/no/such/program", "true"])
async def test_program_that_is_no_server_is_told(command: str):
    params = process()
    params.server_params.command = command
    async with toolset(params) as tools:
        with pytest.raises(ServiceUnavailableError, match=f"MCP server '{command}' cannot be"):
            await tools.get_tools()
