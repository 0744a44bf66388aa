"""Names and ids made to lead elsewhere: nothing outside its place, and no two in one place."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adkconf.artifacts import FileArtifactService
from adkconf.artifacts.artifact_key import ArtifactKey
from adkconf.artifacts.object_name import file_of, owner_prefix, versions_prefix
from adkconf.errors import InputValidationError
from tests.artifacts.conftest import text

PIECES = [
    *("..", ".", "/", "//", "\\", "%2e%2e", "%2F", "\0", "\n", "C:", "\\\\?\\", "//host/share"),
    *("CON", "nul.txt", "aux", "~", "$HOME", "-rf", "versions", "metadata.json", "user", "user:"),
    *("sessions", "artifacts", "apps", "0", "1", "\u0663", "ä", "a\u0308", "\u017f", "\u202e"),
    *("\uff0e\uff0e", "\uff0f", "\u2215", "\ufeff", "\ud800", "😀", "a", "A", "a b", " ", "a."),
    *("n" * 255, "n" * 1000, "é" * 130, ".pending", ".0.pending", ".removed-", "*", "?", "\x7f"),
]


def hostile(count: int) -> Iterator[dict[str, str | None]]:
    choose = random.Random(count)

    def name(longest: int) -> str:
        return "".join(choose.choices(PIECES, k=choose.randint(1, longest)))

    for _ in range(count):
        session_id = choose.choice([None, "s", name(2), name(3)])
        user_id = choose.choice(["u", name(2)])
        yield {"app_name": "a", "user_id": user_id, "session_id": session_id, "filename": name(5)}


async def check_files(tmp_path: Path, count: int) -> int:
    """Saves under hostile names; returns how many were taken."""
    root = tmp_path / "deep" / "down" / "root"
    service = FileArtifactService(root)
    taken: dict[ArtifactKey, str] = {}
    for number, names in enumerate(hostile(count)):
        ids: dict[str, Any] = dict(names)
        try:
            await service.save_artifact(**ids, artifact=text(str(number)))
        except InputValidationError:
            continue
        taken[ArtifactKey.of(**ids)] = str(number)
    for key, content in taken.items():
        app_name, user_id, session_id = key.owner
        loaded = await service.load_artifact(
            app_name=app_name, user_id=user_id, session_id=session_id, filename=key.filename
        )
        assert loaded == text(content)
    for owner in {key.owner for key in taken}:
        app_name, user_id, session_id = owner
        listed = await service.list_artifact_keys(
            app_name=app_name, user_id=user_id, session_id=session_id
        )
        mine = {key.filename for key in taken if key.owner in (owner, owner.user)}
        assert set(listed) == mine
    check_places(tmp_path, root)
    return len(taken)


def check_places(tmp_path: Path, root: Path) -> None:
    """Nothing is outside of the root, and there are files only where versions are."""
    outside = [path for path in tmp_path.rglob("*") if not path.is_relative_to(root)]
    assert outside == [tmp_path / "deep", tmp_path / "deep" / "down"]
    for path, _, files in os.walk(root):
        assert not files or "/versions/" in path


def check_objects(count: int) -> int:
    """Names objects after hostile names; returns how many could be."""
    places: dict[str, ArtifactKey] = {}
    for names in hostile(count):
        try:
            key = ArtifactKey.of(**names)
            prefix = versions_prefix(key)
        except InputValidationError:
            continue
        assert prefix.startswith(owner_prefix(key.owner))
        assert not {"", ".", ".."} & set(prefix[:-1].split("/"))
        assert file_of(f"{prefix}12", key.owner) == (key, 12)
        assert places.setdefault(prefix, key) == key
    return len(places)


async def test_hostile_names_stay_in_their_places_on_disk(tmp_path):
    assert await check_files(tmp_path, 150) > 10


def test_hostile_names_stay_in_their_places_in_buckets():
    assert check_objects(1000) > 50


@pytest.mark.stress
@pytest.mark.timeout(900)
async def test_very_many_hostile_names(tmp_path):
    assert check_objects(100_000) > 1000
    assert await check_files(tmp_path, 10_000) > 500
