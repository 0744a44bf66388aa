"""The layout on disk: shared with google-adk, and safe."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf.artifacts import FileArtifactService
from adkconf.errors import InputValidationError, ServiceError, ServiceUnavailableError

adk = pytest.importorskip("google.adk.artifacts.file_artifact_service")

IDS: dict[str, Any] = {"app_name": "app", "user_id": "u@x.org", "session_id": "s/1"}
BASE = "apps/app/users/u@x.org"


def text(value: str) -> types.Part:
    return types.Part(text=value)


@pytest.mark.parametrize("direction", ["here to google-adk", "google-adk to here"])
async def test_files_go_both_ways(tmp_path, direction):
    sides = [FileArtifactService(tmp_path), adk.FileArtifactService(tmp_path)]
    writer, reader = sides if direction.startswith("here") else sides[::-1]
    picture = types.Part(
        inline_data=types.Blob(data=b"\x89PNG", mime_type="image/png", display_name="me.png")
    )
    for filename, part in [("d/f.txt", text("zero")), ("d/f.txt", picture), ("user:p", text("ü"))]:
        await writer.save_artifact(
            **IDS, filename=filename, artifact=part, custom_metadata={"k": [1]}
        )
    assert await reader.list_artifact_keys(**IDS) == ["d/f.txt", "user:p"]
    assert await reader.list_versions(**IDS, filename="d/f.txt") == [0, 1]
    assert await reader.load_artifact(**IDS, filename="d/f.txt", version=0) == text("zero")
    assert await reader.load_artifact(**IDS, filename="d/f.txt") == picture
    assert await reader.load_artifact(**IDS, filename="user:p") == text("ü")
    for name in ("d/f.txt", "user:p"):
        theirs = await sides[1].list_artifact_versions(**IDS, filename=name)
        ours = await sides[0].list_artifact_versions(**IDS, filename=name)
        assert [each.model_dump() for each in ours] == [each.model_dump() for each in theirs]
    assert await reader.save_artifact(**IDS, filename="d/f.txt", artifact=text("2")) == 2
    await reader.delete_artifact(**IDS, filename="d/f.txt")
    assert await writer.list_artifact_keys(**IDS) == ["user:p"]


async def test_tree_is_the_one_google_adk_writes(tmp_path):
    trees = []
    for side in (FileArtifactService, adk.FileArtifactService):
        root = tmp_path / side.__module__
        await side(root).save_artifact(**IDS, filename="d/f.txt", artifact=text("x"))
        await side(root).save_artifact(**IDS, filename="user:p", artifact=text("y"))
        found = {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}
        metadata = {
            name: sorted(json.loads(path.read_text()))
            for name, path in found.items()
            if path.name == "metadata.json"
        }
        trees.append((sorted(found), metadata))
    assert trees[0] == trees[1]


@pytest.mark.parametrize(
    "name", ["metadata.json", "d/Metadata.JSON", "versions", "a/Versions./b", ".removed-a/b"]
)
async def test_names_the_layout_needs_are_refused(tmp_path, name):
    service = FileArtifactService(tmp_path)
    with pytest.raises(InputValidationError, match="reserved"):
        await service.save_artifact(**IDS, filename=name, artifact=text("x"))


async def test_names_too_long_for_the_file_system_are_the_callers_error(tmp_path):
    service = FileArtifactService(tmp_path)
    with pytest.raises(InputValidationError, match="too long"):
        await service.save_artifact(**IDS, filename="n" * 300, artifact=text("x"))


@pytest.mark.parametrize("planted", ["apps", BASE, f"{BASE}/artifacts", f"{BASE}/artifacts/f"])
async def test_symbolic_links_are_not_followed(tmp_path, planted):
    outside, root = tmp_path / "outside", tmp_path / "root"
    service = FileArtifactService(root)
    place = root / planted
    place.parent.mkdir(parents=True, exist_ok=True)
    outside.mkdir()
    place.symlink_to(outside, target_is_directory=True)
    for call in (
        service.save_artifact(**IDS, filename="user:f", artifact=text("x")),
        service.load_artifact(**IDS, filename="user:f"),
        service.delete_artifact(**IDS, filename="user:f"),
    ):
        with pytest.raises(InputValidationError, match="symbolic link"):
            await call
    assert not list(outside.iterdir())


async def test_planted_content_and_metadata_lead_nowhere(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    service = FileArtifactService(tmp_path / "root")
    await service.save_artifact(**IDS, filename="user:f", artifact=text("x"))
    version = tmp_path / "root" / BASE / "artifacts/f/versions/0"
    metadata = json.loads((version / "metadata.json").read_text())
    (version / "metadata.json").write_text(
        json.dumps({**metadata, "canonicalUri": secret.as_uri(), "version": 7})
    )
    described = await service.get_artifact_version(**IDS, filename="user:f")
    assert described.canonical_uri == (version / "f").as_uri()
    assert described.version == 0
    (version / "f").unlink()
    (version / "f").symlink_to(secret)
    with pytest.raises(InputValidationError, match="symbolic link"):
        await service.load_artifact(**IDS, filename="user:f")


async def test_interrupted_save_leaves_nothing_but_a_gap(tmp_path):
    service = FileArtifactService(tmp_path)
    await service.save_artifact(**IDS, filename="user:f", artifact=text("0"))
    versions = tmp_path / BASE / "artifacts/f/versions"
    (versions / ".1.pending").mkdir()
    (versions / ".1.pending" / "f").write_text("half")
    assert await service.list_versions(**IDS, filename="user:f") == [0]
    assert await service.save_artifact(**IDS, filename="user:f", artifact=text("2")) == 2
    assert (await service.load_artifact(**IDS, filename="user:f")).text == "2"


async def test_failed_save_leaves_no_version(tmp_path):
    service = FileArtifactService(tmp_path)
    with pytest.raises(InputValidationError, match="no JSON"):
        await service.save_artifact(
            **IDS, filename="f", artifact=text("x"), custom_metadata={"k": object()}
        )
    with pytest.raises(InputValidationError, match="lone surrogate"):
        await service.save_artifact(**IDS, filename="f", artifact=text("\ud800"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


async def test_what_is_broken_on_disk_is_an_error_not_a_guess(tmp_path):
    service = FileArtifactService(tmp_path)
    await service.save_artifact(**IDS, filename="user:f", artifact=text("x"))
    version = tmp_path / BASE / "artifacts/f/versions/0"
    (version / "metadata.json").write_text("{")
    with pytest.raises(ServiceError, match="metadata.json of version 0"):
        await service.load_artifact(**IDS, filename="user:f")
    (version / "metadata.json").unlink()
    assert (await service.load_artifact(**IDS, filename="user:f")).text == "x"
    (version / "f").write_bytes(b"\xff")
    with pytest.raises(InputValidationError, match="neither UTF-8"):
        await service.load_artifact(**IDS, filename="user:f")


def test_root_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceUnavailableError, match="cannot be made"):
        FileArtifactService(tmp_path / "file" / "root")


async def test_deletion_clears_empty_directories_away(tmp_path):
    service = FileArtifactService(tmp_path)
    await service.save_artifact(**IDS, filename="user:a/b/c", artifact=text("x"))
    await service.delete_artifact(**IDS, filename="user:a/b/c")
    assert os.listdir(tmp_path / BASE / "artifacts") == []
