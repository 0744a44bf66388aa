"""Services as a file names them."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.bucket_servers import gcs_bucket, gcs_url, s3_bucket, s3_options, s3_url

__all__ = ["gcs_bucket", "gcs_url", "s3_bucket", "s3_options", "s3_url"]

ECHO = "name: app\nroot_agent: {model: echo}\n"


async def test_memory_is_kept_in_the_file_of_the_sessions(project: Any, say: Any):
    text = ECHO + (
        "services:\n"
        "  session: sqlite:///app.db\n"
        "  memory: {uri: 'sqlite:///app.db', synchronous: NORMAL}\n"
    )
    first = await project.build(text)
    await say(first, "I like green tea")
    session = await first.runner.session_service.get_session(
        app_name="app", user_id="debug_user_id", session_id="debug_session_id"
    )
    await first.runner.memory_service.add_session_to_memory(session)
    await first.close()
    second = await project.build(text)
    found = await second.runner.memory_service.search_memory(
        app_name="app", user_id="debug_user_id", query="tea"
    )
    assert [entry.author for entry in found.memories] == ["user", "app"]
    assert {path.name for path in project.root.glob("*.db")} == {"app.db"}


async def test_memory_in_a_database_without_full_text_is_an_error_of_the_file(project: Any):
    found = await project.problem(ECHO + "services: {memory: 'mysql://u:hunter2@h/x'}\n")
    assert "mysql" in found.message
    assert "hunter2" not in str(found)


async def save_and_find(built: Any, content: Any) -> str:
    """Saves a file in what was built; returns the address that it got."""
    ids = {"app_name": "app", "user_id": "u", "session_id": "s", "filename": "f"}
    service = built.runner.artifact_service
    await service.save_artifact(**ids, artifact={"text": content})
    return (await service.get_artifact_version(**ids)).canonical_uri


async def test_artifacts_go_where_a_bucket_is_named(
    project: Any, gcs_url: str, gcs_bucket: str, monkeypatch: Any
):
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs_url)
    for place in (f"gs://{gcs_bucket}", f"gs://{gcs_bucket}/some/where"):
        built = await project.build(f"{ECHO}services: {{artifact: '{place}'}}\n")
        assert await save_and_find(built, "x") == f"{place}/app/u/s/f/0"


async def test_options_of_a_bucket_are_in_effect(project: Any, s3_bucket: str, s3_options: Any):
    block = {"uri": f"s3://{s3_bucket}/p", **s3_options, "max_bytes": 3}
    built = await project.build(f"{ECHO}services: {{artifact: {block}}}\n")
    assert await save_and_find(built, "abc") == f"s3://{s3_bucket}/p/app/u/s/f/0"
    with pytest.raises(ValueError, match="max_bytes"):
        await save_and_find(built, "abcd")


@pytest.mark.parametrize("uri", ["gs://", "s3://", "s3:///path", "s3://key@hunter2"])
async def test_a_uri_without_a_bucket_is_an_error_of_the_file(project: Any, uri: str):
    found = await project.problem(f"{ECHO}services:\n  artifact: '{uri}'\n")
    assert ("names no bucket" in found.message, found.span.line) == (True, 4)
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("scheme", "module", "extra"),
    [("gs", "google.cloud.storage", "gcs"), ("s3", "boto3", "s3")],
)
async def test_a_missing_client_names_its_extra_and_the_line(
    project: Any, monkeypatch: Any, scheme: str, module: str, extra: str
):
    monkeypatch.setitem(sys.modules, module, None)
    found = await project.problem(f"{ECHO}services:\n  artifact: {scheme}://bucket\n")
    assert (f"pip install 'adkconf[{extra}]'" in found.message, found.span.line) == (True, 4)
