"""Artifacts that point at artifacts, which the in-memory store follows."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.artifacts import InMemoryArtifactService
from adkconf.errors import InputValidationError

IDS: dict[str, Any] = {"app_name": "app", "user_id": "u", "session_id": "s"}
HERE = "artifact://apps/app/users/u/sessions/s/artifacts"


def link(uri: str) -> types.Part:
    return types.Part(file_data=types.FileData(file_uri=uri, mime_type="text/plain"))


@pytest.fixture
async def service() -> InMemoryArtifactService:
    service = InMemoryArtifactService()
    await service.save_artifact(**IDS, filename="a/t", artifact=types.Part(text="here"))
    await service.save_artifact(**IDS, filename="user:t", artifact=types.Part(text="the user's"))
    return service


@pytest.mark.parametrize(
    ("uri", "content"),
    [
        (f"{HERE}/a/t/versions/0", "here"),
        ("artifact://apps/app/users/u/artifacts/t/versions/0", "the user's"),
    ],
)
async def test_reference_loads_as_its_target(service, uri, content):
    await service.save_artifact(**IDS, filename="l", artifact=link(uri))
    assert (await service.load_artifact(**IDS, filename="l")).text == content
    assert (await service.get_artifact_version(**IDS, filename="l")).mime_type is None


async def test_reference_to_nothing_loads_as_none(service):
    await service.save_artifact(**IDS, filename="l", artifact=link(f"{HERE}/a/t/versions/7"))
    assert await service.load_artifact(**IDS, filename="l") is None


@pytest.mark.parametrize(
    "uri",
    [
        "artifact://apps/app/users/v/artifacts/t/versions/0",
        "artifact://apps/b/users/u/artifacts/t/versions/0",
        "artifact://apps/app/users/u/sessions/other/artifacts/t/versions/0",
        "artifact://apps/app/users/u/sessions/s/artifacts/../t/versions/0",
        "artifact://nonsense",
        f"{HERE}/a/t/versions/x",
    ],
)
async def test_reference_to_elsewhere_is_refused(service, uri):
    with pytest.raises(InputValidationError):
        await service.save_artifact(**IDS, filename="l", artifact=link(uri))


async def test_endless_references_are_an_error(service):
    for one, other in ("ab", "ba"):
        await service.save_artifact(
            **IDS, filename=one, artifact=link(f"{HERE}/{other}/versions/0")
        )
    with pytest.raises(InputValidationError, match="from reference to reference"):
        await service.load_artifact(**IDS, filename="a")


async def test_other_file_uris_are_kept_as_they_are(service):
    part = link("gs://bucket/file")
    await service.save_artifact(**IDS, filename="g", artifact=part)
    assert await service.load_artifact(**IDS, filename="g") == part
    assert (await service.get_artifact_version(**IDS, filename="g")).mime_type == "text/plain"
