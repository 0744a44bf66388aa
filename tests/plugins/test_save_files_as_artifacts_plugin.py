"""Files of messages that become artifacts."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.artifacts import InMemoryArtifactService
from adkconf.artifacts.base_artifact_service import ArtifactVersion
from adkconf.plugins import SaveFilesAsArtifactsPlugin
from adkconf.runners import InMemoryRunner
from tests.plugins.conftest import agent, plugin, started, stored, turn


def file(data: bytes = b"data", name: str | None = "notes.txt") -> types.Part:
    blob = types.Blob(data=data, mime_type="text/plain", display_name=name)
    return types.Part(inline_data=blob)


def message(*parts: types.Part) -> types.Content:
    return types.Content(role="user", parts=[types.Part(text="see"), *parts])


async def kept(runner: InMemoryRunner) -> list[Any]:
    """The parts of the stored message: texts, and file parts as they are."""
    content = (await stored(runner)).events[0].content
    return [part.text or part for part in content.parts]


async def saved(runner: InMemoryRunner) -> list[str]:
    return await runner.artifact_service.list_artifact_keys(
        app_name="demo", user_id="u", session_id="s"
    )


async def run(*parts: types.Part, **options: Any) -> InMemoryRunner:
    runner = await started(agent("ok"), SaveFilesAsArtifactsPlugin(**options))
    await turn(runner, message(*parts))
    return runner


async def test_file_is_saved_and_a_note_stands_in_its_place() -> None:
    runner = await run(file())
    assert await kept(runner) == ["see", '[Uploaded Artifact: "notes.txt"]']
    assert await saved(runner) == ["notes.txt"]


async def test_file_without_a_name_is_named_after_its_place() -> None:
    runner = await run(file(name=None))
    invocation = (await stored(runner)).events[0].invocation_id
    assert await saved(runner) == [f"artifact_{invocation}_1"]


async def test_versions_are_noted_in_the_log_once() -> None:
    runner = await run(file())
    await turn(runner, message(file()))
    await turn(runner, "no file")
    deltas = [e.actions.artifact_delta for e in (await stored(runner)).events]
    assert [delta for delta in deltas if delta] == [{"notes.txt": 0}, {"notes.txt": 1}]


async def test_nothing_is_left_in_the_state() -> None:
    assert (await stored(await run(file()))).state == {}


async def test_file_of_the_user_is_there_in_other_sessions() -> None:
    runner = await run(file(name="user:me.txt"))
    keys = await runner.artifact_service.list_artifact_keys(app_name="demo", user_id="u")
    assert keys == ["user:me.txt"]


async def test_file_that_is_too_large_is_refused_with_a_note() -> None:
    runner = await run(file(b"x" * (20 * 1024 * 1024 + 1), "big.bin"), file(name="small.txt"))
    _, note, _ = await kept(runner)
    assert note.startswith("[Upload Error: File big.bin (20.00 MB) is larger than 20 MB")
    assert await saved(runner) == ["small.txt"]


async def test_file_that_cannot_be_saved_stays_in_the_message(caplog: Any) -> None:
    runner = await run(file(name="../../etc/passwd"))
    _, part = await kept(runner)
    assert part.inline_data.data == b"data"
    assert "file '../../etc/passwd' was not saved" in caplog.text


async def test_message_without_files_is_left_alone() -> None:
    assert await kept(await run()) == ["see"]


async def test_message_stays_whole_without_an_artifact_service(caplog: Any) -> None:
    runner = await started(agent("ok"), SaveFilesAsArtifactsPlugin())
    runner.artifact_service = None
    await turn(runner, message(file()))
    assert (await kept(runner))[1].inline_data.data == b"data"
    assert "the app has no artifact service" in caplog.text


class Cloud(InMemoryArtifactService):
    """Says that its files are in a bucket."""

    async def get_artifact_version(self, **names: Any) -> ArtifactVersion | None:
        uri = f"gs://bucket/{names['filename']}/{names['version']}"
        return ArtifactVersion(version=names["version"], canonical_uri=uri)


async def kept_in_the_cloud(**options: Any) -> list[Any]:
    runner = await started(agent("ok"), SaveFilesAsArtifactsPlugin(**options))
    runner.artifact_service = Cloud()
    await turn(runner, message(file()))
    return (await kept(runner))[2:]


async def test_address_follows_where_the_model_can_fetch_the_file() -> None:
    (part,) = await kept_in_the_cloud()
    assert part.file_data == types.FileData(
        file_uri="gs://bucket/notes.txt/0", mime_type="text/plain", display_name="notes.txt"
    )


async def test_address_can_be_left_out() -> None:
    assert await kept_in_the_cloud(attach_file_reference=False) == []


async def test_run_that_reaches_no_agent_leaves_nothing_behind() -> None:
    saving = SaveFilesAsArtifactsPlugin()
    answer = types.Content(role="model", parts=[types.Part(text="closed")])
    runner = await started(agent("ok"), saving, plugin(before_run=lambda _: answer))
    await turn(runner, message(file()))
    assert saving._saved == {}
