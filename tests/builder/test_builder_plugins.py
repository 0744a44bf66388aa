"""The built-in plugins out of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adkconf.plugins import (
    CloudTracePlugin,
    ContextFilterPlugin,
    DebugLoggingPlugin,
    GlobalInstructionPlugin,
    LoggingPlugin,
    ReflectAndRetryToolPlugin,
    SaveFilesAsArtifactsPlugin,
    TrackingScope,
)

if TYPE_CHECKING:
    from conftest import Project

APP = """\
    name: demo
    root_agent: {name: root, model: echo}
    plugins:
      - cloud_trace: {console: true, service_name: demo, headers: {x: y}}
      - logging
      - debug_logging: debug.yaml
      - global_instruction: Speak French.
      - context_filter: {num_invocations_to_keep: 5, custom_filter: './filters.py:last'}
      - reflect_retry_tool: {max_retries: 1, tracking_scope: global}
      - save_files_as_artifacts: {attach_file_reference: false}
    """


async def test_every_built_in_plugin_can_be_written_in_a_file(project: Project) -> None:
    project.write("filters.py", "def last(contents): return contents[-1:]\n")
    built = await project.build(APP)
    plugins = built.app.plugins
    assert [type(plugin) for plugin in plugins] == [
        CloudTracePlugin,
        LoggingPlugin,
        DebugLoggingPlugin,
        GlobalInstructionPlugin,
        ContextFilterPlugin,
        ReflectAndRetryToolPlugin,
        SaveFilesAsArtifactsPlugin,
    ]
    assert plugins[3].global_instruction == "Speak French."
    assert plugins[5].scope is TrackingScope.GLOBAL


async def test_names_of_google_adk_mean_the_same_plugins(project: Project) -> None:
    names = ["DebugLoggingPlugin", "ContextFilterPlugin", "SaveFilesAsArtifactsPlugin"]
    lines = "".join(f"- {name}\n" for name in names)
    built = await project.build(f"name: a\nroot_agent: {{model: echo}}\nplugins:\n{lines}")
    assert [type(plugin).__name__ for plugin in built.app.plugins] == names


async def test_endpoint_that_is_no_address_is_told_at_its_place(project: Project) -> None:
    text = "name: a\nroot_agent: {model: echo}\nplugins:\n- cloud_trace: localhost\n"
    found = await project.problem(text)
    assert "endpoint 'localhost' is no HTTP address" in found.message
    assert found.line == 4
