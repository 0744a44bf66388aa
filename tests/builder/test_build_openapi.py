"""HTTP APIs as a file writes them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.builder.two_engines import ENGINES
from tests.tools.openapi_documents import petstore, secured

APP = "name: app\nroot_agent:\n  model: echo\n  tools:\n    - {tool}\n"


@pytest.mark.parametrize(
    "written",
    [
        "openapi: ./pets.yaml",
        "openapi: {spec: api/pets.json}",
        "OpenAPIToolset: {spec: pets.yaml, preserve_property_names: false}",
        "{name: OpenAPIToolset, args: {spec_str: '${file:api/pets.json}'}}",
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
async def test_each_way_to_write_a_document_makes_its_tools(
    project: Any, written: str, engine: str
):
    project.write("pets.yaml", yaml.safe_dump(petstore()))
    project.write("api/pets.json", json.dumps(petstore()))
    built = await project.build(f"engine: {engine}\n" + APP.format(tool=written))
    (tools,) = built.app.root_agent.tools
    assert type(tools).__module__.startswith(ENGINES[engine])
    assert [tool.name for tool in await tools.get_tools()][:2] == ["list_pets", "create_pet"]
    assert {file.name for file in built.files} & {"pets.yaml", "pets.json"}


async def test_credentials_and_options_reach_the_tools(project: Any):
    project.write("safe.yaml", yaml.safe_dump(secured()))
    project.write("mine.py", "def wanted(tool, context): return tool.name == 'by_key'")
    tool = (
        "openapi: {spec: safe.yaml, tool_filter: ./mine.py:wanted, tool_name_prefix: safe, "
        "auth_credential: {auth_type: apiKey, api_key: s3cret}}"
    )
    (tools,) = (await project.build(APP.format(tool=tool))).app.root_agent.tools
    (found,) = await tools.selected_tools()
    assert found.name == "safe_by_key"
    assert found._config.raw_auth_credential.api_key == "s3cret"


@pytest.mark.parametrize(
    ("tool", "column", "code", "told"),
    [
        ("openapi: {preserve_property_names: true}", 7, "E202", "'spec' is missing"),
        ("openapi: {spec: x, spec_str: y}", 17, "E207", "do not go together"),
        ("openapi: {spec: nowhere.yaml}", 23, "E502", "'nowhere.yaml' does not exist"),
        ("openapi: nowhere.yaml", 16, "E502", "'nowhere.yaml' does not exist"),
        ("openapi: {spec: ../nowhere.yaml}", 23, "E504", "outside of the project"),
        ("openapi: {spec_str: '{'}", 7, "E704", "is no JSON"),
        ("openapi: {spec_str: x, ssl_verfy: true}", 30, "E201", "ssl_verfy"),
    ],
)
async def test_mistake_is_an_error_at_its_place(
    project: Any, tool: str, column: int, code: str, told: str
):
    found = (await project.problems(APP.format(tool=tool)))[0]
    assert (found.line, found.column, found.code) == (5, column, code)
    assert told in found.message
